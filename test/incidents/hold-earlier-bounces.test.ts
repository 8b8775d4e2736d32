import { createDynamoDBClient } from '../../shared/aws/dynamodb/client.ts';
import { listSuppressed } from '../../shared/aws/dynamodb/suppressed-index.ts';
import { readPolicy } from '../../shared/domain/policy/policy.ts';
import type { ProviderIncident } from '../../shared/domain/reputation/provider-incident.ts';
import { type HoldDependencies, holdEarlierBounces } from '../../shared/incidents/hold-earlier-bounces.ts';
import { bounce, complaint, hour, noon } from '../support/ses.ts';
import { createSystem, type System, useSystem } from '../support/system.ts';

/** Bounces that came in an outage before it was noticed. */

useSystem();
let system: System;
let progress: Map<string, number>;
beforeEach(async () => {
  system = await createSystem();
  system.now = noon + 2 * hour;
  progress = new Map();
});

const outage: ProviderIncident = { id: '2026-11-20T12', provider: 'google', from: noon, bounces: 80 };
const policy = readPolicy({ tenants: { ownLists: ['acme'] } });
const gmail = (name: string, sentAt = noon + hour, options: object = {}) =>
  bounce({ to: `${name}@gmail.com`, mailId: `${name}${sentAt}`, sentAt, ...options });

const hold = (options: Partial<HoldDependencies> = {}) =>
  holdEarlierBounces({
    incidents: async () => [outage],
    suppressed: (period) =>
      listSuppressed(
        {
          client: createDynamoDBClient(),
          suppressionsTable: system.tables.suppressionsTable,
          clock: () => system.now,
          withTenants: true,
        },
        period,
      ),
    store: system.store,
    progress,
    policy,
    clock: () => system.now,
    remaining: () => 10_000,
    ...options,
  });
const untilOf = async (name: string) => (await system.record(`${name}@gmail.com`))?.until as string | undefined;
const heldUntil = (sentAt: number) => new Date(sentAt + 2000 + 72 * hour).toISOString();

test('they end 72 hours after the bounce, as those end that came later', async () => {
  await system.deliver([gmail('ann'), gmail('bob', noon + hour / 2)], { policy });
  expect(await untilOf('ann')).toBeUndefined();
  expect(await hold()).toBe(2);
  expect([await untilOf('ann'), await untilOf('bob')]).toEqual([heldUntil(noon + hour), heldUntil(noon + hour / 2)]);
  // SES lists what bounced itself. Its entry is deleted when the suppression ends.
  expect((await system.record('ann@gmail.com'))?.mirrorDue).toBe(noon + hour + 2000 + 72 * hour);
});

test('no others: of before, of other providers, of a complaint or an operator, and after a hard bounce of before', async () => {
  await system.deliver(
    [
      gmail('before', noon - hour),
      gmail('twice', noon - hour),
      gmail('twice'),
      bounce({ to: 'ann@example.net', mailId: 'x', sentAt: noon + hour }),
      complaint({ to: 'angry@gmail.com', mailId: 'c', sentAt: noon + hour }),
    ],
    { policy },
  );
  const before = await system.snapshot();
  expect(await hold()).toBe(0);
  expect(await system.snapshot()).toEqual(before);
});

test('not those of a bad list, where the memory of deliveries knows it', async () => {
  const deliveries = {
    append: async () => {},
    known: async () =>
      ({
        known: new Map([
          ['bought@gmail.com', false],
          ['ann@gmail.com', true],
        ]),
      }) as never,
  };
  await system.deliver([gmail('bought'), gmail('ann')], { policy, deliveries });
  expect(await hold()).toBe(1);
  expect([await untilOf('bought'), await untilOf('ann')]).toEqual([undefined, heldUntil(noon + hour)]);
});

test('on the list of a tenant as well', async () => {
  const tags = { 'ses:tenant-name': ['acme'] };
  await system.deliver([gmail('ann', noon + hour, { tags })], { policy });
  expect(await hold()).toBe(1);
  const ofTenant = (
    await system.store.ofList('tenant:acme').read([{ address: 'ann@gmail.com' as never, eventIds: [] }])
  ).get('ann@gmail.com' as never);
  expect(ofTenant).toMatchObject({ record: { until: noon + hour + 2000 + 72 * hour } });
});

test('a run that ends anywhere is continued by the next one', async () => {
  const names = Array.from({ length: 250 }, (_, index) => `a${index}`);
  await system.deliver(
    names.map((name, index) => gmail(name, noon + hour + index * 1000)),
    { policy },
  );
  let calls = 0;
  const held = await hold({ remaining: () => (calls++ < 2 ? 1 : 0) });
  expect(held).toBeGreaterThan(0);
  expect(held).toBeLessThan(250);
  expect(progress.size).toBe(0);
  expect(held + (await hold())).toBe(250);
  for (const [index, name] of names.entries()) expect(await untilOf(name)).toBe(heldUntil(noon + hour + index * 1000));
});

test('a record that changes in between is looked at again', async () => {
  await system.deliver([gmail('ann')], { policy });
  const store = {
    ...system.store,
    write: async () => ({ kind: 'cancelled', contested: new Set(), rejected: new Map() }),
  };
  expect(await hold({ store: store as never })).toBe(0);
  expect(await hold()).toBe(1);
});

test('an incident that is over is looked at once more, and then no longer', async () => {
  const over = { ...outage, to: noon + 1.5 * hour };
  const suppressed = vi.fn(async function* () {});
  await hold({ incidents: async () => [over], suppressed });
  await hold({ incidents: async () => [over], suppressed });
  expect(suppressed).toHaveBeenCalledTimes(1);
  expect(
    await hold({ incidents: async () => [outage], policy: readPolicy({ hard: { incidentHours: 0 } }), suppressed }),
  ).toBe(0);
  expect(suppressed).toHaveBeenCalledTimes(1);
});

test('a hard bounce after the outage suppresses permanently, whether its record was held before or after it arrived', async () => {
  for (const isHeldFirst of [true, false]) {
    system = await createSystem();
    system.now = noon + 90 * hour;
    progress = new Map();
    const over = { ...outage, to: noon + 3 * hour };
    const incidents = async () => [over];
    await system.deliver([gmail('ann')], { policy });
    if (isHeldFirst) await hold({ incidents });
    await system.deliver([gmail('ann', noon + 85 * hour)], { policy, incidents });
    await hold({ incidents });
    expect(await untilOf('ann')).toBeUndefined();
  }
});

test('where a first bounce has an end anyway, the end of an outage comes first', async () => {
  const withFirstDays = readPolicy({ hard: { firstDays: 14 } });
  await system.deliver([gmail('ann')], { policy: withFirstDays });
  expect(await hold({ policy: withFirstDays })).toBe(1);
  expect(await untilOf('ann')).toBe(heldUntil(noon + hour));
  expect(await hold({ policy: withFirstDays, progress: new Map() })).toBe(0);
});
