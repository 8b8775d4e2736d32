/** Measures the cost of the rates: counting sends and evaluating a scope. Printed by `npm run bench`. */
import { BatchWriteItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { useLocalAwsEnvironment } from '../../local/emulator/aws-environment.ts';
import { createTables } from '../../local/emulator/tables.ts';
import { createDynamoDBClient } from '../../shared/aws/dynamodb/client.ts';
import { createReputationTable } from '../../shared/aws/dynamodb/reputation-table.ts';
import { minute } from '../../shared/domain/durations.ts';
import { defaultPolicy } from '../../shared/domain/policy/policy.ts';
import { evaluateScope } from '../../shared/domain/reputation/evaluate-scope.ts';
import { formatTimestamp } from '../../shared/domain/timestamp.ts';
import { busyScope } from '../../test/support/busy-scope.ts';
import { bundle } from './bundle.ts';
import { median } from './statistics.ts';
import { startStub, stubEnvironment } from './stub.ts';

const events = 1_000_000;
const batchSize = 1000;
/** The million events are one day's emails, so a batch has the emails of a minute and a half. */
const dayMs = 24 * 60 * minute;

/** Limits that do not depend on the machine. */
const limits = { writeUnits: 15_000, readUnits: 10 };

/** Prints the measurements, and returns whether they are within the limits. */
export async function measureReputation(folder: string): Promise<boolean> {
  const writes = await countSends(folder);
  const reads = await evaluateBusyScope();
  console.log(`
A million Send events in batches of ${batchSize}, four scopes each:
  ${label(writes.writeUnits <= limits.writeUnits)}  ${writes.writeUnits.toLocaleString('en-US')} write units (at most ${limits.writeUnits.toLocaleString('en-US')}), ${writes.calls.toLocaleString('en-US')} calls, ${writes.microseconds.toFixed(0)} µs per event

Evaluating a scope that sends four million emails a day, counted by four containers, over thirty days:
  ${label(reads.readUnits <= limits.readUnits)}  ${reads.readUnits} read units (at most ${limits.readUnits}), ${reads.milliseconds.toFixed(1)} ms with the embedded engine`);
  return writes.writeUnits <= limits.writeUnits && reads.readUnits <= limits.readUnits;
}

const label = (isWithinLimit: boolean) => (isWithinLimit ? 'ok  ' : 'FAIL');

async function countSends(folder: string) {
  const { file } = await bundle('functions/volume.ts', folder);
  const stub = await startStub();
  Object.assign(process.env, stubEnvironment(stub.endpoint), { LOG_FORMAT: 'text' });
  const { handler } = require(file) as typeof import('../../functions/volume.ts');
  const { log } = console;
  console.log = () => {};
  const started = performance.now();
  const begin = Date.now() - dayMs;
  const consumed = await stub.measure(async () => {
    for (let first = 0; first < events; first += batchSize) {
      const time = begin + (dayMs * first) / events;
      const response = await handler({ Records: batchAt(time, first) }, {} as never);
      if (JSON.stringify(response) !== '{"batchItemFailures":[]}')
        throw new Error(`A batch failed: ${JSON.stringify(response)}`);
    }
  });
  console.log = log;
  stub.stop();
  return { ...consumed, microseconds: (1000 * (performance.now() - started)) / events };
}

/** Returns a batch of Send events, as SQS delivers them with raw message delivery. */
function batchAt(time: number, first: number) {
  return Array.from({ length: batchSize }, (_, i) => ({
    messageId: `m-${i}`,
    eventSource: 'aws:sqs',
    attributes: {},
    body: JSON.stringify({
      eventType: 'Send',
      send: {},
      mail: {
        timestamp: formatTimestamp(time + (i * dayMs) / events),
        messageId: `0100019a4d6723e5-e454779e-2bd1-4b4e-8a40-${first + i}-000000`,
        source: 'news@shop.example.com',
        sourceArn: 'arn:aws:ses:us-east-1:123456789012:identity/shop.example.com',
        sendingAccountId: '123456789012',
        destination: [`recipient-${first + i}@example.net`],
        tags: { 'ses:configuration-set': ['news'], 'ses:tenant-name': ['shop'] },
      },
    }),
  }));
}

async function evaluateBusyScope() {
  const engine = await useLocalAwsEnvironment();
  const client = createDynamoDBClient();
  const tables = { suppressionsTable: 'bench-suppressions', reputationTable: 'bench-reputation' };
  await createTables(client, tables);
  const now = Date.UTC(2026, 10, 20, 23, 59);
  const items = busyScope('account', now, 4).map((item) => ({ PutRequest: { Item: marshall(item) } }));
  for (let first = 0; first < items.length; first += 25) {
    await client.send(
      new BatchWriteItemCommand({ RequestItems: { [tables.reputationTable]: items.slice(first, first + 25) } }),
    );
  }
  let readUnits = 0;
  // The engine counts read units as DynamoDB does, if the request asks for it.
  client.middlewareStack.add(
    (next) => async (args) => {
      const result = await next({ ...args, input: { ...args.input, ReturnConsumedCapacity: 'TOTAL' } });
      const { ConsumedCapacity } = result.output as { ConsumedCapacity?: { CapacityUnits?: number } };
      readUnits += ConsumedCapacity?.CapacityUnits ?? 0;
      return result;
    },
    { step: 'initialize' },
  );
  const store = createReputationTable({ client, reputationTable: tables.reputationTable, clock: () => now });
  const taken: number[] = [];
  const rounds = 21;
  for (let round = 0; round < rounds; round++) {
    const started = performance.now();
    const state = await store.read('account', now);
    const snapshot = {
      ...state,
      scope: 'account',
      sesMetrics: {},
      policy: defaultPolicy,
      now,
      until: now,
      scopeCount: 1,
      inhibitors: [],
    };
    evaluateScope({ ...snapshot, isResumed: false, senderFaults: [], providerBounces: [], knownBounces: [] });
    taken.push(performance.now() - started);
  }
  await engine.stop();
  return { readUnits: readUnits / rounds, milliseconds: median(taken) };
}
