import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { messagesOf } from '../../../cli/commands/explain.ts';
import { isSampleFile, toQueueBatch } from '../../../local/demo/samples.ts';
import { createDynamoDBClient } from '../../../shared/aws/dynamodb/client.ts';
import { sumAdditions } from '../../../shared/aws/dynamodb/counter-item.ts';
import { toJsonLine } from '../../../shared/ingest/log-entry.ts';
import { type FaultProxy, startFaultProxy } from '../../support/fault-proxy.ts';
import { type Attributes, attributesSize, itemSize } from '../../support/item-size.ts';
import { type BounceOptions, bounce, hour, noon } from '../../support/ses.ts';
import { createSystem, type System, useSystem } from '../../support/system.ts';

/**
 * The cost of an item depends on its size: a write unit covers 1,024 bytes, and a write in a transaction costs two
 * units.
 */
const system = useSystem();

test('the record of the first bounce of an address is below 1,024 bytes, for every sample event', async () => {
  const folder = path.join(__dirname, '..', '..', '..', 'events');
  const files = readdirSync(folder).filter(isSampleFile);
  for (const file of files) {
    await system().deliverEvent(toQueueBatch(messagesOf(readFileSync(path.join(folder, file), 'utf8'))));
  }
  const { records, counterItems } = await system().snapshot();
  const firsts = [...records.values()].filter(({ seen }) => Object.keys(seen as object).length === 1);
  const sizes = [...firsts, ...counterItems].map(itemSize);
  expect(firsts.length).toBeGreaterThan(15);
  expect(Math.max(...sizes)).toBeLessThan(1024);
});

test('a record with a long address, the longest diagnostic text and every scope is below 1,024 bytes', async () => {
  const to = `${'a-rather-long-name'.repeat(3)}@${'department.'.repeat(4)}example.com`;
  const diagnosticCode = 'smtp; 550 5.1.1 '.padEnd(500, 'user unknown ');
  const options: BounceOptions = {
    recipients: [{ emailAddress: to.toUpperCase(), action: 'failed', status: '5.1.1', diagnosticCode }],
    mailId: '0100019a9f3c1d2e-4b7a6c58-90ab-4cde-8f01-23456789abcd-000000',
    tags: { 'ses:tenant-name': ['a', 'b', 'c', 'd', 'e', 'f', 'g'] },
  };
  await system().deliver([bounce(options)]);
  const record = await system().record(to);
  expect(itemSize({ ...record })).toBeLessThan(1024);
});

test('a counter item with large numbers in every slot is below 1 KB, even with the longest scope name', async () => {
  const counters = ['sends', 'hard', 'soft', 'complaints', 'prevented'];
  const slots = counters.flatMap((counter) =>
    Array.from({ length: 12 }, (_, slot) => [`${counter}${slot}`, 999_999_999]),
  );
  const [update] = sumAdditions([{ counter: 'hard', scope: 'x'.repeat(120), sentAt: noon, by: 1 }], 3);
  const item = { ...update?.key, ...Object.fromEntries(slots), writes: 99_999, expiresAt: update?.expiresAt };
  expect(itemSize(item)).toBeLessThan(1024);
});

describe('a batch of 500 bounces of 500 addresses, in three scopes', () => {
  let proxy: FaultProxy;
  let behindProxy: System;
  beforeAll(async () => {
    proxy = await startFaultProxy(String(process.env.AWS_ENDPOINT_URL_DYNAMODB));
    behindProxy = await createSystem(createDynamoDBClient({ endpoint: proxy.endpoint }));
  });
  afterAll(() => proxy.close());

  const bodies = Array.from({ length: 500 }, (_, i) =>
    bounce({
      to: `recipient-${i}@example.net`,
      mailId: `0100019a9f3c1d2e-4b7a6c58-90ab-4cde-8f01-${i}-000000`,
      status: '5.1.1',
    }),
  );

  /**
   * Write units of one item in a transaction: two for each KB. A counter item has less than 1 KB: see the test above.
   */
  const unitsOf = ({ Put }: { Put?: { Item: Attributes } }) =>
    Put === undefined ? 2 : 2 * Math.ceil(attributesSize(Put.Item) / 1024);

  test('costs 13 requests and 1,049 write units, 2.1 per message', async () => {
    proxy.misbehave(() => undefined);
    await behindProxy.deliver(bodies);
    const writes = proxy.requests.filter(({ operation }) => operation === 'TransactWriteItems');
    const actions = writes.flatMap(({ body }) => body.TransactItems as Parameters<typeof unitsOf>[0][]);
    const updates = proxy.requests.filter(({ operation }) => operation === 'UpdateItem');
    expect(proxy.requests).toHaveLength(13);
    // Each of these costs a write to the outbox index in addition.
    expect(actions.filter(({ Put }) => Put?.Item.mirror !== undefined)).toHaveLength(500);
    expect(actions.reduce((sum, action) => sum + unitsOf(action), 0) + updates.length).toBe(1049);
  });

  test('takes less than 200 bytes of log per message', async () => {
    const { entries } = await system().deliver(bodies);
    const bytes = entries.reduce((sum, entry) => sum + Buffer.byteLength(`${toJsonLine(entry)}\n`), 0);
    expect(entries).toHaveLength(501);
    expect(bytes / 500).toBeLessThan(200);
  });

  test('costs 6 requests and no write when it is delivered again', async () => {
    proxy.misbehave(() => undefined);
    await behindProxy.deliver(bodies);
    expect(proxy.requests.map(({ operation }) => operation)).toEqual(Array.from({ length: 6 }, () => 'BatchGetItem'));
  });
});

test('a record with the evidence of 300 soft bounces is below 12 KB', async () => {
  const long = 'x'.repeat(60);
  const tags = { 'ses:tenant-name': Array.from({ length: 9 }, (_, i) => `tenant-${i}`) };
  const day = 24 * hour;
  const bodies = Array.from({ length: 300 }, (_, i) => {
    const sentAt = noon - 29 * day + Math.floor(i / 10) * day + i * 1000;
    const variant = `${'fullest'
      .split('')
      .map((letter, at) => ((i >> at) & 1 ? letter.toUpperCase() : letter))
      .join('')}@example.net`;
    const diagnosticCode = `${'y'.repeat(300)}${i}`;
    return bounce({
      recipients: [{ emailAddress: variant, status: '4.2.2', diagnosticCode }],
      type: 'Transient',
      subType: 'MailboxFull',
      sentAt,
      mailId: `${long}-${i}`,
      tags,
    });
  });
  await system().deliver(bodies);
  const record = await system().record('fullest@example.net');
  const { evidence, seen } = record as { evidence: unknown[]; seen: object };
  expect([evidence.length, Object.keys(seen).length]).toEqual([10, 64]);
  expect(itemSize({ ...record })).toBeGreaterThan(8 * 1024);
  expect(itemSize({ ...record })).toBeLessThan(12 * 1024);
});

test('an email is counted in the five minutes in which it was sent, and the counter expires after 45 days', () => {
  const at = (minutes: number) =>
    sumAdditions([{ counter: 'hard', scope: 'account', sentAt: noon + minutes * 60_000, by: 1 }], 2)[0];
  expect([0, 4.99, 5, 59.99, 60].map((minutes) => [...(at(minutes)?.added.keys() ?? [])][1])).toEqual([
    'hard0',
    'hard0',
    'hard1',
    'hard11',
    'hard0',
  ]);
  expect(at(0)?.key).toEqual({ scope: 'account', hour: '2026-11-20T12#2' });
  expect(at(60)?.key.hour).toBe('2026-11-20T13#2');
  expect(at(0)?.expiresAt).toBe((noon + hour + 45 * 24 * hour) / 1000);
});
