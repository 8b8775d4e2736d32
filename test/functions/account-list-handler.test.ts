import type { Context } from 'aws-lambda';
import { createAccountListHandler } from '../../functions/handlers/account-list-handler.ts';
import { startSesSimulator } from '../../local/ses-simulator/simulator.ts';
import type { SyncLogEntry } from '../../shared/account-list/sync-report.ts';
import { createDynamoDBClient } from '../../shared/aws/dynamodb/client.ts';
import { withLease } from '../../shared/aws/dynamodb/lease.ts';
import { readPolicy } from '../../shared/domain/policy/policy.ts';
import { bounce } from '../support/ses.ts';
import { createSystem, type System, useSystem } from '../support/system.ts';

useSystem();
const cleanUps: (() => Promise<void>)[] = [];

beforeAll(() => {
  Object.assign(process.env, { AWS_REGION: 'us-east-1', AWS_ACCESS_KEY_ID: 'local', AWS_SECRET_ACCESS_KEY: 'local' });
});

afterEach(async () => {
  delete process.env.AWS_ENDPOINT_URL_SESV2;
  for (const cleanUp of cleanUps.splice(0)) await cleanUp();
});

const context = (milliseconds = 59_000) => ({ getRemainingTimeInMillis: () => milliseconds }) as Context;

async function createWorld({ mode = 'always' } = {}) {
  const system = await createSystem();
  const clock = () => system.now;
  const ses = await startSesSimulator({ publish: () => {}, clock });
  cleanUps.push(ses.close);
  process.env.AWS_ENDPOINT_URL_SESV2 = ses.endpoint;
  const entries: SyncLogEntry[] = [];
  const handler = (log: ((entry: SyncLogEntry) => void) | null = (entry) => entries.push(entry), format = 'text') =>
    createAccountListHandler({
      variables: {
        SUPPRESSIONS_TABLE: system.tables.suppressionsTable,
        REPUTATION_TABLE: system.tables.reputationTable,
        IMPORT_BUCKET: 'imports',
        LOG_FORMAT: format,
        STACK: 'ses-feedback-test',
      },
      policy: readPolicy({ accountList: { mode } }),
      clock,
      sleep: async (milliseconds) => {
        system.now += milliseconds;
      },
      ...(log && { log }),
    });
  return { system, ses, entries, handler };
}

const deliver = (system: System, count: number) =>
  system.deliver(
    Array.from({ length: count }, (_, index) => bounce({ to: `a${index}@example.net`, mailId: `m${index}` })),
  );

test('a run tells for as long as it has time, less thirteen seconds, and answers with what it logged', async () => {
  const { system, ses, entries, handler } = await createWorld();
  await deliver(system, 50);
  const startedAt = system.now;
  const answer = await handler()({}, context(20_000));
  expect(answer).toEqual([
    { kind: 'account-list', region: 'home', told: 7, refused: 0, left: 43, oldest: expect.any(Number) },
  ]);
  expect(entries).toEqual(answer);
  expect(ses.calls.at(-1)?.at).toBe(startedAt + 6_000);
  expect(await handler()({}, context(13_000))).toMatchObject([{ told: 0, left: 43 }]);
  system.now += 1000;
  expect(await handler()({})).toMatchObject([{ told: 43, left: 0 }]);
  expect(ses.calls.map(({ status }) => status)).toEqual(Array(50).fill(200));
});

test('of two runs at once one works, and the other makes no call; a dead one is waited for no longer than it lives', async () => {
  const { system, ses, handler } = await createWorld();
  await deliver(system, 2);
  const lease = {
    client: createDynamoDBClient(),
    reputationTable: system.tables.reputationTable,
    name: 'account-list',
    owner: 'dead',
    clock: () => system.now,
  };
  await withLease(lease, 58_000, async () => {
    expect(await handler()({}, context())).toBeUndefined();
    expect(ses.calls).toEqual([]);
    system.now += 58_000;
    expect(await handler()({}, context())).toMatchObject([{ told: 2 }]);
  });
  await deliver(system, 3);
  const both = await Promise.all([handler()({}, context()), handler()({}, context())]);
  expect(both.filter((answer) => answer !== undefined)).toMatchObject([[{ told: 1 }]]);
});

test('off: no call, neither to SES nor for a lease', async () => {
  const { system, ses, handler } = await createWorld({ mode: 'off' });
  await deliver(system, 1);
  expect(await handler()({}, context())).toBeUndefined();
  expect(ses.calls).toEqual([]);
  expect(await system.items('leases')).toEqual([]);
});

test('fails where a Region does not answer, after it has told what it could, and gives its lease back', async () => {
  const { system, ses, entries, handler } = await createWorld();
  await deliver(system, 1);
  ses.fault = () => 'denied';
  await expect(handler()({}, context())).rejects.toThrow(
    "SES's list could not be told: home: AccessDeniedException. It is tried again every minute.",
  );
  expect(entries).toMatchObject([{ told: 0, left: 1, fault: 'AccessDeniedException' }]);
  expect(await system.items('leases')).toEqual([]);
  ses.fault = undefined;
  expect(await handler()({}, context())).toMatchObject([{ told: 1, left: 0 }]);
});

test.each(['throttle', 'sandbox'])('does not fail for what passes by itself: %s', async (what) => {
  const { system, ses, handler } = await createWorld();
  await deliver(system, 1);
  ses.account.isSandbox = what === 'sandbox';
  ses.fault = () => (what === 'throttle' ? 'throttle' : undefined);
  expect(await handler()({}, context())).toMatchObject([{ told: 0, left: 1 }]);
});

test.each([
  ['text', (line: string) => line, 'SES account suppression list: 1 synced'],
  [
    'json',
    (line: string) => JSON.parse(line),
    {
      kind: 'account-list',
      region: 'home',
      told: 1,
      refused: 0,
      left: 0,
      oldest: 0,
      AccountListDelay: 0,
      _aws: {
        Timestamp: expect.any(Number),
        CloudWatchMetrics: [
          {
            Namespace: 'ses-feedback-test',
            Dimensions: [['region']],
            Metrics: [{ Name: 'AccountListDelay', Unit: 'Seconds' }],
          },
        ],
      },
    },
  ],
])('says what it did in a line: %s', async (format, read, expected) => {
  const { system, handler } = await createWorld();
  await deliver(system, 1);
  const lines: string[] = [];
  const write = jest.spyOn(process.stdout, 'write').mockImplementation((text) => lines.push(String(text)) > 0);
  try {
    await handler(null, format)({}, context());
  } finally {
    write.mockRestore();
  }
  expect(lines.map((line) => read(line.trim()))).toEqual([expected]);
});
