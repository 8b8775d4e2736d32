import { cancelled, first, useFaultySystem } from '../support/failing-system.ts';
import { dynamoDBError, type Fault } from '../support/fault-proxy.ts';

const faulty = useFaultySystem();

describe('a request that fails as a whole', () => {
  const faults: [string, Fault][] = [
    ['throttled', dynamoDBError('ThrottlingException')],
    ['over the provisioned throughput', dynamoDBError('ProvisionedThroughputExceededException')],
    ['over the request limit', dynamoDBError('RequestLimitExceeded')],
    ['answered with an internal error of DynamoDB', dynamoDBError('InternalServerError', 500)],
    ['answered with "unavailable" by a gateway', dynamoDBError('ServiceUnavailable', 503)],
    ['dropped by the network', { kind: 'drop' }],
  ];

  test.each(faults)('is retried when %s, for reads and writes', async (_name, fault) => {
    const { bodies, counted, suppressed } = faulty.threeBounces();
    // More often than the SDK itself retries.
    const reads = first(4, 'BatchGetItem', fault);
    const writes = first(4, 'TransactWriteItems', fault);
    faulty.proxy.misbehave((request) => reads(request) ?? writes(request));
    const { failed } = await faulty.system.deliver(bodies);
    expect(failed).toEqual([]);
    expect(await suppressed()).toEqual([true, true, true]);
    expect(await counted()).toEqual({ hard0: 3 });
  });

  test('a write with a lost response counts once', async () => {
    const { bodies, counted } = faulty.threeBounces();
    faulty.proxy.misbehave(first(4, 'TransactWriteItems', { kind: 'lose response' }));
    const { failed } = await faulty.system.deliver(bodies);
    expect(failed).toEqual([]);
    expect(await counted()).toEqual({ hard0: 3 });
  });

  test('a request without a response is given up and retried', async () => {
    const { bodies, counted } = faulty.threeBounces();
    faulty.proxy.misbehave(first(1, 'BatchGetItem', { kind: 'hang' }));
    const { failed } = await faulty.system.deliver(bodies);
    expect(failed).toEqual([]);
    expect(faulty.proxy.requests.filter(({ operation }) => operation === 'BatchGetItem').length).toBeGreaterThan(1);
    expect(await counted()).toEqual({ hard0: 3 });
  });

  test('records are read consistently, because a stale read would count an event twice', async () => {
    const { bodies } = faulty.threeBounces();
    faulty.proxy.misbehave(() => undefined);
    await faulty.system.deliver(bodies);
    const [read] = faulty.proxy.requests;
    const [table] = Object.values((read?.body.RequestItems ?? {}) as Record<string, { ConsistentRead?: boolean }>);
    expect([read?.operation, table?.ConsistentRead]).toEqual(['BatchGetItem', true]);
  });

  test('unprocessed keys are read again: a throttled table is not an empty table', async () => {
    const { addresses, bodies, counted } = faulty.threeBounces();
    await faulty.system.deliver(bodies);
    const before = await faulty.system.record(addresses[0] as string);
    faulty.proxy.misbehave(
      first(2, 'BatchGetItem', (request) => ({
        kind: 'respond',
        status: 200,
        body: { Responses: {}, UnprocessedKeys: request.body.RequestItems },
      })),
    );
    await faulty.system.deliver(bodies);
    expect(await faulty.system.record(addresses[0] as string)).toEqual(before);
    expect(await counted()).toEqual({ hard0: 3 });
  });

  test.each([
    [
      'AccessDeniedException',
      'The credentials do not allow this operation. Allow it in the IAM policy of the role or user.',
    ],
    [
      'ResourceNotFoundException',
      'The table does not exist in this Region. Check its name, the Region, and whether the stack is deployed.',
    ],
  ])('%s fails every message and says what to do', async (name, hint) => {
    const { bodies } = faulty.threeBounces();
    faulty.proxy.misbehave((request) => (request.operation === 'BatchGetItem' ? dynamoDBError(name) : undefined));
    const { failed, entries } = await faulty.system.deliver(bodies);
    expect(failed).toEqual(['message-0', 'message-1', 'message-2']);
    expect(entries[0]).toMatchObject({ outcome: 'failed', reason: `DynamoDB: ${name}. ${hint}` });
    // A smaller request would fail as well, so there is none.
    expect(faulty.proxy.requests).toHaveLength(1);
  });
});

describe('the time limit', () => {
  test('a throttled table is retried with growing, jittered back-off until the time is up, then every message fails', async () => {
    const { bodies, suppressed } = faulty.threeBounces();
    faulty.proxy.misbehave(({ operation }) =>
      operation === 'TransactWriteItems'
        ? cancelled('ThrottlingError', '-reputation')({ body: { TransactItems: ['-reputation'] } } as never)
        : undefined,
    );
    const waits: number[] = [];
    let left = 20_000;
    const { failed, entries } = await faulty.system.deliver(bodies, {
      sleep: async (milliseconds) => {
        waits.push(milliseconds);
        left -= milliseconds;
      },
      remaining: () => left,
    });
    expect(failed).toEqual(['message-0', 'message-1', 'message-2']);
    expect(entries[0]).toMatchObject({ outcome: 'failed', reason: 'out of time' });
    expect(waits.length).toBeGreaterThan(8);
    expect(Math.max(...waits.slice(0, 3))).toBeLessThanOrEqual(200);
    expect(Math.max(...waits)).toBeLessThanOrEqual(2000);
    expect(new Set(waits).size).toBe(waits.length);
    expect(left).toBeGreaterThan(0);
    faulty.proxy.misbehave(() => undefined);
    expect(await suppressed()).toEqual([false, false, false]);
  });

  test('without time left, no request is made', async () => {
    const { bodies } = faulty.threeBounces();
    faulty.proxy.misbehave(() => undefined);
    const { failed } = await faulty.system.deliver(bodies, { remaining: () => 0 });
    expect(failed).toHaveLength(3);
    expect(faulty.proxy.requests).toEqual([]);
  });
});

test('no log entry about an error contains a full address', async () => {
  const { addresses, bodies } = faulty.threeBounces();
  faulty.proxy.misbehave((request) =>
    request.operation === 'TransactWriteItems'
      ? dynamoDBError('ValidationException', 400, { message: `Item ${addresses[0]} is invalid` })
      : undefined,
  );
  const { entries, failed } = await faulty.system.deliver(bodies);
  expect(failed).toHaveLength(3);
  expect(JSON.stringify(entries)).not.toContain(addresses[0]);
});
