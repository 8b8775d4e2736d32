import { useAccountListWorlds } from '../support/account-list.ts';
import { day, noon } from '../support/ses.ts';

const createWorld = useAccountListWorlds();

const drift = { 'not here': 0, 'not at SES': 0, 'left at SES': 0, 'gone from SES': 0 };
const nothing = { unreadableCount: 0, unreadable: [] };

/** A list an account has had for years: every third a complaint, every second with a capital, half put there by SES itself. */
function oldList(size: number) {
  return Array.from({ length: size }, (_, i) => ({
    emailAddress: `${i % 2 ? 'User' : 'user'}${i}@Example.net`,
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
    regions: [{ region: 'home', state: 'complete', entries: 2500, drift: { ...drift, 'not here': 2500 }, ...nothing }],
    held: 0,
    failed: 0,
  });
  const records = await world.records();
  expect(Object.keys(records)).toHaveLength(2500);
  const adopted = list.map(({ emailAddress, reason, lastUpdateTime }) => {
    const address = emailAddress.toLowerCase();
    const record = records[`${address} account`];
    return [
      record?.address,
      record?.status,
      record?.reason,
      record?.since,
      record?.until,
      record?.spellings,
      (record?.evidence as Record<string, unknown>[])[0]?.subType,
    ].concat([emailAddress, reason, lastUpdateTime]);
  });
  expect(adopted).toEqual(
    list.map(({ emailAddress, reason, lastUpdateTime }) => {
      const since = new Date(lastUpdateTime).toISOString();
      const address = emailAddress.toLowerCase();
      return [address, 'suppressed', 'ses-list', since, undefined, [emailAddress], reason].concat([
        emailAddress,
        reason,
        lastUpdateTime,
      ] as string[]);
    }),
  );
  expect(world.home.calls.map(({ operation }) => operation)).toEqual(Array(3).fill('ListSuppressedDestinations'));
});
