import fc from 'fast-check';
import type { ReconcileDependencies } from '../../shared/account-list/reconcile.ts';
import { formatReconcileReport, type ReconcileReport } from '../../shared/account-list/reconcile-report.ts';
import { createDynamoDBClient } from '../../shared/aws/dynamodb/client.ts';
import { scanRecords } from '../../shared/aws/dynamodb/scan.ts';
import type { AddressKey } from '../../shared/domain/address.ts';
import { StoreError } from '../../shared/domain/suppression/store.ts';
import { type AccountListFixture, useAccountListFixtures } from '../support/account-list.ts';
import { runs } from '../support/runs.ts';
import { bounce, day, hour } from '../support/ses.ts';

/** Lists that are too long for the memory are compared in parts. */
const createFixture = useAccountListFixtures();
const eu = 'eu-west-1';

/** What is known of an address, and under which variants the Regions list it. */
const situation = fc.record({
  record: fc.constantFrom('none', 'suppressed', 'released'),
  home: fc.subarray(['lower', 'Upper']),
  eu: fc.subarray(['lower']),
});
type Situation = typeof situation extends fc.Arbitrary<infer Value> ? Value : never;
const situations = fc.array(situation, { minLength: 3, maxLength: 12 });

const addressOf = (i: number, variant = 'lower') =>
  `${variant === 'Upper' ? 'U' : 'u'}ser${i}@example.net` as AddressKey;

async function create(all: readonly Situation[]): Promise<AccountListFixture> {
  const fixture = await createFixture([eu]);
  const withRecord = all.flatMap(({ record }, i) => (record === 'none' ? [] : [{ record, address: addressOf(i) }]));
  await fixture.deliver(withRecord.map(({ address }) => bounce({ to: address, mailId: address })));
  await fixture.sync();
  for (const { record, address } of withRecord) if (record === 'released') await fixture.release(address);
  for (let run = 0; run < 2; run++) await fixture.sync();
  fixture.system.now += day;
  for (const [region, name] of [
    ['home', 'home'],
    [eu, 'eu'],
  ] as const) {
    fixture.ses[region]?.list.clear();
    const listed = all.flatMap((one, i) => one[name].map((variant) => addressOf(i, variant)));
    fixture.addToList(
      [...listed, `no address ${name}`].map((emailAddress) => ({
        emailAddress,
        reason: 'BOUNCE',
        lastUpdateTime: fixture.system.now - hour,
      })),
      region,
    );
  }
  fixture.system.now += hour;
  return fixture;
}

/** Stops a run in one of its parts: it runs out of time, or the table cannot be read. Counts the parts. */
function stopIn(fixture: AccountListFixture, part: number, kind: 'no time' | 'error') {
  const counted = { parts: 0 };
  const records: ReconcileDependencies['records'] = (isWanted) => {
    if (counted.parts++ === part && kind === 'error')
      throw new StoreError('the table is not readable', { scope: 'permanent' });
    return scanRecords({ client: createDynamoDBClient(), ...fixture.system.tables, isWanted });
  };
  const remaining = () => (counted.parts > part && kind === 'no time' ? 0 : hour);
  return { counted, options: { records, remaining, remainingToRead: () => hour } };
}

/** What a report says when a later run finds nothing left to do. */
const isRepaired = ({ regions, failed }: ReconcileReport) =>
  failed === 0 &&
  regions.every(({ drift }) => drift['missing-here'] + drift['missing-at-ses'] + drift['still-at-ses'] === 0);

test('any number of parts, and any interruption, give the same report and repair the same', async () => {
  const stops = fc.record({ part: fc.nat({ max: 6 }), kind: fc.constantFrom('no time' as const, 'error' as const) });
  await fc.assert(
    fc.asyncProperty(situations, fc.integer({ min: 1, max: 12 }), stops, async (all, entriesAtOnce, stop) => {
      const fixture = await create(all);
      const whole = await fixture.reconcile({ isDryRun: true });
      const unreadable = whole.regions.map((region) => [region.unreadableCount, region.unreadable]);
      expect(unreadable).toEqual([
        [1, ['***']],
        [1, ['***']],
      ]);
      expect(await fixture.reconcile({ isDryRun: true, entriesAtOnce })).toEqual(whole);

      const first = stopIn(fixture, stop.part, stop.kind);
      let report = await fixture.reconcile({ entriesAtOnce, ...first.options }).catch(() => undefined);
      if (report === undefined || report.isCutShort) {
        const second = stopIn(fixture, Number.POSITIVE_INFINITY, 'error');
        fixture.system.now += 60_000;
        report = await fixture.reconcile({ entriesAtOnce, ...second.options });
        // The part that was interrupted is repeated, and no other.
        const total = whole.regions.reduce((sum, { entries }) => sum + entries, 0);
        expect(first.counted.parts - 1 + second.counted.parts).toBe(Math.ceil(total / entriesAtOnce));
      }
      expect(report).toEqual(whole);
      expect(fixture.storage.size).toBe(0);
      fixture.system.now += hour;
      expect(await fixture.reconcile({ isDryRun: true })).toSatisfy(isRepaired);
      await fixture.close();
    }),
    { numRuns: runs(12) },
  );
});

test('if a stored page of one Region is lost between two runs, only the other Region is compared any further', async () => {
  const fixture = await create(Array.from({ length: 8 }, () => ({ record: 'none', home: ['lower'], eu: ['lower'] })));
  await fixture.reconcile({ entriesAtOnce: 5, ...stopIn(fixture, 1, 'no time').options });
  expect([...fixture.storage.keys()].sort()).toEqual([
    'compared',
    'eu-west-1/page-0',
    'eu-west-1/state',
    'home/page-0',
    'home/state',
  ]);
  fixture.storage.delete('home/page-0');
  const report = await fixture.reconcile({ entriesAtOnce: 5 });
  const { regions, isCutShort } = report;
  expect(regions).toMatchObject([
    { region: 'home', state: 'failed', reason: expect.stringMatching(/^stored page 1 is missing/) },
    { region: eu, state: 'complete', drift: { 'missing-here': 8 } },
  ]);
  expect(isCutShort).toBeUndefined();
  const [home] = formatReconcileReport(report).split('\n');
  expect(home).toMatch(/could not be read \(.*\)\. Differences found before that were repaired\.$/);
  expect(fixture.storage.size).toBe(0);
});

test('what an earlier run has compared does not count for a listing that was read again', async () => {
  const fixture = await create(Array.from({ length: 8 }, () => ({ record: 'none', home: ['lower'], eu: [] })));
  await fixture.reconcile({ entriesAtOnce: 3, ...stopIn(fixture, 1, 'no time').options });
  fixture.system.now += day;
  fixture.addToList([{ emailAddress: 'new@example.net', reason: 'BOUNCE', lastUpdateTime: fixture.system.now }]);
  await fixture.reconcile({ entriesAtOnce: 3 });
  expect(Object.keys(await fixture.records())).toHaveLength(9);
});

test('a change that cannot be saved is made by the next run, whatever part it is in', async () => {
  const fixture = await create(Array.from({ length: 6 }, () => ({ record: 'none', home: ['lower'], eu: [] })));
  const write = async () => {
    throw new StoreError('the table is not writable', { scope: 'permanent' });
  };
  const report = await fixture.reconcile({ entriesAtOnce: 2, store: { ...fixture.system.store, write } });
  expect(report).toMatchObject({ failed: 6, error: 'the table is not writable' });
  await fixture.reconcile({ entriesAtOnce: 2 });
  expect(Object.keys(await fixture.records())).toHaveLength(6);
});
