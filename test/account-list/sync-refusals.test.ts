import { formatSyncEntry } from '../../shared/account-list/sync-report.ts';
import { useAccountListWorlds } from '../support/account-list.ts';
import { bounce, complaint } from '../support/ses.ts';

const createWorld = useAccountListWorlds();

/** SES has no SMTPUTF8, and no list takes such an address. */
const foreign = 'jürgen@example.net';

test('an address SES does not take is reported once and masked, and not tried again; the others are told', async () => {
  const world = await createWorld();
  await world.deliver([
    bounce({ to: foreign, mailId: 'j', sentAt: world.system.now - 9000 }),
    bounce({ to: 'ann@example.net', mailId: 'a' }),
  ]);
  const [entry] = await world.drain();
  expect(entry).toEqual({ kind: 'account-list', region: 'home', told: 1, refused: 1, left: 0, oldest: 0 });
  expect(world.entries).toEqual([
    { kind: 'refused', region: 'home', address: 'j***@example.net', reason: 'BadRequestException' },
    entry,
  ]);
  expect(await world.system.record(foreign)).toMatchObject({
    status: 'suppressed',
    syncStates: { home: { value: 'BOUNCE', refused: 'BadRequestException', at: expect.any(String) } },
  });
  expect(world.listed()).toEqual(['ann@example.net BOUNCE']);
  const calls = world.home.calls.length;
  for (let run = 0; run < 3; run++) await world.drain();
  expect(world.home.calls).toHaveLength(calls);
  expect(await world.marks()).toEqual({});
});

test('what was refused is asked for again when something else is wished', async () => {
  const world = await createWorld();
  await world.deliver([bounce({ to: foreign, mailId: 'j' })]);
  await world.drain();
  await world.deliver([complaint({ to: foreign, mailId: 'j2' })]);
  expect((await world.drain())[0]).toMatchObject({ refused: 1 });
  await world.letGo(foreign);
  // Nor has SES anything to delete.
  expect((await world.drain())[0]).toMatchObject({ told: 1, refused: 0, left: 0 });
});

test('in the sandbox all wait, nobody is marked as refused, and the line says why; out of it all are told', async () => {
  const world = await createWorld();
  world.home.account.isSandbox = true;
  await world.deliver([bounce({ to: 'ann@example.net', mailId: 'a' }), bounce({ to: foreign, mailId: 'j' })]);
  const [entry] = await world.drain();
  const waiting = { kind: 'account-list', region: 'home', told: 0, refused: 0, left: 2, oldest: expect.any(Number) };
  expect(entry).toEqual({ ...waiting, isInSandbox: true });
  expect(world.entries).toEqual([entry]);
  expect(world.home.calls.map(({ operation }) => operation)).toEqual(['PutSuppressedDestination', 'GetAccount']);
  expect(await world.system.record('ann@example.net')).not.toHaveProperty('mirrored');
  expect(formatSyncEntry(world.entries[0] as never)).toBe(
    "SES's list: 0 told; 2 left; the account is in the sandbox, where SES does not let its list be written to: all of it waits",
  );
  world.home.account.isSandbox = false;
  expect((await world.drain())[0]).toMatchObject({ told: 1, refused: 1, left: 0 });
  expect(world.listed()).toEqual(['ann@example.net BOUNCE']);
});

test.each(['unavailable', 'denied'] as const)(
  'where SES does not say whether it is the sandbox (%s), nobody is marked as refused',
  async (fault) => {
    const world = await createWorld();
    await world.deliver([bounce({ to: foreign, mailId: 'j' })]);
    world.home.fault = ({ operation }) => (operation === 'GetAccount' ? fault : undefined);
    await world.drain();
    expect(await world.marks()).toEqual({ [foreign]: 'home' });
    world.home.fault = undefined;
    expect((await world.drain())[0]).toMatchObject({ refused: 1, left: 0 });
  },
);

test('no line of the log holds an address, whatever goes wrong', async () => {
  const world = await createWorld(['eu-west-1']);
  const names = ['secret-ann', 'secret-bob', 'secret-cyd', 'secret-dan'];
  await world.deliver([...names, 'secret-jürgen'].map((name) => bounce({ to: `${name}@example.net`, mailId: name })));
  await world.system.putItem({ address: 'secret-x@example.net', list: 'account', mirror: 'home#0', mirrorDue: 1 });
  for (const fault of ['unavailable', 'denied', 'lost answer', 'throttle', undefined] as const) {
    for (const simulator of Object.values(world.ses)) simulator.fault = () => fault;
    await world.drain();
  }
  expect(world.entries.filter(({ kind }) => kind === 'refused')).toHaveLength(2);
  expect(world.entries).toHaveLength(12);
  expect(JSON.stringify(world.entries)).not.toContain('secret');
  expect(world.entries.map(formatSyncEntry).join()).not.toContain('secret');
});
