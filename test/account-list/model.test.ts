import fc from 'fast-check';
import type { CallFault } from '../../local/ses-simulator/state.ts';
import { syncAccountLists } from '../../shared/account-list/sync.ts';
import { createSuppressionList } from '../../shared/suppression-list/create-suppression-list.ts';
import { type AccountListFixture, useAccountListFixtures } from '../support/account-list.ts';
import { createCrashingSync } from '../support/crashing-sync.ts';
import { runs } from '../support/runs.ts';
import { bounce, complaint, day, hour } from '../support/ses.ts';

/**
 * Random histories of feedback, operator decisions, waits, and runs that fail or crash, checked against a model. The
 * model knows only which addresses have bounced permanently, have been suppressed manually and have been released
 * since, and none of the mechanisms. The simulated SES lists addresses that bounce permanently or complain by itself,
 * as SES usually does, or is configured not to.
 */
const createFixture = useAccountListFixtures();

const names = ['Ann@example.net', 'bob@example.net'] as const;
const kinds = ['hard', 'blocked', 'complaint', 'soft', 'prevented'] as const;
const faults = ['lost response', 'lost response', 'throttle', 'unavailable', 'denied', undefined, undefined] as const;

type Step =
  | {
      readonly do: 'feedback';
      readonly kind: (typeof kinds)[number];
      readonly name: number;
      readonly lower: boolean;
      readonly isLate: boolean;
    }
  | { readonly do: 'release'; readonly name: number }
  /** `hours: 0` suppresses permanently. */
  | { readonly do: 'suppress'; readonly name: number; readonly lower: boolean; readonly hours: number }
  | { readonly do: 'wait'; readonly hours: number }
  | { readonly do: 'sync'; readonly faults: readonly (CallFault | undefined)[] }
  | { readonly do: 'crash'; readonly call: number; readonly kind: 'crash before' | 'crash after' };

/** Mostly the same address, because problems arise from several events on one address. */
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
        do: fc.constant('sync' as const),
        faults: fc.array(fc.constantFrom(...faults), { maxLength: 6 }),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        do: fc.constant('crash' as const),
        call: fc.nat(12),
        kind: fc.constantFrom('crash before' as const, 'crash after' as const),
      }),
    },
  ),
  { minLength: 8, maxLength: 30, size: 'max' },
);

/** The addresses that are suppressed permanently, by feedback or manually, since their last release. */
type Model = Map<string, { permanent?: 'BOUNCE' | 'COMPLAINT' | undefined; manual?: boolean; releasedAt: number }>;

async function runStep(
  step: Step,
  index: number,
  fixture: AccountListFixture,
  model: Model,
  queue: (() => Promise<void>)[],
) {
  const { system, home } = fixture;
  switch (step.do) {
    case 'feedback': {
      const written = names[step.name] as string;
      const to = step.lower ? written.toLowerCase() : written;
      const address = written.toLowerCase();
      // SES does not send to a listed address, whatever its case.
      const isListed = [...home.list.keys()].some((entry) => entry.toLowerCase() === address);
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
        await fixture.deliver([message]);
        const known = model.get(address) ?? { releasedAt: 0 };
        const { permanent, releasedAt } = known;
        if ((kind !== 'hard' && kind !== 'complaint') || at <= releasedAt) return;
        const isComplaint = kind === 'complaint' || permanent === 'COMPLAINT';
        model.set(address, { ...known, permanent: isComplaint ? 'COMPLAINT' : 'BOUNCE' });
      };
      if (step.isLate) queue.push(arrive);
      else await arrive();
      system.now += 1000;
      return;
    }
    case 'release': {
      const address = (names[step.name] as string).toLowerCase();
      if ((await system.record(address)) === undefined) return;
      await fixture.release(address);
      model.set(address, { releasedAt: system.now });
      system.now += 1000;
      return;
    }
    case 'suppress': {
      const written = names[step.name] as string;
      const address = written.toLowerCase();
      await fixture.suppress(
        step.lower ? address : written,
        step.hours === 0 ? undefined : system.now + step.hours * hour,
      );
      // Replaces an earlier manual suppression. A temporary one has ended by the time of the final check.
      model.set(address, { ...(model.get(address) ?? { releasedAt: 0 }), manual: step.hours === 0 });
      system.now += 1000;
      return;
    }
    case 'wait':
      system.now += step.hours * hour;
      for (const arrive of queue.splice(0)) await arrive();
      return;
    case 'sync': {
      const faultsLeft = [...step.faults];
      home.fault = () => faultsLeft.shift();
      await fixture.sync();
      home.fault = undefined;
      return;
    }
    case 'crash': {
      const { dependencies } = createCrashingSync(fixture.dependencies(), step);
      await syncAccountLists(dependencies);
      system.now += 60_000;
      return;
    }
    default:
      step satisfies never;
  }
}

async function assertMatchesModel(fixture: AccountListFixture, model: Model) {
  const { system, home } = fixture;
  const list = createSuppressionList({ tableName: system.tables.suppressionsTable, clock: () => system.now });
  const actual: Record<string, unknown> = {};
  const expected: Record<string, unknown> = {};
  for (const address of names.map((written) => written.toLowerCase())) {
    const entries = [...home.list.values()].filter(({ emailAddress }) => emailAddress.toLowerCase() === address);
    const { permanent, manual = false } = model.get(address) ?? {};
    const isPermanent = permanent !== undefined || manual;
    actual[address] = { isListed: entries.length > 0, isSuppressed: await list.isSuppressed(address) };
    expected[address] = { isListed: isPermanent, isSuppressed: isPermanent };
    if (permanent === 'COMPLAINT' || (manual && permanent === undefined))
      expect(entries.some(({ reason }) => reason === 'COMPLAINT')).toBe(true);
  }
  expect(actual).toEqual(expected);
  expect(await fixture.pendingRegions()).toEqual({});
}

test('after any history the SES list has exactly the permanently suppressed addresses, and nothing is pending', async () => {
  await fc.assert(
    fc.asyncProperty(steps, fc.boolean(), async (history, isListingItself) => {
      const fixture = await createFixture();
      if (!isListingItself) fixture.home.account.suppressedReasons = [];
      const model: Model = new Map();
      const queue: (() => Promise<void>)[] = [];
      for (const [index, step] of history.entries()) await runStep(step, index, fixture, model, queue);
      for (const arrive of queue) await arrive();
      for (let run = 0; run < 2; run++) await fixture.sync();
      // Long enough for all temporary blocks to end.
      fixture.system.now += 40 * day;
      for (let run = 0; run < 2; run++) await fixture.sync();
      await assertMatchesModel(fixture, model);
      expect(fixture.home.calls.filter(({ status }) => status === 400)).toEqual([]);
      await fixture.close();
    }),
    { numRuns: runs(20) },
  );
}, 120_000);
