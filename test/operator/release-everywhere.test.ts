import { useAccountListFixtures } from '../support/account-list.ts';
import { bounce, complaint, day, hour, noon } from '../support/ses.ts';

const createFixture = useAccountListFixtures();
const to = 'ann@example.net';
const entry = (emailAddress: string, reason: 'BOUNCE' | 'COMPLAINT' = 'BOUNCE') => ({
  emailAddress,
  reason,
  lastUpdateTime: noon - day,
});
const home = { region: 'home', isImporting: false };
const suppressionBounce = (options: object) => bounce({ ...options, to, subType: 'OnAccountSuppressionList' });

test('a release deletes every variant of the address at SES, and the next sync deletes them again', async () => {
  const fixture = await createFixture();
  await fixture.deliver([
    bounce({ to: 'Ann@example.net', mailId: 'a' }),
    bounce({ to: 'ANN@example.net', mailId: 'b' }),
  ]);
  fixture.addToList(['Ann@example.net', 'ANN@example.net', to, 'bob@example.net'].map((variant) => entry(variant)));
  expect(await fixture.releaseEverywhere('aNN@example.net')).toEqual({
    address: to,
    table: 'was suppressed',
    regions: [{ ...home, removed: ['ANN@example.net', 'Ann@example.net', to] }],
    tenants: [],
  });
  expect(fixture.listed()).toEqual(['bob@example.net BOUNCE']);
  expect(await fixture.system.record(to)).toMatchObject({
    status: 'released',
    releasedBy: 'ops',
    releasedFor: 'asked by phone',
    spellings: ['ANN@example.net', 'Ann@example.net', 'aNN@example.net'],
  });
  expect(await fixture.pendingRegions()).toEqual({ [to]: 'home' });
  fixture.system.now += 60_000;
  const { length } = fixture.home.calls;
  await fixture.sync();
  expect(fixture.home.calls.slice(length).map(({ operation, address }) => [operation, address])).toEqual(
    ['ANN@example.net', 'Ann@example.net', 'aNN@example.net', to].map((one) => ['DeleteSuppressedDestination', one]),
  );
  expect(await fixture.pendingRegions()).toEqual({});
});

test('the variant that the operator enters is deleted even if the record has no room for it', async () => {
  const fixture = await createFixture();
  await fixture.deliver(
    Array.from({ length: 12 }, (_, i) => {
      const domain = [...'example'].map((letter, at) => (i & (1 << at) ? letter.toUpperCase() : letter)).join('');
      return bounce({ to: `ann@${domain}.net`, mailId: `m-${i}` });
    }),
  );
  expect((await fixture.system.record(to))?.spellings).toHaveLength(10);
  fixture.addToList([entry('ann@example.neT')]);
  const { regions } = await fixture.releaseEverywhere('ann@example.neT');
  expect(regions).toEqual([{ ...home, removed: ['ann@example.neT'] }]);
  expect(fixture.listed()).toEqual([]);
});

test('if only SES lists the address, the release is saved before the deletion, and old feedback does not suppress', async () => {
  const fixture = await createFixture();
  fixture.addToList([entry('Ann@example.net', 'COMPLAINT')]);
  let recordAtDeletion: unknown;
  fixture.home.fault = ({ operation }) => {
    if (operation === 'DeleteSuppressedDestination') recordAtDeletion ??= fixture.system.record(to);
    return undefined;
  };
  expect(await fixture.releaseEverywhere('Ann@example.net')).toEqual({
    address: to,
    table: 'unknown',
    regions: [{ ...home, removed: ['Ann@example.net'] }],
    tenants: [],
  });
  expect(await recordAtDeletion).toMatchObject({ status: 'released', mirror: expect.any(String) });
  await fixture.deliver([complaint({ to: 'Ann@example.net', mailId: 'c' })]);
  expect(await fixture.system.record(to)).toMatchObject({ status: 'released' });
  await fixture.sync();
  expect(fixture.listed()).toEqual([]);
});

test('an unknown address changes nothing', async () => {
  const fixture = await createFixture(['eu-west-1']);
  fixture.addToList([entry('bob@example.net')]);
  const before = await fixture.records();
  expect(await fixture.releaseEverywhere('Ann@example.net')).toEqual({
    address: to,
    table: 'unknown',
    regions: [],
    tenants: [],
  });
  expect(await fixture.records()).toEqual(before);
  expect(fixture.listed()).toEqual(['bob@example.net BOUNCE']);
  expect(fixture.home.calls.map(({ operation, address }) => [operation, address])).toEqual([
    ['GetSuppressedDestination', 'Ann@example.net'],
    ['GetSuppressedDestination', to],
  ]);
});

test('an expired record that is not deleted yet is treated as unknown, and SES is asked', async () => {
  const fixture = await createFixture();
  await fixture.deliver([bounce({ to, type: 'Transient', subType: 'MailboxFull' })]);
  fixture.system.now += 400 * day;
  expect(await fixture.releaseEverywhere(to)).toEqual({ address: to, table: 'unknown', regions: [], tenants: [] });
  fixture.addToList([entry(to)]);
  fixture.system.now += 1000;
  const regions = [{ ...home, removed: [to] }];
  expect(await fixture.releaseEverywhere(to)).toEqual({ address: to, table: 'unknown', regions, tenants: [] });
  expect(await fixture.system.record(to)).toMatchObject({ status: 'released' });
});

test('the release of a watched address is saved too', async () => {
  const fixture = await createFixture();
  await fixture.deliver([bounce({ to, type: 'Transient', subType: 'MailboxFull' })]);
  const regions = [{ ...home, removed: [] }];
  expect(await fixture.releaseEverywhere(to)).toEqual({
    address: to,
    table: 'was not suppressed',
    regions,
    tenants: [],
  });
  expect(await fixture.system.record(to)).toMatchObject({ status: 'released' });
});

test('releasing twice, or twice at the same time, has the effect of one release', async () => {
  const fixture = await createFixture();
  await fixture.deliver([bounce({ to })]);
  await fixture.sync();
  const reports = await Promise.all([fixture.releaseEverywhere(to), fixture.releaseEverywhere(to)]);
  const removed = reports.flatMap(({ regions }) => regions.flatMap((region) => region.removed));
  expect(removed).toEqual([to]);
  fixture.system.now += 60_000;
  const regions = [{ ...home, removed: [] }];
  expect(await fixture.releaseEverywhere(to)).toEqual({
    address: to,
    table: 'was not suppressed',
    regions,
    tenants: [],
  });
  for (let run = 0; run < 2; run++) await fixture.sync();
  expect(await fixture.system.record(to)).toMatchObject({ status: 'released' });
  expect(fixture.listed()).toEqual([]);
  expect(await fixture.pendingRegions()).toEqual({});
});

test('after a release, old feedback on either channel does not suppress, and later feedback does', async () => {
  const fixture = await createFixture();
  const old = (['identity', 'configuration-set'] as const).flatMap((channel) => [
    bounce({ to, channel, mailId: 'a' }),
    complaint({ to, channel, mailId: 'b' }),
    suppressionBounce({ channel, mailId: 'c' }),
  ]);
  await fixture.deliver(old);
  await fixture.sync();
  await fixture.releaseEverywhere(to);
  const releasedAt = fixture.system.now;
  await fixture.sync();
  // SES acts on a deleted entry for a while.
  const late = suppressionBounce({ mailId: 'd', sentAt: releasedAt + 30_000, at: releasedAt + 31_000 });
  fixture.system.now += hour;
  await fixture.deliver([...old, late, bounce({ to, mailId: 'never-seen' })]);
  await fixture.deliver(old);
  await fixture.sync();
  expect(await fixture.system.record(to)).toMatchObject({ status: 'released' });
  expect(fixture.listed()).toEqual([]);
  await fixture.deliver([bounce({ to, mailId: 'new', sentAt: fixture.system.now })]);
  await fixture.sync();
  expect(await fixture.system.record(to)).toMatchObject({ status: 'suppressed', reason: 'hard' });
  expect(fixture.listed()).toEqual([`${to} BOUNCE`]);
});
