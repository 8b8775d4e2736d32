import { createDynamoDBClient } from '../../shared/aws/dynamodb/client.ts';
import { type DynamoDBRequest, dynamoDBError, type Fault, type FaultProxy, startFaultProxy } from './fault-proxy.ts';
import { bounce, hour, iso, noon } from './ses.ts';
import { createSystem, type System, useSystem } from './system.ts';

/** The tables behind a proxy that can be told to misbehave. Reach it inside a test. */
export function useFaultySystem() {
  let proxy: FaultProxy;
  let system: System;
  let hours = 0;
  useSystem();
  beforeAll(async () => {
    const engine = process.env.AWS_ENDPOINT_URL_DYNAMODB as string;
    proxy = await startFaultProxy(engine);
    process.env.AWS_ENDPOINT_URL_DYNAMODB = proxy.endpoint;
    system = await createSystem(createDynamoDBClient());
  });
  afterAll(() => proxy.close());
  return {
    get proxy() {
      return proxy;
    },
    get system() {
      return system;
    },
    /** Of an hour nothing else is counted in. */
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

/** A fault for the first so many requests of an operation. */
export const first =
  (times: number, operation: string, fault: Fault | ((request: DynamoDBRequest) => Fault)) =>
  (request: DynamoDBRequest) => {
    if (request.operation !== operation || times <= 0) return undefined;
    times--;
    return typeof fault === 'function' ? fault(request) : fault;
  };

/** Cancels a transaction for the actions that mention a text. */
export const cancelled = (code: string, text: string) => (request: DynamoDBRequest) => {
  const actions = request.body.TransactItems as unknown[];
  const CancellationReasons = actions.map((action) =>
    JSON.stringify(action).includes(text) ? { Code: code, Message: 'told so' } : { Code: 'None' },
  );
  return dynamoDBError('TransactionCanceledException', 400, { CancellationReasons });
};
