import { cancelled, first, useFaultySystem } from '../support/failing-system.ts';
import { dynamoDBError, type Fault } from '../support/fault-proxy.ts';

const faulty = useFaultySystem();

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
    const { bodies, counted, suppressed } = faulty.threeBounces();
    // More often than the SDK tries by itself.
    const reads = first(4, 'BatchGetItem', fault);
    const writes = first(4, 'TransactWriteItems', fault);
    faulty.proxy.misbehave((request) => reads(request) ?? writes(request));
    const { failed } = await faulty.system.deliver(bodies);
    expect(failed).toEqual([]);
    expect(await suppressed()).toEqual([true, true, true]);
    expect(await counted()).toEqual({ hard0: 3 });
  });

  test('a write whose answer is lost counts once', async () => {
    const { bodies, counted } = faulty.threeBounces();
    faulty.proxy.misbehave(first(4, 'TransactWriteItems', { kind: 'lose answer' }));
    const { failed } = await faulty.system.deliver(bodies);
    expect(failed).toEqual([]);
    expect(await counted()).toEqual({ hard0: 3 });
  });

  test('a server that never answers is given up on, and asked again', async () => {
    const { bodies, counted } = faulty.threeBounces();
    faulty.proxy.misbehave(first(1, 'BatchGetItem', { kind: 'hang' }));
    const { failed } = await faulty.system.deliver(bodies);
    expect(failed).toEqual([]);
    expect(faulty.proxy.requests.filter(({ operation }) => operation === 'BatchGetItem').length).toBeGreaterThan(1);
    expect(await counted()).toEqual({ hard0: 3 });
  });

  test('records are read consistently: an answer that lags behind would count twice', async () => {
    const { bodies } = faulty.threeBounces();
    faulty.proxy.misbehave(() => undefined);
    await faulty.system.deliver(bodies);
    const [read] = faulty.proxy.requests;
    const [table] = Object.values((read?.body.RequestItems ?? {}) as Record<string, { ConsistentRead?: boolean }>);
    expect([read?.operation, table?.ConsistentRead]).toEqual(['BatchGetItem', true]);
  });

  test('keys left unprocessed are read again: a busy table is not an empty one', async () => {
    const { addresses, bodies, counted } = faulty.threeBounces();
    await faulty.system.deliver(bodies);
    const before = await faulty.system.record(addresses[0] as string);
    faulty.proxy.misbehave(
      first(2, 'BatchGetItem', (request) => ({
        kind: 'answer',
        status: 200,
        body: { Responses: {}, UnprocessedKeys: request.body.RequestItems },
      })),
    );
    await faulty.system.deliver(bodies);
    expect(await faulty.system.record(addresses[0] as string)).toEqual(before);
    expect(await counted()).toEqual({ hard0: 3 });
  });

  test.each([
    ['AccessDeniedException', 'the role may not use the table: check its policy'],
    [
      'ResourceNotFoundException',
      'the table does not exist: check its name, the region, and whether the stack is deployed',
    ],
  ])('%s hands every message back and says what to do', async (name, hint) => {
    const { bodies } = faulty.threeBounces();
    faulty.proxy.misbehave((request) => (request.operation === 'BatchGetItem' ? dynamoDBError(name) : undefined));
    const { failed, entries } = await faulty.system.deliver(bodies);
    expect(failed).toEqual(['message-0', 'message-1', 'message-2']);
    expect(entries[0]).toMatchObject({ outcome: 'failed', reason: `DynamoDB: ${name} (${hint})` });
    // No smaller request would fare better.
    expect(faulty.proxy.requests).toHaveLength(1);
  });
});

describe('time', () => {
  test('a table that stays busy is tried with growing, jittered pauses until the time is up, then everything comes back', async () => {
    const { bodies, suppressed } = faulty.threeBounces();
    faulty.proxy.misbehave(({ operation }) =>
      operation === 'TransactWriteItems'
        ? cancelled('ThrottlingError', '-reputation')({ body: { TransactItems: ['-reputation'] } } as never)
        : undefined,
    );
    const pauses: number[] = [];
    let left = 20_000;
    const { failed, entries } = await faulty.system.deliver(bodies, {
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
    faulty.proxy.misbehave(() => undefined);
    expect(await suppressed()).toEqual([false, false, false]);
  });

  test('with no time left nothing is begun', async () => {
    const { bodies } = faulty.threeBounces();
    faulty.proxy.misbehave(() => undefined);
    const { failed } = await faulty.system.deliver(bodies, { remaining: () => 0 });
    expect(failed).toHaveLength(3);
    expect(faulty.proxy.requests).toEqual([]);
  });
});

test('no log entry of any of this holds a full address', async () => {
  const { addresses, bodies } = faulty.threeBounces();
  faulty.proxy.misbehave((request) =>
    request.operation === 'TransactWriteItems'
      ? dynamoDBError('ValidationException', 400, { message: `Item ${addresses[0]} is no good` })
      : undefined,
  );
  const { entries, failed } = await faulty.system.deliver(bodies);
  expect(failed).toHaveLength(3);
  expect(JSON.stringify(entries)).not.toContain(addresses[0]);
});
