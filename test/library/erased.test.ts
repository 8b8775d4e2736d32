import { erasedItemKey } from '../../shared/aws/dynamodb/erased-item.ts';
import type { AddressKey } from '../../shared/domain/address.ts';
import { minute } from '../../shared/domain/durations.ts';
import { createSuppressionList } from '../../shared/suppression-list/create-suppression-list.ts';
import type { SuppressionListOptions } from '../../shared/suppression-list/options.ts';
import { dynamoDBError, type FaultProxy, startFaultProxy } from '../support/fault-proxy.ts';
import { iso, noon } from '../support/ses.ts';
import { createSystem, type System, useSystem } from '../support/system.ts';

/** How a list finds addresses whose data was erased: test/operator/erase-address.test.ts erases them. */

useSystem();
let system: System;
let proxy: FaultProxy;
let now: number;
beforeEach(async () => {
  system = await createSystem();
  proxy = await startFaultProxy(String(process.env.AWS_ENDPOINT_URL_DYNAMODB), { seesErasureKey: true });
  now = noon;
});
afterEach(() => proxy.close());

const secret = 'b'.repeat(64);
const ann = 'ann@example.net' as AddressKey;
const open = (options: Partial<SuppressionListOptions> = {}) =>
  createSuppressionList({
    tableName: system.tables.suppressionsTable,
    endpoint: proxy.endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    clock: () => now,
    ...options,
  });
const putKey = () =>
  system.putItem({ address: 'erasure-key', list: 'erasure-key', causes: { erasureKey: secret }, createdAt: 1 });
async function putErased(address: AddressKey, list: string, until?: string): Promise<void> {
  const { address: hash, list: sortKey } = erasedItemKey(address, list, secret);
  const times = { since: iso(noon), ...(until !== undefined && { until }) };
  await system.putItem({ address: hash?.S, list: sortKey?.S, status: 'erased', reason: 'complaint', ...times });
}
const isOfKey = ({ body }: { readonly body: Record<string, unknown> }) => JSON.stringify(body).includes('erasure-key');
const keyReads = () => proxy.requests.filter(isOfKey).length;

test('a stack without erased addresses is asked for the key once in five minutes, and costs one read a lookup', async () => {
  const list = open();
  for (let i = 0; i < 5; i++) await list.isSuppressed(ann);
  expect([keyReads(), proxy.requests.length]).toEqual([1, 6]);
  now += 5 * minute - 1;
  await list.isSuppressed(ann);
  expect(keyReads()).toBe(1);
  now += 1;
  await list.filterSuppressed([ann, 'bob@example.net']);
  expect(keyReads()).toBe(2);
  // A clock that is set back must not keep the answer for longer.
  now -= 60 * minute;
  await list.isSuppressed(ann);
  expect(keyReads()).toBe(3);
});

test('a key that is known is not read again, and a lookup reads the hash as well', async () => {
  await putKey();
  await putErased(ann, 'account');
  const list = open();
  expect(await list.isSuppressed(ann)).toBe(true);
  now += 24 * 60 * minute;
  proxy.misbehave(() => undefined);
  expect(await list.isSuppressed(ann)).toBe(true);
  expect([keyReads(), proxy.requests.length]).toEqual([0, 2]);
  expect(JSON.stringify(proxy.requests.map(({ body }) => body))).toContain('erased#');
});

test.each(['AccessDeniedException', 'InternalServerError', 'ResourceNotFoundException'])(
  'if the key cannot be read (%s), the verdict is not "allowed"',
  async (name) => {
    proxy.misbehave((request) => (isOfKey(request) ? dynamoDBError(name) : undefined));
    await expect(open().isSuppressed(ann)).rejects.toMatchObject({ name: 'SuppressionStoreError', code: name });
    expect(await open({ whenStoreFails: 'suppress' }).isSuppressed(ann)).toBe(true);
  },
);

test('a hash that cannot be read is not "allowed" either', async () => {
  await putKey();
  const hashes = ({ body }: { readonly body: Record<string, unknown> }) => JSON.stringify(body).includes('erased#');
  proxy.misbehave((request) => (hashes(request) ? dynamoDBError('AccessDeniedException') : undefined));
  await expect(open().isSuppressed(ann)).rejects.toMatchObject({ code: 'AccessDeniedException' });
});

test('of a hash and a record, the longer suppression decides', async () => {
  await putKey();
  await putErased(ann, 'account', iso(noon + minute));
  await system.putItem({ address: ann, list: 'shop', status: 'suppressed', reason: 'manual', since: iso(noon) });
  expect(await open({ list: 'shop' }).check(ann)).toMatchObject({ list: 'shop', reason: 'manual' });
  expect(await open().check(ann)).toMatchObject({
    list: 'account',
    reason: 'complaint',
    until: new Date(noon + minute),
  });
  now = noon + minute;
  expect(await open().check(ann)).toEqual({ kind: 'allowed', address: ann });
});

test('many addresses on two lists are read in requests of at most 100 keys, with their hashes', async () => {
  await putKey();
  const addresses = Array.from({ length: 150 }, (_, i) => `a${i}@example.net`);
  await putErased('a149@example.net' as AddressKey, 'shop');
  const verdicts = await open({ list: 'shop' }).filterSuppressed(addresses);
  expect(verdicts.filter(({ kind }) => kind === 'suppressed')).toMatchObject([
    { address: 'a149@example.net', list: 'shop', reason: 'complaint' },
  ]);
  for (const { body } of proxy.requests) {
    const [{ Keys = [] } = {}] = Object.values((body.RequestItems ?? {}) as Record<string, { Keys?: unknown[] }>);
    expect(Keys.length).toBeLessThanOrEqual(100);
  }
});
