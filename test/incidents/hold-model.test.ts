import fc from 'fast-check';
import { createDynamoDBClient } from '../../shared/aws/dynamodb/client.ts';
import { listSuppressed } from '../../shared/aws/dynamodb/suppressed-index.ts';
import type { AddressKey } from '../../shared/domain/address.ts';
import { readPolicy } from '../../shared/domain/policy/policy.ts';
import type { ProviderIncident } from '../../shared/domain/reputation/provider-incident.ts';
import { holdEarlierBounces } from '../../shared/incidents/hold-earlier-bounces.ts';
import { runs } from '../support/runs.ts';
import { bounce, hour, noon } from '../support/ses.ts';
import { createSystem, type System, useSystem } from '../support/system.ts';

/**
 * Compares random histories of an outage with a model: bounces before, in and after it, that arrive at any time, in any order, several times, before
 * or after the outage is noticed, with runs that end anywhere. Whatever happens, each bounce counts once, and an address is suppressed permanently
 * if, and only if, one of its bounces was not in the outage.
 */
useSystem();

const policy = readPolicy({ accountList: { mode: 'off' } });
const outage: ProviderIncident = {
  id: '2026-11-20T12',
  provider: 'google',
  from: noon,
  to: noon + 10 * hour,
  bounces: 9,
};
const isInOutage = (at: number) => at >= noon && at < noon + 10 * hour;
/** Nothing was delivered to the last one: it may be of a bad list. */
const names = ['ann', 'bob', 'bought'] as const;
const deliveries = {
  append: async () => {},
  known: async (addresses: readonly AddressKey[]) => ({
    known: new Map(addresses.map((one) => [one, !one.startsWith('bought')])),
  }),
};

type Bounce = { readonly name: (typeof names)[number]; readonly hours: number };
type Step =
  | { readonly kind: 'deliver'; readonly picks: readonly number[]; readonly isNoticed: boolean }
  | { readonly kind: 'hold'; readonly calls: number };

const bounces: fc.Arbitrary<Bounce[]> = fc.array(
  fc.record({
    name: fc.constantFrom(...names),
    hours: fc.oneof({ weight: 4, arbitrary: fc.integer({ min: 0, max: 9 }) }, fc.constantFrom(-30, -1, 10, 80, 100)),
  }),
  { minLength: 1, maxLength: 8 },
);
const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    {
      weight: 3,
      arbitrary: fc.record({
        kind: fc.constant('deliver' as const),
        picks: fc.array(fc.nat(7), { minLength: 1, maxLength: 4 }),
        isNoticed: fc.boolean(),
      }),
    },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('hold' as const), calls: fc.nat(3) }) },
  ),
  { maxLength: 12 },
);

const atOf = ({ hours }: Bounce) => noon + hours * hour + 2000;
const messageOf = (one: Bounce, index: number) =>
  bounce({
    to: `${one.name}@gmail.com`,
    mailId: `mail-${index}`,
    sentAt: noon + one.hours * hour,
  });

function hold(system: System, progress: Map<string, number>, remaining: () => number): Promise<number> {
  const clock = () => system.now;
  const { suppressionsTable } = system.tables;
  return holdEarlierBounces({
    incidents: async () => [outage],
    suppressed: (period) => listSuppressed({ client: createDynamoDBClient(), suppressionsTable, clock }, period),
    store: system.store,
    progress,
    policy,
    clock,
    remaining,
  });
}

test('each bounce counts once, and a suppression ends if all bounces of its address were in the outage', async () => {
  const check = async (all: Bounce[], history: Step[]) => {
    const system = await createSystem();
    system.now = noon + 101 * hour;
    const deliver = (some: readonly number[], isNoticed: boolean) =>
      system.deliver(
        some.flatMap((index) => {
          const one = all[index];
          return one === undefined ? [] : messageOf(one, index);
        }),
        { policy, deliveries, incidents: async () => (isNoticed ? [outage] : []) },
      );
    for (const step of history) {
      let calls = 0;
      if (step.kind === 'deliver') await deliver(step.picks, step.isNoticed);
      // A container ends, and with it what it knows of its progress.
      else await hold(system, new Map(), () => (calls++ < step.calls ? 1 : 0));
    }
    // In the end, everything arrives once more, and a run has time enough.
    await deliver([0, 1, 2, 3, 4, 5, 6, 7], false);
    await hold(system, new Map(), () => 1);
    for (const name of names) {
      const own = all.filter((one) => one.name === name);
      const record = await system.record(`${name}@gmail.com`);
      const last = Math.max(...own.map(atOf));
      const isHeld = name !== 'bought' && own.every((one) => isInOutage(atOf(one)));
      const expected = own.length === 0 ? undefined : isHeld ? new Date(last + 72 * hour).toISOString() : 'permanent';
      const found = record === undefined ? undefined : (record.until ?? 'permanent');
      expect({ name, until: found }).toEqual({ name, until: expected });
    }
    expect(await system.count('account', 'hard')).toBe(all.length);
  };
  await fc.assert(fc.asyncProperty(bounces, steps, check), { numRuns: runs(100) });
}, 120_000);
