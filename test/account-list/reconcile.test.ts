import { createSuppressionList } from '../../shared/suppression-list/index.ts';
import { useAccountListWorlds } from '../support/account-list.ts';
import { day, iso, noon } from '../support/ses.ts';

const createWorld = useAccountListWorlds();

const drift = { 'missing-here': 0, 'missing-at-ses': 0, 'still-at-ses': 0, 'removed-at-ses': 0 };
const nothing = { unreadableCount: 0, unreadable: [] };

/** A list an account has had for years: every third a complaint, every second with a capital, half of them put there by SES itself. */
function oldList(size: number) {
  return Array.from({ length: size }, (_, i) => ({
    emailAddress: `${i % 2 ? 'User' : 'user'}${i}@example.net`,
    reason: i % 3 ? ('BOUNCE' as const) : ('COMPLAINT' as const),
    lastUpdateTime: noon - (i % 900) * day,
    ...(i % 4 < 2 && { attributes: { messageId: `mail-${i}`, feedbackId: `feedback-${i}` } }),
  }));
}

test('the first run adopts the list an account has already, as SES has spelled it and for its reason', async () => {
  const world = await createWorld();
  const list = oldList(2500);
  world.fill(list);
  expect(await world.reconcile()).toEqual({
    regions: [
      { region: 'home', state: 'complete', entries: 2500, drift: { ...drift, 'missing-here': 2500 }, ...nothing },
    ],
    held: 0,
    failed: 0,
  });
  const adopted = Object.values(await world.records()).map(({ address, status, reason, since, until, ...rest }) => {
    const [evidence] = rest.evidence as Record<string, unknown>[];
    return { address, status, reason, since, until, addressVariants: rest.addressVariants, subType: evidence?.subType };
  });
  const expected = list.map(({ emailAddress, reason, lastUpdateTime }) => ({
    address: emailAddress.toLowerCase(),
    status: 'suppressed',
    reason: 'ses-list',
    since: iso(lastUpdateTime),
    until: undefined,
    addressVariants: emailAddress.startsWith('U') ? [emailAddress] : undefined,
    subType: reason,
  }));
  const byAddress = (a: { address: unknown }, b: { address: unknown }) =>
    String(a.address) < String(b.address) ? -1 : 1;
  expect(adopted.sort(byAddress)).toEqual(expected.sort(byAddress));
  expect(world.home.calls.map(({ operation }) => operation)).toEqual(Array(3).fill('ListSuppressedDestinations'));
  const application = createSuppressionList({ tableName: world.system.tables.suppressionsTable });
  expect(await Promise.all([1, 2, 1000, 2499].map((i) => application.isSuppressed(`UsEr${i}@example.net`)))).toEqual(
    Array(4).fill(true),
  );
  // No mail was prevented, and nothing has bounced now.
  expect((await world.system.snapshot()).counts).toEqual(new Map());
});

test('the runs after it ask SES for which mail it has listed them, and leave it time for others', async () => {
  const world = await createWorld();
  const list = oldList(40);
  world.fill(list);
  await world.reconcile();
  world.system.now += 60_000;
  const before = world.home.calls.length;
  await world.drain();
  const asked = world.home.calls.slice(before);
  expect(new Set(asked.map(({ operation, status }) => `${operation} ${status}`))).toEqual(
    new Set(['GetSuppressedDestination 200']),
  );
  expect(asked.length).toBeGreaterThan(10);
  const pauses = asked.slice(1).map(({ at }, i) => at - (asked[i]?.at ?? 0));
  expect(Math.min(...pauses)).toBeGreaterThanOrEqual(2000);
  for (let run = 0; run < 3; run++) await world.drain();
  const records = await world.records();
  const mails = list.map(({ emailAddress }) => {
    const { evidence } = records[`${emailAddress.toLowerCase()} account`] ?? {};
    return (evidence as Record<string, unknown>[]).map(({ messageId }) => messageId);
  });
  // What was put there by hand is for no mail.
  expect(mails).toEqual(list.map(({ attributes }) => [attributes?.messageId ?? '']));
  expect(await world.marks()).toEqual({});
  expect(world.listed()).toHaveLength(40);
});

test.each([0, 3])('a second run changes nothing, after %d runs of the outbox', async (drains) => {
  const world = await createWorld();
  world.fill(oldList(30));
  await world.reconcile();
  for (let run = 0; run < drains; run++) await world.drain();
  const before = await world.records();
  const late = drains * day;
  world.system.now += late;
  expect(await world.reconcile()).toEqual({
    regions: [{ region: 'home', state: 'complete', entries: 30, drift, ...nothing }],
    held: 30,
    failed: 0,
  });
  // Versions are made anew at every write.
  expect(await world.records()).toEqual(before);
});
