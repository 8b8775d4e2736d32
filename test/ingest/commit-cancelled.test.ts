import { cancelled, first, useFaultySystem } from '../support/failing-system.ts';
import { type DynamoDBRequest, dynamoDBError } from '../support/fault-proxy.ts';

const faulty = useFaultySystem();

describe('a cancelled transaction', () => {
  test.each(['TransactionConflict', 'ConditionalCheckFailed', 'ThrottlingError', 'ProvisionedThroughputExceeded'])(
    'because of %s for one record is committed without this record, then with it',
    async (code) => {
      const { addresses, bodies, counted, suppressed } = faulty.threeBounces();
      faulty.proxy.misbehave(first(1, 'TransactWriteItems', cancelled(code, addresses[1] as string)));
      const { failed } = await faulty.system.deliver(bodies);
      const sizes = faulty.proxy.requests
        .filter(({ operation }) => operation === 'TransactWriteItems')
        .map(({ body }) => JSON.stringify(body).match(/h\d+-\d@example/g)?.length);
      expect(failed).toEqual([]);
      expect(sizes).toHaveLength(3);
      expect(await suppressed()).toEqual([true, true, true]);
      expect(await counted()).toEqual({ hard0: 3 });
    },
  );

  test.each(['TransactionConflict', 'ThrottlingError', 'ProvisionedThroughputExceeded'])(
    'because of %s for a counter is retried as a whole',
    async (code) => {
      const { bodies, counted, suppressed } = faulty.threeBounces();
      faulty.proxy.misbehave(first(3, 'TransactWriteItems', cancelled(code, '-reputation')));
      const { failed } = await faulty.system.deliver(bodies);
      expect(failed).toEqual([]);
      expect(await suppressed()).toEqual([true, true, true]);
      expect(await counted()).toEqual({ hard0: 3 });
    },
  );

  test.each(['ValidationError', 'ItemCollectionSizeLimitExceeded', 'SomeFutureCode'])(
    'because of %s for one record fails only this record',
    async (code) => {
      const { addresses, bodies, counted, suppressed } = faulty.threeBounces();
      faulty.proxy.misbehave((request) => {
        const isIn =
          request.operation === 'TransactWriteItems' && JSON.stringify(request.body).includes(String(addresses[2]));
        return isIn ? cancelled(code, addresses[2] as string)(request) : undefined;
      });
      const { failed, entries } = await faulty.system.deliver(bodies);
      expect(failed).toEqual(['message-2']);
      expect(await suppressed()).toEqual([true, true, false]);
      expect(await counted()).toEqual({ hard0: 2 });
      expect(entries).toContainEqual({
        kind: 'message',
        outcome: 'failed',
        message: 'message-2',
        reason: `DynamoDB rejected the record: ${code}`,
      });
    },
  );

  test('because of a rejected record and a contested counter fails the record and retries the rest', async () => {
    const { addresses, bodies, counted, suppressed } = faulty.threeBounces();
    const reasons = (request: DynamoDBRequest) => {
      const CancellationReasons = (request.body.TransactItems as unknown[]).map((action) => {
        const text = JSON.stringify(action);
        if (text.includes('-reputation')) return { Code: 'TransactionConflict' };
        return { Code: text.includes(String(addresses[0])) ? 'ValidationError' : 'None' };
      });
      return dynamoDBError('TransactionCanceledException', 400, { CancellationReasons });
    };
    faulty.proxy.misbehave(first(1, 'TransactWriteItems', reasons));
    expect((await faulty.system.deliver(bodies)).failed).toEqual(['message-0']);
    expect(await suppressed()).toEqual([false, true, true]);
    expect(await counted()).toEqual({ hard0: 2 });
  });

  test('because of a rejected counter fails all records counted in it', async () => {
    const { bodies, suppressed } = faulty.threeBounces();
    faulty.proxy.misbehave(first(99, 'TransactWriteItems', cancelled('ValidationError', '-reputation')));
    expect((await faulty.system.deliver(bodies)).failed).toEqual(['message-0', 'message-1', 'message-2']);
    faulty.proxy.misbehave(() => undefined);
    expect(await suppressed()).toEqual([false, false, false]);
  });

  test('without cancellation reasons is retried', async () => {
    const { bodies, counted } = faulty.threeBounces();
    faulty.proxy.misbehave(first(1, 'TransactWriteItems', dynamoDBError('TransactionCanceledException')));
    expect((await faulty.system.deliver(bodies)).failed).toEqual([]);
    expect(await counted()).toEqual({ hard0: 3 });
  });
});
