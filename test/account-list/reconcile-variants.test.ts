import { useAccountListFixtures } from '../support/account-list.ts';
import { bounce, day, noon } from '../support/ses.ts';

const createFixture = useAccountListFixtures();
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
])('%s is adopted as SES has it, and a release deletes exactly that entry', async (emailAddress, key) => {
  const fixture = await createFixture();
  fixture.addToList([entry(emailAddress), entry('neighbor@example.net')]);
  await fixture.reconcile();
  expect(await fixture.system.record(key)).toMatchObject({ status: 'suppressed', reason: 'ses-list' });
  fixture.system.now += 60_000;
  const { regions } = await fixture.releaseEverywhere(key);
  expect(regions).toEqual([{ region: 'home', removed: [emailAddress], isImporting: false }]);
  expect(fixture.listed()).toEqual(['neighbor@example.net BOUNCE']);
  expect(await fixture.system.record(key)).toMatchObject({ status: 'released' });
});

test('entries that are not valid addresses are counted and reported masked, and all others are adopted', async () => {
  const fixture = await createFixture();
  const invalid = [
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
  fixture.addToList(invalid.map((emailAddress) => entry(emailAddress)));
  fixture.addToList([entry('ann@example.net')]);
  const { regions, failed } = await fixture.reconcile();
  expect({ regions, failed }).toMatchObject({
    regions: [{ state: 'complete', entries: 12, drift: { 'missing-here': 1 }, unreadableCount: 11 }],
    failed: 0,
  });
  const reported = regions[0]?.unreadable ?? [];
  expect(reported).toHaveLength(10);
  // Of text from outside, only a valid domain and one plain letter are shown.
  for (const text of reported) expect(text).toMatch(/^[a-z0-9]?\*{3}(@example\.net)?$/);
  expect(reported).toContain('t***@example.net');
  expect(Object.keys(await fixture.records())).toEqual(['ann@example.net account']);
});

test('an address with several entries is adopted once, with all its variants', async () => {
  const fixture = await createFixture();
  fixture.addToList([entry('ANN@example.net', noon - 2 * day), entry('Ann@example.net'), entry('ann@example.net')]);
  const { regions } = await fixture.reconcile();
  expect(regions[0]).toMatchObject({ entries: 3, drift: { 'missing-here': 1 } });
  expect(await fixture.records()).toMatchObject({
    'ann@example.net account': { spellings: ['ANN@example.net', 'Ann@example.net'], since: expect.any(String) },
  });
  fixture.system.now += 60_000;
  await fixture.releaseEverywhere('ann@example.net');
  expect(fixture.listed()).toEqual([]);
});

test('an unknown variant of a known address is added to its record, and a release deletes its entry too', async () => {
  const fixture = await createFixture();
  await fixture.deliver([bounce({ to: 'ann@example.net' })]);
  await fixture.sync();
  fixture.addToList([entry('ANN@example.net')]);
  fixture.system.now += day;
  expect((await fixture.reconcile()).regions[0]?.drift).toMatchObject({ 'missing-here': 1 });
  expect(await fixture.system.record('ann@example.net')).toMatchObject({
    reason: 'hard',
    spellings: ['ANN@example.net'],
  });
  fixture.system.now += 60_000;
  await fixture.releaseEverywhere('ann@example.net');
  expect(fixture.listed()).toEqual([]);
});

test('an unknown variant of a pending address is added to its record, and is not drift', async () => {
  const fixture = await createFixture();
  await fixture.deliver(['ann', 'bob'].map((name) => bounce({ to: `${name}@example.net`, mailId: name })));
  await fixture.release('bob@example.net');
  fixture.addToList([entry('ANN@example.net'), entry('BOB@example.net')]);
  const { drift } = (await fixture.reconcile()).regions[0] ?? {};
  expect(Object.values(drift ?? {})).toEqual([0, 0, 0, 0]);
  fixture.system.now += 60_000;
  await fixture.sync();
  // The existing entries are updated and deleted, in their own case.
  expect(fixture.listed()).toEqual(['ANN@example.net BOUNCE']);
});

test('more variants than a record keeps are reported once, and change nothing after that', async () => {
  const fixture = await createFixture();
  const variants = [...'abcdefghijkl'].map((_, i) =>
    [...'abcdefghijkl@example.net'].map((letter, at) => (at === i ? letter.toUpperCase() : letter)).join(''),
  );
  fixture.addToList(variants.map((variant) => entry(variant)));
  await fixture.reconcile();
  const before = await fixture.records();
  expect(before['abcdefghijkl@example.net account']?.spellings).toHaveLength(10);
  expect((await fixture.reconcile()).regions[0]?.drift).toMatchObject({ 'missing-here': 0 });
  expect(await fixture.records()).toEqual(before);
});

test('entries of the SES mailbox simulator are not adopted, because the suppression would be permanent', async () => {
  const fixture = await createFixture();
  fixture.addToList([
    { emailAddress: 'bounce+1@Simulator.amazonses.com', reason: 'BOUNCE', lastUpdateTime: noon - day },
  ]);
  const { regions } = await fixture.reconcile();
  expect(regions).toMatchObject([{ state: 'complete', entries: 1, drift: { 'missing-here': 0 }, unreadableCount: 0 }]);
  expect(await fixture.records()).toEqual({});
});
