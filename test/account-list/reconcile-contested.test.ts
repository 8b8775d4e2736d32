import type { AddressKey } from '../../shared/domain/address.ts';
import { StoreError, type SuppressionStore } from '../../shared/domain/suppression/store.ts';
import { type AccountListWorld, useAccountListWorlds } from '../support/account-list.ts';
import { mortalStore } from '../support/crashing-store.ts';
import { bounce, complaint, day, hour, noon } from '../support/ses.ts';

const createWorld = useAccountListWorlds();
const at = (name: string) => `${name}@example.net` as AddressKey;
const entry = (name: string, lastUpdateTime = noon - day) => ({
  emailAddress: at(name),
  reason: 'BOUNCE' as const,
  lastUpdateTime,
});

/** One record SES has lost, one that was left there, and one nobody knows. */
async function createDrifted() {
  const world = await createWorld();
  await world.deliver(['lost', 'left', 'kept'].map((name) => bounce({ to: at(name), mailId: name })));
  await world.drain();
  await world.letGo(at('left'));
  for (let run = 0; run < 2; run++) await world.drain();
  world.system.now += day;
  world.home.list.delete(at('lost'));
  world.fill([entry('left', noon), entry('new')]);
  return world;
}

/** Something happens after the table was read, and before the first write. */
function beforeWrite(world: AccountListWorld, happen: () => Promise<unknown>): { store: SuppressionStore } {
  const { store } = world.system;
  let isOver = false;
  return {
    store: {
      ...store,
      async write(...given) {
        if (!isOver) {
          isOver = true;
          await happen();
        }
        return store.write(...given);
      },
    },
  };
}

async function statuses(world: AccountListWorld) {
  const records = Object.values(await world.records());
  return Object.fromEntries(records.map(({ address, status, reason }) => [address, reason ?? status]));
}

const healed = ['kept@example.net BOUNCE', 'lost@example.net BOUNCE', 'new@example.net BOUNCE'];
const settled = {
  'lost@example.net': 'hard',
  'left@example.net': 'released',
  'kept@example.net': 'hard',
  'new@example.net': 'ses-list',
};

/** What the next run and the outbox make of it. */
async function heal(world: AccountListWorld) {
  world.system.now += hour;
  expect(await world.reconcile()).toMatchObject({ failed: 0, regions: [{ state: 'complete' }] });
  world.system.now += hour;
  await world.drain();
}

test('feedback between reading and writing stays, and the next run makes up for what it displaced', async () => {
  const world = await createDrifted();
  const happen = () =>
    world.deliver(
      ['lost', 'new', 'left'].map((to) => complaint({ to: at(to), mailId: `c-${to}`, sentAt: world.system.now })),
    );
  expect(await world.reconcile(beforeWrite(world, happen))).toMatchObject({ failed: 0 });
  const expected = {
    ...settled,
    'lost@example.net': 'complaint',
    'left@example.net': 'complaint',
    'new@example.net': 'complaint',
  };
  expect(await statuses(world)).toEqual(expected);
  await heal(world);
  expect(await statuses(world)).toEqual(expected);
  expect(world.listed()).toEqual([
    'kept@example.net BOUNCE',
    ...['left', 'lost', 'new'].map((name) => `${at(name)} COMPLAINT`),
  ]);
});

test('who is let go between reading and writing stays so', async () => {
  const world = await createDrifted();
  world.fill([entry('watched')]);
  await world.deliver([bounce({ to: at('watched'), mailId: 'w', type: 'Transient', subType: 'MailboxFull' })]);
  const happen = async () => {
    for (const name of ['lost', 'kept', 'watched', 'new']) await world.letGoEverywhere(at(name));
  };
  expect(await world.reconcile(beforeWrite(world, happen))).toMatchObject({ failed: 0 });
  const released = Object.fromEntries(['kept', 'left', 'lost', 'new', 'watched'].map((name) => [at(name), 'released']));
  expect(await statuses(world)).toEqual(released);
  await heal(world);
  world.system.now += hour;
  await world.drain();
  expect(await statuses(world)).toEqual(released);
  expect(world.listed()).toEqual([]);
});

test.each(['permanent', 'request'] as const)(
  'a table that does not take %s is said, and the next run makes it good without asking SES again',
  async (scope) => {
    const world = await createDrifted();
    const before = await world.records();
    const write = async () => {
      throw new StoreError('the table says no', { scope });
    };
    const report = await world.reconcile({ store: { ...world.system.store, write } });
    expect(report).toMatchObject({ failed: 3, fault: 'the table says no', regions: [{ state: 'complete' }] });
    expect(await world.records()).toEqual(before);
    const { length } = world.home.calls;
    await heal(world);
    expect(world.home.calls.slice(length).map(({ operation }) => operation)).not.toContain(
      'ListSuppressedDestinations',
    );
    expect(await statuses(world)).toEqual(settled);
    expect(world.listed()).toEqual(healed);
  },
);

test('what there was no time for is said, and the next run makes it good', async () => {
  const world = await createDrifted();
  const before = await world.records();
  const report = await world.reconcile({ remaining: () => 0, remainingToRead: () => hour });
  expect(report).toMatchObject({ failed: 0, isCutShort: true, held: expect.any(Number) });
  expect(await world.records()).toEqual(before);
  await heal(world);
  expect(await statuses(world)).toEqual(settled);
});

test('one record that can never be written is said, and keeps no other from being written', async () => {
  const world = await createDrifted();
  const { store } = world.system;
  const write: SuppressionStore['write'] = async (transaction, signal) => {
    const isIn = transaction.changes.some(({ record }) => record.address === at('left'));
    return isIn
      ? { kind: 'cancelled', contested: new Set(), rejected: new Map([[at('left'), 'too large']]) }
      : store.write(transaction, signal);
  };
  expect(await world.reconcile({ store: { ...store, write } })).toMatchObject({ failed: 1, fault: 'too large' });
  expect(await world.marks()).toEqual({ [at('lost')]: 'home', [at('new')]: 'look' });
  await heal(world);
  expect(world.listed()).toEqual(healed);
});

test('a damaged record is said, and keeps no other from being adopted', async () => {
  const world = await createDrifted();
  await world.system.putItem({ ...(await world.system.record(at('kept'))), causes: 'none' });
  const report = await world.reconcile();
  expect(report).toMatchObject({ failed: 1, fault: 'the stored record is damaged: causes' });
  expect(await world.marks()).toEqual({ [at('left')]: 'home', [at('lost')]: 'home', [at('new')]: 'look' });
});

test('a process that dies around any call to the table leaves what the next run makes good', async () => {
  let died = 0;
  for (const kind of ['die before', 'die after', 'busy'] as const) {
    for (let call = 0; call < 4; call++) {
      const world = await createDrifted();
      const { store, hasDied } = mortalStore(world.system.store, { call, kind });
      await world.reconcile({ store }).catch(() => {});
      died += Number(hasDied());
      await heal(world);
      expect(await statuses(world)).toEqual(settled);
      expect(world.listed()).toEqual(healed);
      await world.close();
    }
  }
  // Three calls: the records are written, those of the events are read and written.
  expect(died).toBe(6);
});
