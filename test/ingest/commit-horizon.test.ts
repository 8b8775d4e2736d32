import { readPolicy } from '../../shared/domain/policy/policy.ts';
import type { SuppressionStore } from '../../shared/domain/suppression/store.ts';
import { bounce, complaint, day, hour, iso, noon } from '../support/ses.ts';
import { useSystem } from '../support/system.ts';

const system = useSystem();

const scopes = ['account', 'identity:shop.example.com', 'configuration-set:news'];
const countersAt = (time: number) => system().counters(iso(time).slice(0, 13), scopes);

/** Returns an hour in which no other test counts. */
let hours = 0;
function nextHour(): number {
  hours += 1;
  return noon + hours * hour;
}

beforeEach(() => {
  system().now = noon + 5 * day;
});

test('the 65th event id is stored outside the record, and recognized when it is delivered again', async () => {
  const sentAt = nextHour();
  const to = 'many@example.net';
  const bodies = Array.from({ length: 70 }, (_, i) => bounce({ to, sentAt: sentAt + i * 1000, mailId: `many-${i}` }));
  for (const body of bodies) await system().deliver([body]);
  const record = await system().record(to);
  expect(Object.keys(record?.seen as object)).toHaveLength(64);
  expect([...(await system().snapshot()).records.keys()].filter((key) => key.startsWith(`${to} seen#`))).toHaveLength(
    6,
  );
  const counters = await countersAt(sentAt);
  expect(counters.account).toEqual({ hard0: 70 });

  await system().deliver(bodies.toReversed());
  expect(await system().record(to)).toEqual(record);
  expect(await countersAt(sentAt)).toEqual(counters);
});

test('a copy of an overflow event with more scopes is counted in these scopes, once', async () => {
  const sentAt = nextHour();
  const to = 'overflow@example.net';
  const copies = (channel: 'identity' | 'configuration-set') =>
    Array.from({ length: 66 }, (_, i) => bounce({ to, sentAt, mailId: `overflow-${i}`, channel }));
  await system().deliver(copies('identity'));
  expect(await countersAt(sentAt)).toEqual({ account: { hard0: 66 }, 'identity:shop.example.com': { hard0: 66 } });
  await system().deliver(copies('configuration-set'));
  await system().deliver(copies('configuration-set'));
  expect(await countersAt(sentAt)).toEqual(Object.fromEntries(scopes.map((scope) => [scope, { hard0: 66 }])));
});

test('a redelivery after 31 days changes no count, although the id has been removed', async () => {
  const sentAt = nextHour();
  const first = bounce({ to: 'late@example.net', sentAt, mailId: 'late-1' });
  await system().deliver([first]);
  system().now = sentAt + 32 * day;
  await system().deliver([bounce({ to: 'late@example.net', sentAt: system().now - hour, mailId: 'late-2' })]);
  expect(Object.keys((await system().record('late@example.net'))?.seen as object)).toHaveLength(1);

  const before = await system().record('late@example.net');
  const counters = await countersAt(sentAt);
  await system().deliver([first]);
  expect(await system().record('late@example.net')).toEqual(before);
  expect(await countersAt(sentAt)).toEqual(counters);
});

/** Without syncing, because a record with a pending sync does not expire. */
const policy = readPolicy({ accountList: { mode: 'off' } });

test('a redelivery after the record has expired is not counted again, and creates no record', async () => {
  const sentAt = nextHour();
  const to = 'gone@example.net';
  const blocked = bounce({ to, sentAt, mailId: 'gone', status: '5.7.1' });
  await system().deliver([blocked], { policy });
  const counters = await countersAt(sentAt);
  system().now = (((await system().record(to))?.expiresAt as number) + 1) * 1000;
  await system().deleteItem(to);
  await system().deliver([blocked], { policy });
  expect(await system().record(to)).toBeUndefined();
  expect(await countersAt(sentAt)).toEqual(counters);
});

test('a record does not expire before its newest email is 31 days old', async () => {
  const sentAt = nextHour();
  const bodies = [
    bounce({ to: 'old@example.net', sentAt: sentAt - 20 * day, mailId: 'old-1', status: '5.7.1' }),
    bounce({ to: 'old@example.net', sentAt, mailId: 'old-2', type: 'Undetermined' }),
  ];
  await system().deliver(bodies, { policy });
  expect((await system().record('old@example.net'))?.expiresAt).toBe((sentAt + 31 * day) / 1000);
});

test.each(['deleted', 'created again'])(
  'a record that is %s between the read and the write is not overwritten by a stale one',
  async (change) => {
    const sentAt = nextHour();
    const to = `between-${change.replace(' ', '-')}@example.net`;
    await system().deliver([bounce({ to, sentAt, mailId: 'first', type: 'Undetermined' })]);
    const original = await system().record(to);
    let reads = 0;
    const store: SuppressionStore = {
      ...system().store,
      async read(lookups) {
        const outcomes = await system().store.read(lookups);
        if (reads++ === 0) {
          await system().deleteItem(to);
          // Another container creates the record again, from other feedback.
          if (change === 'created again') await system().deliver([complaint({ to, sentAt, mailId: 'second' })]);
        }
        return outcomes;
      },
    };
    const { failed } = await system().deliver([bounce({ to, sentAt, mailId: 'third' })], { store });
    expect(failed).toEqual([]);
    const record = await system().record(to);
    const evidence = record?.evidence as { messageId: string }[];
    const messageIds = evidence.map(({ messageId }) => messageId).toSorted();
    expect(messageIds).toEqual(change === 'created again' ? ['second', 'third'] : ['third']);
    expect(record?.version).not.toBe(original?.version);
    expect((await countersAt(sentAt)).account).toEqual({
      soft0: 1,
      hard0: 1,
      ...(change === 'created again' && { complaints0: 1 }),
    });
  },
);

test('a redrive under a changed policy counts nothing twice and suppresses no address', async () => {
  const sentAt = nextHour();
  const to = 'rule@example.net';
  const message = bounce({ to, sentAt, mailId: 'rule', type: 'Transient', status: '4.4.7' });
  await system().deliver([message]);
  const before = await system().record(to);
  const stricter = readPolicy({ soft: { strikes: 1, onDays: 1 } });
  await system().deliver([message], { policy: stricter });
  expect(await system().record(to)).toEqual(before);
  // The event id does not depend on the class, so the same bounce in another class is the same event.
  const hard = bounce({ to, sentAt, mailId: 'reclassified' });
  const blocked = bounce({ to, sentAt, mailId: 'reclassified', status: '5.7.1' });
  await system().deliver([hard]);
  const classified = await system().record(to);
  await system().deliver([blocked]);
  expect(await system().record(to)).toEqual(classified);
  expect((await countersAt(sentAt)).account).toEqual({ soft0: 1, hard0: 1 });
});

test('a copy with fewer scopes followed by one with more is counted once in each scope', async () => {
  const sentAt = nextHour();
  const copy = (channel: 'identity' | 'configuration-set') =>
    bounce({ to: 'copies@example.net', sentAt, mailId: 'copies', channel });
  await system().deliver([copy('identity')]);
  expect(await countersAt(sentAt)).toEqual({ account: { hard0: 1 }, 'identity:shop.example.com': { hard0: 1 } });
  await system().deliver([copy('configuration-set'), copy('identity'), copy('configuration-set')]);
  expect(await countersAt(sentAt)).toEqual(Object.fromEntries(scopes.map((scope) => [scope, { hard0: 1 }])));
});
