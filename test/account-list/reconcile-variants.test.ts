import { useAccountListWorlds } from '../support/account-list.ts';
import { bounce, day, noon } from '../support/ses.ts';

const createWorld = useAccountListWorlds();
const entry = (emailAddress: string, lastUpdateTime = noon - day) => ({
  emailAddress,
  reason: 'BOUNCE' as const,
  lastUpdateTime,
});

test.each([
  ['ann@example.net', 'ann@example.net'],
  ['Ann.Lee+News@Example.NET', 'ann.lee+news@example.net'],
  ['"John \\"J\\" Doe"@Example.net', '"john \\"j\\" doe"@example.net'],
  ['bob@BÜCHER.example', 'bob@xn--bcher-kva.example'],
  ['bob@XN--BCHER-KVA.example', 'bob@xn--bcher-kva.example'],
  ['jörg@example.net', 'jörg@example.net'],
  ['cyd@example.net.', 'cyd@example.net'],
  ['dan@[192.0.2.1]', 'dan@[192.0.2.1]'],
  ["o'hara%x@example.net", "o'hara%x@example.net"],
  ['a/b?c#d@example.net', 'a/b?c#d@example.net'],
])('%s keeps its spelling, and a release deletes exactly that entry', async (spelling, key) => {
  const world = await createWorld();
  world.fill([entry(spelling), entry('neighbour@example.net')]);
  await world.reconcile();
  expect(await world.system.record(key)).toMatchObject({ status: 'suppressed', reason: 'ses-list' });
  world.system.now += 60_000;
  const { regions } = await world.letGoEverywhere(key);
  expect(regions).toEqual([{ region: 'home', removed: [spelling], isImporting: false }]);
  expect(world.listed()).toEqual(['neighbour@example.net BOUNCE']);
  expect(await world.system.record(key)).toMatchObject({ status: 'released' });
});

test('entries that are no address are counted, said masked, and keep no other from being adopted', async () => {
  const world = await createWorld();
  const strange = [
    'two words@example.net',
    'no-address-at-all',
    'evil@\u001b[2Jexample.net',
    'x@[[[',
    'Peter@exam ple.net',
    '@example.net',
    'a@b@Example.net',
    'zoe@',
    `${'l'.repeat(400)}@example.net`,
    'cut\ud800@example.net',
    'u@-\u202e',
  ];
  world.fill(strange.map((emailAddress) => entry(emailAddress)));
  world.fill([entry('ann@example.net')]);
  const { regions, failed } = await world.reconcile();
  expect({ regions, failed }).toMatchObject({
    regions: [{ state: 'complete', entries: 12, drift: { 'missing-here': 1 }, unreadableCount: 11 }],
    failed: 0,
  });
  const said = regions[0]?.unreadable ?? [];
  expect(said).toHaveLength(10);
  // Of a stranger's text nothing but a sound domain and one plain letter.
  for (const text of said) expect(text).toMatch(/^[a-z0-9]?\*{3}(@example\.net)?$/);
  expect(said).toContain('t***@example.net');
  expect(Object.keys(await world.records())).toEqual(['ann@example.net account']);
});

test('an address that stands there in two spellings, or twice, is adopted once with all of them', async () => {
  const world = await createWorld();
  world.fill([entry('ANN@example.net', noon - 2 * day), entry('Ann@example.net'), entry('ann@example.net')]);
  const { regions } = await world.reconcile();
  expect(regions[0]).toMatchObject({ entries: 3, drift: { 'missing-here': 1 } });
  expect(await world.records()).toMatchObject({
    'ann@example.net account': { addressVariants: ['ANN@example.net', 'Ann@example.net'], since: expect.any(String) },
  });
  world.system.now += 60_000;
  await world.letGoEverywhere('ann@example.net');
  expect(world.listed()).toEqual([]);
});

test('a spelling SES has of an address we know is learned, so that a release deletes it, too', async () => {
  const world = await createWorld();
  await world.deliver([bounce({ to: 'ann@example.net' })]);
  await world.drain();
  world.fill([entry('ANN@example.net')]);
  world.system.now += day;
  expect((await world.reconcile()).regions[0]?.drift).toMatchObject({ 'missing-here': 1 });
  expect(await world.system.record('ann@example.net')).toMatchObject({
    reason: 'hard',
    addressVariants: ['ANN@example.net'],
  });
  world.system.now += 60_000;
  await world.letGoEverywhere('ann@example.net');
  expect(world.listed()).toEqual([]);
});

test('a spelling SES has of one that has still to be told is learned on the way, and is no drift', async () => {
  const world = await createWorld();
  await world.deliver(['ann', 'bob'].map((name) => bounce({ to: `${name}@example.net`, mailId: name })));
  await world.letGo('bob@example.net');
  world.fill([entry('ANN@example.net'), entry('BOB@example.net')]);
  const { drift } = (await world.reconcile()).regions[0] ?? {};
  expect(Object.values(drift ?? {})).toEqual([0, 0, 0, 0]);
  world.system.now += 60_000;
  await world.drain();
  // It is put where it stands, and deleted where it stands.
  expect(world.listed()).toEqual(['ANN@example.net BOUNCE']);
});

test('more spellings than a record keeps are said once, and change nothing after that', async () => {
  const world = await createWorld();
  const spellings = [...'abcdefghijkl'].map((_, i) =>
    [...'abcdefghijkl@example.net'].map((letter, at) => (at === i ? letter.toUpperCase() : letter)).join(''),
  );
  world.fill(spellings.map((spelling) => entry(spelling)));
  await world.reconcile();
  const before = await world.records();
  expect(before['abcdefghijkl@example.net account']?.addressVariants).toHaveLength(10);
  expect((await world.reconcile()).regions[0]?.drift).toMatchObject({ 'missing-here': 0 });
  expect(await world.records()).toEqual(before);
});

test("what stands on SES's list of its own mailbox simulator is not adopted: it would stay for good", async () => {
  const world = await createWorld();
  world.fill([{ emailAddress: 'bounce+1@Simulator.amazonses.com', reason: 'BOUNCE', lastUpdateTime: noon - day }]);
  const { regions } = await world.reconcile();
  expect(regions).toMatchObject([{ state: 'complete', entries: 1, drift: { 'missing-here': 0 }, unreadableCount: 0 }]);
  expect(await world.records()).toEqual({});
});
