import { createSuppressionList } from '../../shared/suppression-list/index.ts';
import { useAccountListFixtures } from '../support/account-list.ts';
import { day, iso, noon } from '../support/ses.ts';

const createFixture = useAccountListFixtures();

const drift = { 'missing-here': 0, 'missing-at-ses': 0, 'still-at-ses': 0, 'removed-at-ses': 0 };
const noneUnreadable = { unreadableCount: 0, unreadable: [] };

/**
 * Returns the list of an old account: every third entry a complaint, every second capitalized, half of them added by
 * SES itself.
 */
function oldList(size: number) {
  return Array.from({ length: size }, (_, i) => ({
    emailAddress: `${i % 2 ? 'User' : 'user'}${i}@example.net`,
    reason: i % 3 ? ('BOUNCE' as const) : ('COMPLAINT' as const),
    lastUpdateTime: noon - (i % 900) * day,
    ...(i % 4 < 2 && { attributes: { messageId: `mail-${i}`, feedbackId: `feedback-${i}` } }),
  }));
}

test('the first run adopts the existing list of an account, with the address variant and the reason SES has', async () => {
  const fixture = await createFixture();
  const list = oldList(2500);
  fixture.addToList(list);
  expect(await fixture.reconcile()).toEqual({
    regions: [
      {
        region: 'home',
        state: 'complete',
        entries: 2500,
        drift: { ...drift, 'missing-here': 2500 },
        ...noneUnreadable,
      },
    ],
    recordCount: 0,
    failed: 0,
  });
  const adopted = Object.values(await fixture.records()).map(({ address, status, reason, since, until, ...rest }) => {
    const [evidence] = rest.evidence as Record<string, unknown>[];
    return { address, status, reason, since, until, spellings: rest.spellings, subType: evidence?.subType };
  });
  const expected = list.map(({ emailAddress, reason, lastUpdateTime }) => ({
    address: emailAddress.toLowerCase(),
    status: 'suppressed',
    reason: 'ses-list',
    since: iso(lastUpdateTime),
    until: undefined,
    spellings: emailAddress.startsWith('U') ? [emailAddress] : undefined,
    subType: reason,
  }));
  const byAddress = (a: { address: unknown }, b: { address: unknown }) =>
    String(a.address) < String(b.address) ? -1 : 1;
  expect(adopted.sort(byAddress)).toEqual(expected.sort(byAddress));
  expect(fixture.home.calls.map(({ operation }) => operation)).toEqual(Array(3).fill('ListSuppressedDestinations'));
  const application = createSuppressionList({ tableName: fixture.system.tables.suppressionsTable });
  expect(await Promise.all([1, 2, 1000, 2499].map((i) => application.isSuppressed(`UsEr${i}@example.net`)))).toEqual(
    Array(4).fill(true),
  );
  // Adopting an entry counts neither as a bounce nor as a prevented email.
  expect((await fixture.system.snapshot()).counts).toEqual(new Map());
});

test('later syncs look up the message of each adopted entry, and leave time for other calls to SES', async () => {
  const fixture = await createFixture();
  const list = oldList(40);
  fixture.addToList(list);
  await fixture.reconcile();
  fixture.system.now += 60_000;
  const before = fixture.home.calls.length;
  await fixture.sync();
  const lookups = fixture.home.calls.slice(before);
  expect(new Set(lookups.map(({ operation, status }) => `${operation} ${status}`))).toEqual(
    new Set(['GetSuppressedDestination 200']),
  );
  expect(lookups.length).toBeGreaterThan(10);
  const intervals = lookups.slice(1).map(({ at }, i) => at - (lookups[i]?.at ?? 0));
  expect(Math.min(...intervals)).toBeGreaterThanOrEqual(2000);
  for (let run = 0; run < 3; run++) await fixture.sync();
  const records = await fixture.records();
  const messageIds = list.map(({ emailAddress }) => {
    const { evidence } = records[`${emailAddress.toLowerCase()} account`] ?? {};
    return (evidence as Record<string, unknown>[]).map(({ messageId }) => messageId);
  });
  // An entry that was added manually belongs to no message.
  expect(messageIds).toEqual(list.map(({ attributes }) => [attributes?.messageId ?? '']));
  expect(await fixture.pendingRegions()).toEqual({});
  expect(fixture.listed()).toHaveLength(40);
});

test.each([0, 3])('a second run changes nothing after %d syncs', async (syncs) => {
  const fixture = await createFixture();
  fixture.addToList(oldList(30));
  await fixture.reconcile();
  for (let run = 0; run < syncs; run++) await fixture.sync();
  const before = await fixture.records();
  fixture.system.now += syncs * day;
  expect(await fixture.reconcile()).toEqual({
    regions: [{ region: 'home', state: 'complete', entries: 30, drift, ...noneUnreadable }],
    recordCount: 30,
    failed: 0,
  });
  // Every write creates a new version, so equal versions prove that nothing was written.
  expect(await fixture.records()).toEqual(before);
});
