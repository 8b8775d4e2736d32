import { StoreError, type SuppressionStore } from '../../shared/domain/suppression/store.ts';
import { bounce, hour, iso, noon, queued } from '../support/ses.ts';
import { useSystem } from '../support/system.ts';

const system = useSystem();

test('of 500 messages, of which 7 are unreadable and 3 cannot be written, exactly these ten fail', async () => {
  const sentAt = noon - hour;
  const unreadable = new Map<number, unknown>([
    [0, 'not JSON'],
    [77, { eventType: 'Bounce' }],
    [150, bounce({ recipients: [] })],
    [222, '{"eventType":"Bounce","mail":'],
    [300, { hello: 'world' }],
    [401, bounce({ mail: { timestamp: 'once' } })],
    [499, ''],
  ]);
  const unwritable = [33, 250, 498];
  const addressOf = (index: number) => `r${index}@example.net`;
  // An item that was edited manually: it can be neither read nor safely replaced.
  await system().putItem({ address: addressOf(33), list: 'account', status: 'suppressed', seen: 7, version: 'x' });
  const Records = Array.from({ length: 500 }, (_, index) =>
    queued(`id-${index}`, unreadable.get(index) ?? bounce({ to: addressOf(index), sentAt, mailId: `mail-${index}` })),
  );
  // Two records that DynamoDB rejects in any transaction.
  const rejected = new Set([addressOf(250), addressOf(498)]);
  const store: SuppressionStore = {
    ...system().store,
    async write(transaction) {
      if (transaction.changes.some(({ record }) => rejected.has(record.address))) {
        throw new StoreError('DynamoDB: ValidationException', { scope: 'request' });
      }
      return system().store.write(transaction);
    },
  };

  const { failed } = await system().deliverEvent({ Records }, { store });

  expect(failed.toSorted()).toEqual([...unreadable.keys(), ...unwritable].map((index) => `id-${index}`).toSorted());
  const { records } = await system().snapshot();
  const durable = Array.from({ length: 500 }, (_, index) => index).filter(
    (index) => records.get(`${addressOf(index)} account`)?.reason === 'hard',
  );
  expect(durable).toHaveLength(490);
  expect((await system().counters(iso(sentAt).slice(0, 13), ['account'])).account).toEqual({ hard0: 490 });
});

test('300 events of one address in a batch are all stored and counted', async () => {
  const sentAt = noon + 5 * hour;
  system().now = sentAt + hour;
  const bodies = Array.from({ length: 300 }, (_, index) =>
    bounce({ to: 'busy@example.net', sentAt, mailId: `busy-${index}` }),
  );
  const first = await system().deliver(bodies);
  const again = await system().deliver(bodies);
  expect([first.failed, again.failed]).toEqual([[], []]);
  const counters = await system().counters(iso(sentAt).slice(0, 13), ['account', 'configuration-set:news']);
  expect(counters).toEqual({ account: { hard0: 300 }, 'configuration-set:news': { hard0: 300 } });
});

test('97 full records with one more id each are written in several transactions', async () => {
  const sentAt = noon + 8 * hour;
  system().now = sentAt + hour;
  const bodies = (to: string, count: number) =>
    Array.from({ length: count }, (_, i) => bounce({ to, sentAt, mailId: `full-${to}-${i}` }));
  await system().deliver(bodies('full-0@example.org', 64));
  const full = await system().record('full-0@example.org');
  const addresses = Array.from({ length: 97 }, (_, i) => `full-${i}@example.org`);
  for (const address of addresses) await system().putItem({ ...full, address });
  const writes: number[] = [];
  const store: SuppressionStore = {
    ...system().store,
    write(transaction) {
      writes.push(system().store.countItems(transaction));
      return system().store.write(transaction);
    },
  };
  const { failed } = await system().deliver(
    addresses.map((to) => bounce({ to, sentAt, mailId: 'one-more' })),
    { store },
  );
  expect(failed).toEqual([]);
  expect(Math.max(...writes)).toBeLessThanOrEqual(100);
  const { records } = await system().snapshot();
  expect([...records.keys()].filter((key) => /^full-\d+@example\.org seen#/.test(key))).toHaveLength(97);
});

test('emails of many hours and many scopes fit into transactions', async () => {
  const bodies = Array.from({ length: 120 }, (_, index) =>
    bounce({
      to: `wide-${index}@example.net`,
      domain: `d${index % 7}.example.com`,
      sentAt: noon - (index + 30) * hour,
      mailId: `wide-${index}`,
      tags: { 'ses:tenant-name': [`tenant-${index % 5}`] },
    }),
  );
  const { failed } = await system().deliver(bodies);
  expect(failed).toEqual([]);
  const { counts } = await system().snapshot();
  const tenants = Array.from({ length: 5 }, (_, index) => counts.get(`tenant:tenant-${index}`)?.get('hard'));
  expect(tenants).toEqual([24, 24, 24, 24, 24]);
});

test('attributes written by a newer version are kept', async () => {
  await system().deliver([bounce({ to: 'newer@example.net', mailId: 'n1' })]);
  const record = await system().record('newer@example.net');
  await system().putItem({ ...record, sooner: 'x', later: { a: [1] } });
  expect((await system().deliver([bounce({ to: 'newer@example.net', mailId: 'n2' })])).failed).toEqual([]);
  const after = await system().record('newer@example.net');
  expect(after).toMatchObject({ sooner: 'x', later: { a: [1] } });
  expect(after?.version).not.toBe(record?.version);
});

test('an email with a timestamp in the far future leaves a readable record', async () => {
  const far = bounce({ to: 'far@example.net', mailId: 'far', status: '5.7.1', sentAt: Date.UTC(2999, 11, 31) });
  expect((await system().deliver([far])).failed).toEqual([]);
  expect((await system().deliver([bounce({ to: 'far@example.net', mailId: 'near' })])).failed).toEqual([]);
});

test('a message with one invalid recipient takes effect for the others, and fails', async () => {
  const recipients = [{ emailAddress: 'root' }, { emailAddress: 'good@example.net' }];
  const { failed, entries } = await system().deliver([bounce({ recipients, mailId: 'half' })]);
  expect(failed).toEqual(['message-0']);
  expect((await system().record('good@example.net'))?.status).toBe('suppressed');
  expect(entries).toContainEqual({
    kind: 'message',
    outcome: 'unreadable',
    message: 'message-0',
    reason: '1 recipient is not a valid address',
  });
});
