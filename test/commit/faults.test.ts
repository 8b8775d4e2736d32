import { createDynamoDBClient } from '../../shared/aws/dynamodb-client.ts';
import {
  type DynamoDBRequest,
  dynamoDBError,
  type Fault,
  type FaultProxy,
  startFaultProxy,
} from '../support/fault-proxy.ts';
import { bounce, hour, iso, noon } from '../support/ses.ts';
import { createSystem, type System, useSystem } from '../support/system.ts';

useSystem();

let proxy: FaultProxy;
let system: System;

beforeAll(async () => {
  const engine = process.env.AWS_ENDPOINT_URL_DYNAMODB as string;
  proxy = await startFaultProxy(engine);
  process.env.AWS_ENDPOINT_URL_DYNAMODB = proxy.endpoint;
  system = await createSystem(createDynamoDBClient());
});
afterAll(() => proxy.close());

let hours = 0;

/** Three bounces of an hour nothing else is counted in. */
function threeBounces() {
  hours += 1;
  const sentAt = noon - hours * hour;
  const addresses = [1, 2, 3].map((index) => `h${hours}-${index}@example.net`);
  return {
    addresses,
    bodies: addresses.map((to) => bounce({ to, sentAt, mailId: to })),
    counted: async () => (await system.counters(iso(sentAt).slice(0, 13), ['account'])).account,
    suppressed: async () => {
      const records = await Promise.all(addresses.map((address) => system.record(address)));
      return records.map((record) => record?.status === 'suppressed');
    },
  };
}

/** A fault for the first so many requests of an operation. */
const first =
  (times: number, operation: string, fault: Fault | ((request: DynamoDBRequest) => Fault)) =>
  (request: DynamoDBRequest) => {
    if (request.operation !== operation || times <= 0) return undefined;
    times--;
    return typeof fault === 'function' ? fault(request) : fault;
  };

/** Cancels a transaction for the actions that mention a text. */
const cancelled = (code: string, text: string) => (request: DynamoDBRequest) => {
  const actions = request.body.TransactItems as unknown[];
  const CancellationReasons = actions.map((action) =>
    JSON.stringify(action).includes(text) ? { Code: code, Message: 'told so' } : { Code: 'None' },
  );
  return dynamoDBError('TransactionCanceledException', 400, { CancellationReasons });
};

describe('a transaction that is cancelled', () => {
  test.each(['TransactionConflict', 'ConditionalCheckFailed', 'ThrottlingError', 'ProvisionedThroughputExceeded'])(
    'by %s of one record is committed without it, then with it',
    async (code) => {
      const { addresses, bodies, counted, suppressed } = threeBounces();
      proxy.misbehave(first(1, 'TransactWriteItems', cancelled(code, addresses[1] as string)));
      const { failed } = await system.deliver(bodies);
      const sizes = proxy.requests
        .filter(({ operation }) => operation === 'TransactWriteItems')
        .map(({ body }) => JSON.stringify(body).match(/h\d+-\d@example/g)?.length);
      expect(failed).toEqual([]);
      expect(sizes).toHaveLength(3);
      expect(await suppressed()).toEqual([true, true, true]);
      expect(await counted()).toEqual({ hard0: 3 });
    },
  );

  test.each(['TransactionConflict', 'ThrottlingError', 'ProvisionedThroughputExceeded'])(
    'by %s of a counter is tried again, whole',
    async (code) => {
      const { bodies, counted, suppressed } = threeBounces();
      proxy.misbehave(first(3, 'TransactWriteItems', cancelled(code, '-reputation')));
      const { failed } = await system.deliver(bodies);
      expect(failed).toEqual([]);
      expect(await suppressed()).toEqual([true, true, true]);
      expect(await counted()).toEqual({ hard0: 3 });
    },
  );

  test.each(['ValidationError', 'ItemCollectionSizeLimitExceeded', 'Something of tomorrow'])(
    'by %s of one record is reported for that record alone',
    async (code) => {
      const { addresses, bodies, counted, suppressed } = threeBounces();
      proxy.misbehave((request) => {
        const isIn =
          request.operation === 'TransactWriteItems' && JSON.stringify(request.body).includes(String(addresses[2]));
        return isIn ? cancelled(code, addresses[2] as string)(request) : undefined;
      });
      const { failed, entries } = await system.deliver(bodies);
      expect(failed).toEqual(['message-2']);
      expect(await suppressed()).toEqual([true, true, false]);
      expect(await counted()).toEqual({ hard0: 2 });
      expect(entries).toContainEqual({
        kind: 'message',
        outcome: 'failed',
        message: 'message-2',
        reason: `DynamoDB refused the record: ${code}`,
      });
    },
  );

  test('by a record that cannot be written and a counter that is busy: one is reported, the rest is tried again', async () => {
    const { addresses, bodies, counted, suppressed } = threeBounces();
    const reasons = (request: DynamoDBRequest) => {
      const CancellationReasons = (request.body.TransactItems as unknown[]).map((action) => {
        const text = JSON.stringify(action);
        if (text.includes('-reputation')) return { Code: 'TransactionConflict' };
        return { Code: text.includes(String(addresses[0])) ? 'ValidationError' : 'None' };
      });
      return dynamoDBError('TransactionCanceledException', 400, { CancellationReasons });
    };
    proxy.misbehave(first(1, 'TransactWriteItems', reasons));
    expect((await system.deliver(bodies)).failed).toEqual(['message-0']);
    expect(await suppressed()).toEqual([false, true, true]);
    expect(await counted()).toEqual({ hard0: 2 });
  });

  test('of a counter that cannot be written is reported for those that touch it', async () => {
    const { bodies, suppressed } = threeBounces();
    proxy.misbehave(first(99, 'TransactWriteItems', cancelled('ValidationError', '-reputation')));
    expect((await system.deliver(bodies)).failed).toEqual(['message-0', 'message-1', 'message-2']);
    proxy.misbehave(() => undefined);
    expect(await suppressed()).toEqual([false, false, false]);
  });

  test('without reasons is tried again', async () => {
    const { bodies, counted } = threeBounces();
    proxy.misbehave(first(1, 'TransactWriteItems', dynamoDBError('TransactionCanceledException')));
    expect((await system.deliver(bodies)).failed).toEqual([]);
    expect(await counted()).toEqual({ hard0: 3 });
  });
});

describe('a request that fails as a whole', () => {
  const faults: [string, Fault][] = [
    ['throttled', dynamoDBError('ThrottlingException')],
    ['over its throughput', dynamoDBError('ProvisionedThroughputExceededException')],
    ['over the request limit', dynamoDBError('RequestLimitExceeded')],
    ['met by a fault of DynamoDB', dynamoDBError('InternalServerError', 500)],
    ['met by a gateway', dynamoDBError('ServiceUnavailable', 503)],
    ['dropped on the way', { kind: 'drop' }],
  ];

  test.each(faults)('is tried again when %s, reading and writing', async (_name, fault) => {
    const { bodies, counted, suppressed } = threeBounces();
    // More often than the SDK tries by itself.
    const reads = first(4, 'BatchGetItem', fault);
    const writes = first(4, 'TransactWriteItems', fault);
    proxy.misbehave((request) => reads(request) ?? writes(request));
    const { failed } = await system.deliver(bodies);
    expect(failed).toEqual([]);
    expect(await suppressed()).toEqual([true, true, true]);
    expect(await counted()).toEqual({ hard0: 3 });
  });

  test('a write whose answer is lost counts once', async () => {
    const { bodies, counted } = threeBounces();
    proxy.misbehave(first(4, 'TransactWriteItems', { kind: 'lose answer' }));
    const { failed } = await system.deliver(bodies);
    expect(failed).toEqual([]);
    expect(await counted()).toEqual({ hard0: 3 });
  });

  test('a server that never answers is given up on, and asked again', async () => {
    const { bodies, counted } = threeBounces();
    proxy.misbehave(first(1, 'BatchGetItem', { kind: 'hang' }));
    const { failed } = await system.deliver(bodies);
    expect(failed).toEqual([]);
    expect(proxy.requests.filter(({ operation }) => operation === 'BatchGetItem').length).toBeGreaterThan(1);
    expect(await counted()).toEqual({ hard0: 3 });
  });

  test('records are read consistently: an answer that lags behind would count twice', async () => {
    const { bodies } = threeBounces();
    proxy.misbehave(() => undefined);
    await system.deliver(bodies);
    const [read] = proxy.requests;
    const [table] = Object.values((read?.body.RequestItems ?? {}) as Record<string, { ConsistentRead?: boolean }>);
    expect([read?.operation, table?.ConsistentRead]).toEqual(['BatchGetItem', true]);
  });

  test('keys left unprocessed are read again: a busy table is not an empty one', async () => {
    const { addresses, bodies, counted } = threeBounces();
    await system.deliver(bodies);
    const before = await system.record(addresses[0] as string);
    proxy.misbehave(
      first(2, 'BatchGetItem', (request) => ({
        kind: 'answer',
        status: 200,
        body: { Responses: {}, UnprocessedKeys: request.body.RequestItems },
      })),
    );
    await system.deliver(bodies);
    expect(await system.record(addresses[0] as string)).toEqual(before);
    expect(await counted()).toEqual({ hard0: 3 });
  });

  test.each([
    ['AccessDeniedException', 'the role may not use the table: check its policy'],
    [
      'ResourceNotFoundException',
      'the table does not exist: check its name, the region, and whether the stack is deployed',
    ],
  ])('%s hands every message back and says what to do', async (name, hint) => {
    const { bodies } = threeBounces();
    proxy.misbehave((request) => (request.operation === 'BatchGetItem' ? dynamoDBError(name) : undefined));
    const { failed, entries } = await system.deliver(bodies);
    expect(failed).toEqual(['message-0', 'message-1', 'message-2']);
    expect(entries[0]).toMatchObject({ outcome: 'failed', reason: `DynamoDB: ${name} (${hint})` });
    // No smaller request would fare better.
    expect(proxy.requests).toHaveLength(1);
  });
});

describe('time', () => {
  test('a table that stays busy is tried with growing, jittered pauses until the time is up, then everything comes back', async () => {
    const { bodies, suppressed } = threeBounces();
    proxy.misbehave(({ operation }) =>
      operation === 'TransactWriteItems'
        ? cancelled('ThrottlingError', '-reputation')({ body: { TransactItems: ['-reputation'] } } as never)
        : undefined,
    );
    const pauses: number[] = [];
    let left = 20_000;
    const { failed, entries } = await system.deliver(bodies, {
      sleep: async (milliseconds) => {
        pauses.push(milliseconds);
        left -= milliseconds;
      },
      remaining: () => left,
    });
    expect(failed).toEqual(['message-0', 'message-1', 'message-2']);
    expect(entries[0]).toMatchObject({ outcome: 'failed', reason: 'out of time' });
    expect(pauses.length).toBeGreaterThan(8);
    expect(Math.max(...pauses.slice(0, 3))).toBeLessThanOrEqual(200);
    expect(Math.max(...pauses)).toBeLessThanOrEqual(2000);
    expect(new Set(pauses).size).toBe(pauses.length);
    expect(left).toBeGreaterThan(0);
    proxy.misbehave(() => undefined);
    expect(await suppressed()).toEqual([false, false, false]);
  });

  test('with no time left nothing is begun', async () => {
    const { bodies } = threeBounces();
    proxy.misbehave(() => undefined);
    const { failed } = await system.deliver(bodies, { remaining: () => 0 });
    expect(failed).toHaveLength(3);
    expect(proxy.requests).toEqual([]);
  });
});

test('no log entry of any of this holds a full address', async () => {
  const { addresses, bodies } = threeBounces();
  proxy.misbehave((request) =>
    request.operation === 'TransactWriteItems'
      ? dynamoDBError('ValidationException', 400, { message: `Item ${addresses[0]} is no good` })
      : undefined,
  );
  const { entries, failed } = await system.deliver(bodies);
  expect(failed).toHaveLength(3);
  expect(JSON.stringify(entries)).not.toContain(addresses[0]);
});
