import type { AddressKey } from '../../shared/domain/address.ts';
import { StoreError, type SuppressionStore } from '../../shared/domain/suppression/store.ts';
import { type AccountListFixture, useAccountListFixtures } from '../support/account-list.ts';
import { createCrashingStore } from '../support/crashing-store.ts';
import { bounce, complaint, day, hour, noon } from '../support/ses.ts';

const createFixture = useAccountListFixtures();
const at = (name: string) => `${name}@example.net` as AddressKey;
const entry = (name: string, lastUpdateTime = noon - day) => ({
  emailAddress: at(name),
  reason: 'BOUNCE' as const,
  lastUpdateTime,
});

/** Creates one record whose entry SES has lost, one whose entry SES has not deleted, and one unknown entry. */
async function createDrifted() {
  const fixture = await createFixture();
  await fixture.deliver(['lost', 'left', 'kept'].map((name) => bounce({ to: at(name), mailId: name })));
  await fixture.sync();
  await fixture.release(at('left'));
  for (let run = 0; run < 2; run++) await fixture.sync();
  fixture.system.now += day;
  fixture.home.list.delete(at('lost'));
  fixture.addToList([entry('left', noon), entry('new')]);
  return fixture;
}

/** Runs an action after the table has been read and before the first write. */
function beforeWrite(fixture: AccountListFixture, action: () => Promise<unknown>): { store: SuppressionStore } {
  const { store } = fixture.system;
  let hasRun = false;
  return {
    store: {
      ...store,
      async write(...args) {
        if (!hasRun) {
          hasRun = true;
          await action();
        }
        return store.write(...args);
      },
    },
  };
}

async function statuses(fixture: AccountListFixture) {
  const records = Object.values(await fixture.records());
  return Object.fromEntries(records.map(({ address, status, reason }) => [address, reason ?? status]));
}

const repairedList = ['kept@example.net BOUNCE', 'lost@example.net BOUNCE', 'new@example.net BOUNCE'];
const repairedRecords = {
  'lost@example.net': 'hard',
  'left@example.net': 'released',
  'kept@example.net': 'hard',
  'new@example.net': 'ses-list',
};

/** Runs the next reconciliation, which has to succeed, and then the sync. */
async function repair(fixture: AccountListFixture) {
  fixture.system.now += hour;
  expect(await fixture.reconcile()).toMatchObject({ failed: 0, regions: [{ state: 'complete' }] });
  fixture.system.now += hour;
  await fixture.sync();
}

test('feedback between reading and writing is kept, and the next run makes the changes it prevented', async () => {
  const fixture = await createDrifted();
  const action = () =>
    fixture.deliver(
      ['lost', 'new', 'left'].map((to) => complaint({ to: at(to), mailId: `c-${to}`, sentAt: fixture.system.now })),
    );
  expect(await fixture.reconcile(beforeWrite(fixture, action))).toMatchObject({ failed: 0 });
  const expected = {
    ...repairedRecords,
    'lost@example.net': 'complaint',
    'left@example.net': 'complaint',
    'new@example.net': 'complaint',
  };
  expect(await statuses(fixture)).toEqual(expected);
  await repair(fixture);
  expect(await statuses(fixture)).toEqual(expected);
  expect(fixture.listed()).toEqual([
    'kept@example.net BOUNCE',
    ...['left', 'lost', 'new'].map((name) => `${at(name)} COMPLAINT`),
  ]);
});

test('an address released between reading and writing stays released', async () => {
  const fixture = await createDrifted();
  fixture.addToList([entry('watched')]);
  await fixture.deliver([bounce({ to: at('watched'), mailId: 'w', type: 'Transient', subType: 'MailboxFull' })]);
  const action = async () => {
    for (const name of ['lost', 'kept', 'watched', 'new']) await fixture.releaseEverywhere(at(name));
  };
  expect(await fixture.reconcile(beforeWrite(fixture, action))).toMatchObject({ failed: 0 });
  const released = Object.fromEntries(['kept', 'left', 'lost', 'new', 'watched'].map((name) => [at(name), 'released']));
  expect(await statuses(fixture)).toEqual(released);
  await repair(fixture);
  fixture.system.now += hour;
  await fixture.sync();
  expect(await statuses(fixture)).toEqual(released);
  expect(fixture.listed()).toEqual([]);
});

test.each(['permanent', 'request'] as const)(
  'a write error of scope "%s" is reported, and the next run repeats the changes without listing again',
  async (scope) => {
    const fixture = await createDrifted();
    const before = await fixture.records();
    const write = async () => {
      throw new StoreError('the table is not writable', { scope });
    };
    const report = await fixture.reconcile({ store: { ...fixture.system.store, write } });
    expect(report).toMatchObject({ failed: 3, error: 'the table is not writable', regions: [{ state: 'complete' }] });
    expect(await fixture.records()).toEqual(before);
    const { length } = fixture.home.calls;
    await repair(fixture);
    expect(fixture.home.calls.slice(length).map(({ operation }) => operation)).not.toContain(
      'ListSuppressedDestinations',
    );
    expect(await statuses(fixture)).toEqual(repairedRecords);
    expect(fixture.listed()).toEqual(repairedList);
  },
);

test('a run without enough time is reported as cut short, and the next run makes its changes', async () => {
  const fixture = await createDrifted();
  const before = await fixture.records();
  const report = await fixture.reconcile({ remaining: () => 0, remainingToRead: () => hour });
  expect(report).toMatchObject({ failed: 0, isCutShort: true, recordCount: expect.any(Number) });
  expect(await fixture.records()).toEqual(before);
  await repair(fixture);
  expect(await statuses(fixture)).toEqual(repairedRecords);
});

test('a record that can never be written is reported, and all others are written', async () => {
  const fixture = await createDrifted();
  const { store } = fixture.system;
  const write: SuppressionStore['write'] = async (transaction, signal) => {
    const isIncluded = transaction.changes.some(({ record }) => record.address === at('left'));
    return isIncluded
      ? { kind: 'cancelled', contested: new Set(), rejected: new Map([[at('left'), 'too large']]) }
      : store.write(transaction, signal);
  };
  expect(await fixture.reconcile({ store: { ...store, write } })).toMatchObject({ failed: 1, error: 'too large' });
  expect(await fixture.pendingRegions()).toEqual({ [at('lost')]: 'home', [at('new')]: 'look' });
  await repair(fixture);
  expect(fixture.listed()).toEqual(repairedList);
});

test('a damaged record is reported, and all other changes are made', async () => {
  const fixture = await createDrifted();
  await fixture.system.putItem({ ...(await fixture.system.record(at('kept'))), causes: 'none' });
  const report = await fixture.reconcile();
  expect(report).toMatchObject({
    failed: 1,
    error: expect.stringMatching(/^the stored record is damaged: causes; correct these attributes /),
  });
  expect(await fixture.pendingRegions()).toEqual({ [at('left')]: 'home', [at('lost')]: 'home', [at('new')]: 'look' });
});

test('after a crash at any call to the table, the next run makes the remaining changes', async () => {
  let crashes = 0;
  for (const kind of ['crash before', 'crash after', 'busy'] as const) {
    for (let call = 0; call < 4; call++) {
      const fixture = await createDrifted();
      const { store, hasCrashed } = createCrashingStore(fixture.system.store, { call, kind });
      await fixture.reconcile({ store }).catch(() => {});
      crashes += Number(hasCrashed());
      await repair(fixture);
      expect(await statuses(fixture)).toEqual(repairedRecords);
      expect(fixture.listed()).toEqual(repairedList);
      await fixture.close();
    }
  }
  // Three calls: one writes the records, two read and write the records of the events.
  expect(crashes).toBe(6);
});
