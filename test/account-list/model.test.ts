import fc from 'fast-check';
import type { CallFault } from '../../local/ses-simulator/state.ts';
import { syncAccountLists } from '../../shared/account-list/sync.ts';
import { createSuppressionList } from '../../shared/suppression-list/create-suppression-list.ts';
import { type AccountListWorld, useAccountListWorlds } from '../support/account-list.ts';
import { mortalDrain } from '../support/crashing-sync.ts';
import { runs } from '../support/runs.ts';
import { bounce, complaint, day, hour } from '../support/ses.ts';

/**
 * Random histories of feedback, operators' words, waits and runs that fail or die, against a model that is told who bounced for good, who
 * was suppressed by hand and who was let go since, and knows none of the mechanisms. SES itself lists whoever bounces permanently or complains, as it mostly does;
 * it can also be set not to.
 */
const createWorld = useAccountListWorlds();

const names = ['Ann@example.net', 'bob@example.net'] as const;
const kinds = ['hard', 'blocked', 'complaint', 'soft', 'prevented'] as const;
const faults = ['lost answer', 'lost answer', 'throttle', 'unavailable', 'denied', undefined, undefined] as const;

type Step =
  | {
      readonly do: 'feedback';
      readonly kind: (typeof kinds)[number];
      readonly name: number;
      readonly lower: boolean;
      readonly isLate: boolean;
    }
  | { readonly do: 'release'; readonly name: number }
  /** `0`: for good. */
  | { readonly do: 'suppress'; readonly name: number; readonly lower: boolean; readonly hours: number }
  | { readonly do: 'wait'; readonly hours: number }
  | { readonly do: 'drain'; readonly faults: readonly (CallFault | undefined)[] }
  | { readonly do: 'die'; readonly call: number; readonly kind: 'die before' | 'die after' };

/** Mostly of one address: what is to be feared is what happens to it in between. */
const name = fc.constantFrom(0, 0, 0, 1);
const steps = fc.array(
  fc.oneof(
    {
      weight: 5,
      arbitrary: fc.record({
        do: fc.constant('feedback' as const),
        kind: fc.constantFrom('hard' as const, 'hard' as const, ...kinds),
        name,
        lower: fc.boolean(),
        isLate: fc.boolean(),
      }),
    },
    { weight: 3, arbitrary: fc.record({ do: fc.constant('release' as const), name }) },
    {
      weight: 2,
      arbitrary: fc.record({
        do: fc.constant('suppress' as const),
        name,
        lower: fc.boolean(),
        hours: fc.constantFrom(0, 0, 2, 24 * 6),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({ do: fc.constant('wait' as const), hours: fc.constantFrom(1, 5, 24, 24 * 8, 24 * 15) }),
    },
    {
      weight: 4,
      arbitrary: fc.record({
        do: fc.constant('drain' as const),
        faults: fc.array(fc.constantFrom(...faults), { maxLength: 6 }),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        do: fc.constant('die' as const),
        call: fc.nat(12),
        kind: fc.constantFrom('die before' as const, 'die after' as const),
      }),
    },
  ),
  { minLength: 8, maxLength: 30, size: 'max' },
);

/** Who is suppressed for good by what happened, or by hand, since the last release. */
type Model = Map<string, { lasting?: 'BOUNCE' | 'COMPLAINT' | undefined; byHand?: boolean; releasedAt: number }>;

async function play(step: Step, index: number, world: AccountListWorld, model: Model, queue: (() => Promise<void>)[]) {
  const { system, home } = world;
  switch (step.do) {
    case 'feedback': {
      const written = names[step.name] as string;
      const to = step.lower ? written.toLowerCase() : written;
      const address = written.toLowerCase();
      // SES does not send to whom it has listed, in whatever spelling.
      const isListed = [...home.list.keys()].some((spelling) => spelling.toLowerCase() === address);
      const kind = isListed && step.kind !== 'complaint' ? 'prevented' : step.kind;
      if (kind === 'prevented' && !isListed) return;
      const at = system.now;
      const common = { to, mailId: `mail-${index}`, sentAt: at, at };
      const list = (reason: 'BOUNCE' | 'COMPLAINT') =>
        home.account.suppressedReasons.includes(reason) &&
        home.list.set(to, { emailAddress: to, reason, lastUpdateTime: at });
      const message =
        kind === 'complaint'
          ? complaint(common)
          : bounce({
              ...common,
              ...(kind === 'blocked' && { status: '5.7.1' }),
              ...(kind === 'soft' && { type: 'Transient', subType: 'MailboxFull' }),
              ...(kind === 'prevented' && { subType: 'OnAccountSuppressionList' }),
            });
      if (kind === 'hard' || kind === 'blocked') list('BOUNCE');
      if (kind === 'complaint') list('COMPLAINT');
      const arrive = async () => {
        await world.deliver([message]);
        const known = model.get(address) ?? { releasedAt: 0 };
        const { lasting, releasedAt } = known;
        if ((kind !== 'hard' && kind !== 'complaint') || at <= releasedAt) return;
        const isComplaint = kind === 'complaint' || lasting === 'COMPLAINT';
        model.set(address, { ...known, lasting: isComplaint ? 'COMPLAINT' : 'BOUNCE' });
      };
      if (step.isLate) queue.push(arrive);
      else await arrive();
      system.now += 1000;
      return;
    }
    case 'release': {
      const address = (names[step.name] as string).toLowerCase();
      if ((await system.record(address)) === undefined) return;
      await world.letGo(address);
      model.set(address, { releasedAt: system.now });
      system.now += 1000;
      return;
    }
    case 'suppress': {
      const written = names[step.name] as string;
      const address = written.toLowerCase();
      await world.suppress(
        step.lower ? address : written,
        step.hours === 0 ? undefined : system.now + step.hours * hour,
      );
      // Until another word; what has an end has ended when all is looked at.
      model.set(address, { ...(model.get(address) ?? { releasedAt: 0 }), byHand: step.hours === 0 });
      system.now += 1000;
      return;
    }
    case 'wait':
      system.now += step.hours * hour;
      for (const arrive of queue.splice(0)) await arrive();
      return;
    case 'drain': {
      const left = [...step.faults];
      home.fault = () => left.shift();
      await world.drain();
      home.fault = undefined;
      return;
    }
    case 'die': {
      const { dependencies } = mortalDrain(world.dependencies(), step);
      await syncAccountLists(dependencies);
      system.now += 60_000;
      return;
    }
    default:
      step satisfies never;
  }
}

async function assertRight(world: AccountListWorld, model: Model) {
  const { system, home } = world;
  const list = createSuppressionList({ tableName: system.tables.suppressionsTable, clock: () => system.now });
  const seen: Record<string, unknown> = {};
  const wished: Record<string, unknown> = {};
  for (const address of names.map((written) => written.toLowerCase())) {
    const entries = [...home.list.values()].filter(({ emailAddress }) => emailAddress.toLowerCase() === address);
    const { lasting, byHand = false } = model.get(address) ?? {};
    const isLasting = lasting !== undefined || byHand;
    seen[address] = { isListed: entries.length > 0, isSuppressed: await list.isSuppressed(address) };
    wished[address] = { isListed: isLasting, isSuppressed: isLasting };
    if (lasting === 'COMPLAINT' || (byHand && lasting === undefined))
      expect(entries.some(({ reason }) => reason === 'COMPLAINT')).toBe(true);
  }
  expect(seen).toEqual(wished);
  expect(await world.marks()).toEqual({});
}

test("whatever happens, SES's list says in the end what it ought to, nobody is left on it, and no mark is left", async () => {
  await fc.assert(
    fc.asyncProperty(steps, fc.boolean(), async (history, listsByItself) => {
      const world = await createWorld();
      if (!listsByItself) world.home.account.suppressedReasons = [];
      const model: Model = new Map();
      const queue: (() => Promise<void>)[] = [];
      for (const [index, step] of history.entries()) await play(step, index, world, model, queue);
      for (const arrive of queue) await arrive();
      for (let run = 0; run < 2; run++) await world.drain();
      // All blocks end.
      world.system.now += 40 * day;
      for (let run = 0; run < 2; run++) await world.drain();
      await assertRight(world, model);
      expect(world.home.calls.filter(({ status }) => status === 400)).toEqual([]);
      await world.close();
    }),
    { numRuns: runs(20) },
  );
}, 120_000);
