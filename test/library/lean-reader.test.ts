import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { retryContextOf } from '../../shared/aws/dynamodb/lean-reader.ts';
import { backOff } from '../../shared/domain/retry.ts';
import { createSuppressionList } from '../../shared/suppression-list/create-suppression-list.ts';
import type { SuppressionListOptions } from '../../shared/suppression-list/options.ts';
import {
  type DynamoDBRequest,
  dynamoDBError,
  type Fault,
  type FaultProxy,
  startFaultProxy,
} from '../support/fault-proxy.ts';
import { iso, noon } from '../support/ses.ts';
import { useSystem } from '../support/system.ts';

const system = useSystem();
const tableName = () => system().tables.suppressionsTable;
let proxy: FaultProxy;
beforeAll(async () => {
  proxy = await startFaultProxy(String(process.env.AWS_ENDPOINT_URL_DYNAMODB));
  await putSuppressed('suppressed@example.net');
});
afterAll(() => proxy.close());

const makeList = (options: Partial<SuppressionListOptions> = {}) =>
  createSuppressionList({
    tableName: tableName(),
    region: 'us-east-1',
    endpoint: proxy.endpoint,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    ...options,
  });
const putSuppressed = (address: string, list = 'account') =>
  system().putItem({ address, list, status: 'suppressed', reason: 'hard', since: iso(noon) });
const operations = () => proxy.requests.map(({ operation }) => operation);
/** Injects these faults, one per request, and none after them. */
const injectInOrder = (...faults: (Fault | undefined)[]) => proxy.misbehave(({ index }) => faults[index]);
const html: Fault = { kind: 'respond', status: 503, body: '<html>ann@example.net</html>' };

const transientFaults: [string, Fault][] = [
  ['an internal error of DynamoDB', dynamoDBError('InternalServerError', 500)],
  ['an HTML page of a proxy', html],
  ['ThrottlingException', dynamoDBError('ThrottlingException')],
  ['ProvisionedThroughputExceededException', dynamoDBError('ProvisionedThroughputExceededException')],
  ['RequestLimitExceeded', dynamoDBError('RequestLimitExceeded')],
  ['the status 429', { kind: 'respond', status: 429, body: 'slow down' }],
  ['a broken connection', { kind: 'drop' }],
  ['a truncated response', { kind: 'cut response' }],
  ['a lost response', { kind: 'lose response' }],
];

test.each(transientFaults)('after %s twice, the third attempt succeeds', async (_name, fault) => {
  injectInOrder(fault, fault);
  expect(await makeList().isSuppressed('suppressed@example.net')).toBe(true);
  expect(operations()).toEqual(['GetItem', 'GetItem', 'GetItem']);
});

test('a read waits at most one second before an attempt', async () => {
  const waits: number[] = [];
  const sleep = async (milliseconds: number) => void waits.push(milliseconds);
  const context = { ...retryContextOf(new AbortController().signal), random: () => 1, sleep };
  for (const attempt of [5, 6, 20]) await backOff(attempt, context);
  expect(waits).toEqual([800, 1000, 1000]);
});

test.each(transientFaults)('%s three times is an error, for one address and for many', async (_name, fault) => {
  proxy.misbehave(() => fault);
  await expect(makeList().check('suppressed@example.net')).rejects.toMatchObject({ name: 'SuppressionStoreError' });
  expect(operations()).toHaveLength(3);
  proxy.misbehave(() => fault);
  await expect(makeList().filterSuppressed(['suppressed@example.net', 'b@example.net'])).rejects.toMatchObject({
    name: 'SuppressionStoreError',
  });
  expect(operations()).toEqual(['BatchGetItem', 'BatchGetItem', 'BatchGetItem']);
});

test.each(['ValidationException', 'AccessDeniedException', 'ResourceNotFoundException', 'UnrecognizedClientException'])(
  '%s is not retried',
  async (name) => {
    proxy.misbehave(() => dynamoDBError(name));
    await expect(makeList().check('suppressed@example.net')).rejects.toMatchObject({ code: name });
    expect(operations()).toEqual(['GetItem']);
  },
);

test('calls reuse connections, and a retry after the loss of one opens another', async () => {
  const list = makeList();
  proxy.misbehave(() => undefined);
  // Beside the first lookup, the list reads the key of erased addresses, through a connection of its own.
  await list.isSuppressed('suppressed@example.net');
  injectInOrder(...Array(8).fill(undefined), { kind: 'drop' });
  for (let i = 0; i < 9; i++) expect(await list.isSuppressed('suppressed@example.net')).toBe(true);
  const connections = proxy.requests.map(({ connection }) => connection);
  expect(connections).toHaveLength(10);
  expect(new Set(connections.slice(0, 9)).size).toBeLessThanOrEqual(2);
});

test('an attempt without a response is repeated after a second, within timeoutMs in total', async () => {
  injectInOrder({ kind: 'hang' });
  expect(await makeList().isSuppressed('suppressed@example.net')).toBe(true);
  expect(operations()).toHaveLength(2);
  proxy.misbehave(() => ({ kind: 'hang' }));
  await expect(makeList({ timeoutMs: 200 }).check('suppressed@example.net')).rejects.toMatchObject({
    code: 'TimeoutError',
  });
  // The call ended before the timeout of its first attempt, a second.
  expect(operations()).toHaveLength(1);
});

test('with timeoutMs above three seconds, each attempt may take longer', async () => {
  const server = createServer((_, response) => void setTimeout(() => response.end('{}'), 1200));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const list = makeList({ endpoint, timeoutMs: 60_000 });
  expect(await list.check('suppressed@example.net')).toMatchObject({ kind: 'allowed' });
  server.closeAllConnections();
  server.close();
});

test('aborting a call ends it at once and cancels its request', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const controller = new AbortController();
  // Without the abort, the attempt would outlast the test's timeout.
  const calling = makeList({ whenStoreFails: 'allow', timeoutMs: 600_000, endpoint }).check(
    'suppressed@example.net',
    controller,
  );
  const [, response] = (await once(server, 'request')) as [IncomingMessage, ServerResponse];
  const closing = once(response, 'close');
  controller.abort(new Error('stop'));
  await expect(calling).rejects.toThrow('stop');
  await closing;
  server.close();
});

/** Responds as a throttled table does: processes so many of the keys. */
const atMost =
  (count: number) =>
  (request: DynamoDBRequest): Fault => {
    const [table, { Keys, ...rest }] = Object.entries(request.body.RequestItems as object)[0] as [
      string,
      { Keys: Key[] },
    ];
    const Items = Keys.slice(0, count).filter(({ address }) => address.S.startsWith('suppressed'));
    const found = Items.map((key) => ({
      ...key,
      status: { S: 'suppressed' },
      reason: { S: 'hard' },
      since: { S: iso(noon) },
    }));
    const unprocessed = Keys.slice(count);
    const UnprocessedKeys = unprocessed.length > 0 ? { [table]: { Keys: unprocessed, ...rest } } : {};
    return { kind: 'respond', status: 200, body: { Responses: { [table]: found.reverse() }, UnprocessedKeys } };
  };
type Key = { address: { S: string }; list: { S: string } };

test('unprocessed keys are requested until all are read', async () => {
  proxy.misbehave(atMost(30));
  const addresses = Array.from({ length: 100 }, (_, i) => `${i % 2 ? 'suppressed' : 'allowed'}-${i}@example.net`);
  const verdicts = await makeList().filterSuppressed(addresses);
  expect(verdicts.map(({ kind }) => kind)).toEqual(addresses.map((_, i) => (i % 2 ? 'suppressed' : 'allowed')));
  expect(operations()).toHaveLength(4);
});

test('a table that never processes a key is an error within timeoutMs, not an allowed address', async () => {
  proxy.misbehave(atMost(0));
  const list = makeList({ timeoutMs: 300 });
  await expect(list.filterSuppressed(['a@example.net', 'b@example.net'])).rejects.toMatchObject({
    code: 'TimeoutError',
  });
  await expect(makeList({ timeoutMs: 300, list: 'news' }).isSuppressed('a@example.net')).rejects.toMatchObject({
    code: 'TimeoutError',
  });
});

test('a request has at most 100 keys, with one list and with two', async () => {
  const addresses = Array.from({ length: 120 }, (_, i) => `keys-${i}@example.net`);
  injectInOrder();
  await makeList().filterSuppressed(addresses);
  await makeList({ list: 'news' }).filterSuppressed(addresses);
  const counts = proxy.requests.map(({ body }) => Object.values(body.RequestItems as Record<string, { Keys: Key[] }>));
  const sizes = counts.flatMap((tables) => tables.map(({ Keys }) => Keys.length));
  expect(sizes.slice(0, 2).toSorted((a, b) => b - a)).toEqual([100, 20]);
  expect(sizes.slice(2).toSorted((a, b) => b - a)).toEqual([100, 100, 40]);
});

test('an earlier suspected complaint does not mark a hard bounce as suspected', async () => {
  injectInOrder();
  const causes = { hard: { since: noon, last: noon }, complaint: { since: 1, last: 1, until: 2, suspected: true } };
  const item = { status: 'suppressed', reason: 'hard', since: iso(noon), causes };
  await system().putItem({ address: 'before@example.net', list: 'account', ...item });
  expect(await makeList().check('before@example.net')).toMatchObject({ reason: 'hard', suspected: false });
});

test('timeoutMs may be Infinity', async () => {
  injectInOrder();
  expect(await makeList({ timeoutMs: Number.POSITIVE_INFINITY }).isSuppressed('suppressed@example.net')).toBe(true);
});

test('of two equally long suppressions, the verdict is the account’s, in whatever order DynamoDB returns them', async () => {
  proxy.misbehave(atMost(100));
  expect(await makeList({ list: 'news' }).check('suppressed@example.net')).toMatchObject({ list: 'account' });
});

test.each(['', 'null', '"text"', '42', '[]', '{"status":"ok"}', '{"Item":', '<html></html>', 'suppressed@example.net'])(
  'the response %j is an error, not an address without a record',
  async (body) => {
    proxy.misbehave(() => ({ kind: 'respond', status: 200, body }));
    const hint = 'The response is not from DynamoDB. Check the endpoint, and any proxy on the way to it.';
    const readError = { message: `Cannot read the suppression list "${tableName()}": UnreadableAnswer. ${hint}` };
    await expect(makeList().check('suppressed@example.net')).rejects.toMatchObject(readError);
    await expect(makeList().filterSuppressed(['a@example.net', 'b@example.net'])).rejects.toMatchObject(readError);
    expect(operations()).toHaveLength(6);
  },
);

test.each<[string, Record<string, unknown>]>([
  ['no status', { until: iso(noon) }],
  ['an unknown status', { status: 'active', reason: 'hard', since: iso(noon) }],
  ['no reason', { status: 'suppressed', since: iso(noon) }],
  ['no since', { status: 'suppressed', reason: 'hard' }],
  ['an until that is not a time', { status: 'suppressed', reason: 'hard', since: iso(noon), until: 'soon' }],
  ['an until that is a number', { status: 'suppressed', reason: 'hard', since: iso(noon), until: 12 }],
])('an item with %s is an error, because it may be of the wrong table', async (_name, item) => {
  injectInOrder();
  await system().putItem({ address: 'odd@example.net', list: 'account', ...item });
  const hint =
    'The table contains items that are not suppression records. Pass the stack output SuppressionsTableName as tableName.';
  const message = `Cannot read the suppression list "${tableName()}": UnknownRecord. ${hint}`;
  await expect(makeList().isSuppressed('odd@example.net')).rejects.toMatchObject({ message });
  await expect(makeList().filterSuppressed(['odd@example.net', 'b@example.net'])).rejects.toMatchObject({ message });
});

test('at most eight requests run at a time, or as many as concurrency allows', async () => {
  const addresses = Array.from({ length: 1500 }, (_, i) => `wide-${i}@example.net`);
  for (const [concurrency, expected] of [
    [undefined, 8],
    [3, 3],
  ] as const) {
    proxy.misbehave(() => ({ kind: 'hang' }));
    const call = makeList({ timeoutMs: 400, ...(concurrency && { concurrency }) }).filterSuppressed(addresses);
    await expect(call).rejects.toMatchObject({ code: 'TimeoutError' });
    expect(operations()).toHaveLength(expected);
  }
});
