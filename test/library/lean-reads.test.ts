import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  createSuppressionList,
  type SuppressionListOptions,
} from '../../shared/suppression-list/create-suppression-list.ts';
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
  await putSuppressed('held@example.net');
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
/** Each of these in turn, and no fault after them. */
const inTurn = (...faults: (Fault | undefined)[]) => proxy.misbehave(({ index }) => faults[index]);
const html: Fault = { kind: 'answer', status: 503, body: '<html>ann@example.net</html>' };

const passing: [string, Fault][] = [
  ['a fault of DynamoDB', dynamoDBError('InternalServerError', 500)],
  ['a page that something in between answers', html],
  ['ThrottlingException', dynamoDBError('ThrottlingException')],
  ['ProvisionedThroughputExceededException', dynamoDBError('ProvisionedThroughputExceededException')],
  ['RequestLimitExceeded', dynamoDBError('RequestLimitExceeded')],
  ['too many requests', { kind: 'answer', status: 429, body: 'slow down' }],
  ['a connection that breaks', { kind: 'drop' }],
  ['an answer that breaks off', { kind: 'cut answer' }],
  ['an answer that is lost', { kind: 'lose answer' }],
];

test.each(passing)('%s passes: the third attempt answers', async (_name, fault) => {
  inTurn(fault, fault);
  expect(await makeList().isSuppressed('held@example.net')).toBe(true);
  expect(operations()).toEqual(['GetItem', 'GetItem', 'GetItem']);
});

test.each(passing)('%s is an error at the third attempt, of many as of one', async (_name, fault) => {
  proxy.misbehave(() => fault);
  await expect(makeList().check('held@example.net')).rejects.toMatchObject({ name: 'SuppressionStoreError' });
  expect(operations()).toHaveLength(3);
  proxy.misbehave(() => fault);
  await expect(makeList().filterSuppressed(['held@example.net', 'b@example.net'])).rejects.toMatchObject({
    name: 'SuppressionStoreError',
  });
  expect(operations()).toEqual(['BatchGetItem', 'BatchGetItem', 'BatchGetItem']);
});

test.each(['ValidationException', 'AccessDeniedException', 'ResourceNotFoundException', 'UnrecognizedClientException'])(
  '%s does not pass: it is asked for once',
  async (name) => {
    proxy.misbehave(() => dynamoDBError(name));
    await expect(makeList().check('held@example.net')).rejects.toMatchObject({ code: name });
    expect(operations()).toEqual(['GetItem']);
  },
);

test('one connection serves call after call, and where it is lost the next attempt takes another', async () => {
  inTurn(undefined, undefined, { kind: 'drop' });
  const list = makeList();
  for (const _ of [1, 2, 3]) expect(await list.isSuppressed('held@example.net')).toBe(true);
  const [first, second, lost, last] = proxy.requests.map(({ connection }) => connection);
  expect([second, lost]).toEqual([first, first]);
  expect(last).not.toBe(first);
  expect(operations()).toHaveLength(4);
});

test('who does not answer is asked again in a second, and has no more time than timeoutMs in all', async () => {
  inTurn({ kind: 'hang' });
  expect(await makeList().isSuppressed('held@example.net')).toBe(true);
  expect(operations()).toHaveLength(2);
  proxy.misbehave(() => ({ kind: 'hang' }));
  await expect(makeList({ timeoutMs: 200 }).check('held@example.net')).rejects.toMatchObject({ code: 'TimeoutError' });
  // Before the second that an attempt has.
  expect(operations()).toHaveLength(1);
});

test('who has more time than three seconds waits longer for each attempt', async () => {
  const server = createServer((_, response) => void setTimeout(() => response.end('{}'), 1200));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const list = makeList({ endpoint, timeoutMs: 60_000 });
  expect(await list.check('held@example.net')).toMatchObject({ kind: 'allowed' });
  server.closeAllConnections();
  server.close();
});

test('a call that is given up ends there and then, and its request with it', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const controller = new AbortController();
  // An attempt that nobody ends would last longer than the test may.
  const calling = makeList({ whenStoreFails: 'allow', timeoutMs: 600_000, endpoint }).check(
    'held@example.net',
    controller,
  );
  const [, answer] = (await once(server, 'request')) as [IncomingMessage, ServerResponse];
  const closing = once(answer, 'close');
  controller.abort(new Error('enough'));
  await expect(calling).rejects.toThrow('enough');
  await closing;
  server.close();
});

/** Answers as a busy table does: of what is asked for, so many keys. */
const atMost =
  (count: number) =>
  (request: DynamoDBRequest): Fault => {
    const [table, { Keys, ...rest }] = Object.entries(request.body.RequestItems as object)[0] as [
      string,
      { Keys: Key[] },
    ];
    const Items = Keys.slice(0, count).filter(({ address }) => address.S.startsWith('held'));
    const found = Items.map((key) => ({
      ...key,
      status: { S: 'suppressed' },
      reason: { S: 'hard' },
      since: { S: iso(noon) },
    }));
    const left = Keys.slice(count);
    const UnprocessedKeys = left.length > 0 ? { [table]: { Keys: left, ...rest } } : {};
    return { kind: 'answer', status: 200, body: { Responses: { [table]: found.reverse() }, UnprocessedKeys } };
  };
type Key = { address: { S: string }; list: { S: string } };

test('what a busy table leaves out is asked for until all is there', async () => {
  proxy.misbehave(atMost(30));
  const addresses = Array.from({ length: 100 }, (_, i) => `${i % 2 ? 'held' : 'free'}-${i}@example.net`);
  const verdicts = await makeList().filterSuppressed(addresses);
  expect(verdicts.map(({ kind }) => kind)).toEqual(addresses.map((_, i) => (i % 2 ? 'suppressed' : 'allowed')));
  expect(operations()).toHaveLength(4);
});

test('a table that never comes to an end is an error within timeoutMs, and nobody is allowed by it', async () => {
  proxy.misbehave(atMost(0));
  const list = makeList({ timeoutMs: 300 });
  await expect(list.filterSuppressed(['a@example.net', 'b@example.net'])).rejects.toMatchObject({
    code: 'TimeoutError',
  });
  await expect(makeList({ timeoutMs: 300, list: 'news' }).isSuppressed('a@example.net')).rejects.toMatchObject({
    code: 'TimeoutError',
  });
});

test('no more than a hundred keys are asked for at once, however many lists there are', async () => {
  const addresses = Array.from({ length: 120 }, (_, i) => `keys-${i}@example.net`);
  inTurn();
  await makeList().filterSuppressed(addresses);
  await makeList({ list: 'news' }).filterSuppressed(addresses);
  const counts = proxy.requests.map(({ body }) => Object.values(body.RequestItems as Record<string, { Keys: Key[] }>));
  const sizes = counts.flatMap((tables) => tables.map(({ Keys }) => Keys.length));
  expect(sizes.slice(0, 2).toSorted((a, b) => b - a)).toEqual([100, 20]);
  expect(sizes.slice(2).toSorted((a, b) => b - a)).toEqual([100, 100, 40]);
});

test('of one that hard-bounced, a doubtful complaint of before says nothing', async () => {
  inTurn();
  const causes = { hard: { since: noon, last: noon }, complaint: { since: 1, last: 1, until: 2, suspected: true } };
  const item = { status: 'suppressed', reason: 'hard', since: iso(noon), causes };
  await system().putItem({ address: 'before@example.net', list: 'account', ...item });
  expect(await makeList().check('before@example.net')).toMatchObject({ reason: 'hard', suspected: false });
});

test('who wants to wait for ever may', async () => {
  inTurn();
  expect(await makeList({ timeoutMs: Number.POSITIVE_INFINITY }).isSuppressed('held@example.net')).toBe(true);
});

test('of two lists that suppress equally long the account’s speaks, in whatever order they come', async () => {
  proxy.misbehave(atMost(100));
  expect(await makeList({ list: 'news' }).check('held@example.net')).toMatchObject({ list: 'account' });
});

test.each(['', 'null', '"text"', '42', '[]', '{"status":"ok"}', '{"Item":', '<html></html>', 'held@example.net'])(
  'an answer that is %j is an error, of many as of one, and no absent record',
  async (body) => {
    proxy.misbehave(() => ({ kind: 'answer', status: 200, body }));
    const read =
      'cannot be read: UnreadableAnswer. What answers there is not DynamoDB: check the endpoint, and what stands in between.';
    const refused = { message: `The suppression list "${tableName()}" ${read}` };
    await expect(makeList().check('held@example.net')).rejects.toMatchObject(refused);
    await expect(makeList().filterSuppressed(['a@example.net', 'b@example.net'])).rejects.toMatchObject(refused);
    expect(operations()).toHaveLength(6);
  },
);

test.each<[string, Record<string, unknown>]>([
  ['no status', { until: iso(noon) }],
  ['a status of another kind', { status: 'active', reason: 'hard', since: iso(noon) }],
  ['no reason', { status: 'suppressed', since: iso(noon) }],
  ['no beginning', { status: 'suppressed', reason: 'hard' }],
  ['an end that is no time', { status: 'suppressed', reason: 'hard', since: iso(noon), until: 'soon' }],
  ['an end that is a number', { status: 'suppressed', reason: 'hard', since: iso(noon), until: 12 }],
])('an item with %s is an error: it may be the wrong table', async (_name, item) => {
  inTurn();
  await system().putItem({ address: 'odd@example.net', list: 'account', ...item });
  const message = `The suppression list "${tableName()}" cannot be read: UnknownRecord. What was read is no suppression record: pass the tableName of the suppressions table.`;
  await expect(makeList().isSuppressed('odd@example.net')).rejects.toMatchObject({ message });
  await expect(makeList().filterSuppressed(['odd@example.net', 'b@example.net'])).rejects.toMatchObject({ message });
});

test('at most eight requests of a hundred are under way at a time, or as many as is said', async () => {
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
