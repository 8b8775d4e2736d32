import { ConfiguredRetryStrategy } from '@smithy/core/retry';
import { createDynamoDBClient } from '../../shared/aws/dynamodb/client.ts';
import { type DynamoDBRequest, dynamoDBError, type Fault, type FaultProxy, startFaultProxy } from './fault-proxy.ts';
import { bounce, hour, iso, noon } from './ses.ts';
import { createSystem, type System, useSystem } from './system.ts';

/**
 * Starts an engine for a test file, with a proxy in front of the tables that injects faults. Use the result inside a
 * test.
 */
export function useFaultySystem() {
  let proxy: FaultProxy;
  let system: System;
  let hours = 0;
  useSystem();
  beforeAll(async () => {
    const engine = process.env.AWS_ENDPOINT_URL_DYNAMODB as string;
    proxy = await startFaultProxy(engine);
    process.env.AWS_ENDPOINT_URL_DYNAMODB = proxy.endpoint;
    // As in production, with shorter waits.
    const retryStrategy = new ConfiguredRetryStrategy(3, 1);
    const requestHandler = { connectionTimeout: 500, requestTimeout: 500, throwOnRequestTimeout: true };
    system = await createSystem(createDynamoDBClient({ retryStrategy, requestHandler }));
  });
  afterAll(() => proxy.close());
  return {
    get proxy() {
      return proxy;
    },
    get system() {
      return system;
    },
    /** Returns three bounces in an hour in which nothing else is counted. */
    threeBounces() {
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
    },
  };
}

/** Returns a fault for the first requests of an operation, and none for the others. */
export const first =
  (times: number, operation: string, fault: Fault | ((request: DynamoDBRequest) => Fault)) =>
  (request: DynamoDBRequest) => {
    if (request.operation !== operation || times <= 0) return undefined;
    times--;
    return typeof fault === 'function' ? fault(request) : fault;
  };

/** Returns a cancelled transaction. The code is the reason for the items that contain the text. */
export const cancelled = (code: string, text: string) => (request: DynamoDBRequest) => {
  const actions = request.body.TransactItems as unknown[];
  const CancellationReasons = actions.map((action) =>
    JSON.stringify(action).includes(text) ? { Code: code, Message: 'injected by a test' } : { Code: 'None' },
  );
  return dynamoDBError('TransactionCanceledException', 400, { CancellationReasons });
};
