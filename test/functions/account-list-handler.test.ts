import type { Context } from 'aws-lambda';
import {
  type AccountListHandlerOptions,
  createAccountListHandler,
} from '../../functions/handlers/account-list-handler.ts';
import { startSesSimulator } from '../../local/ses-simulator/simulator.ts';
import type { SyncLogEntry } from '../../shared/account-list/sync-report.ts';
import { createDynamoDBClient } from '../../shared/aws/dynamodb/client.ts';
import { withLease } from '../../shared/aws/dynamodb/lease.ts';
import { readPolicy } from '../../shared/domain/policy/policy.ts';
import { incidentId } from '../../shared/domain/reputation/provider-incident.ts';
import type { StatusChange } from '../../shared/domain/suppression/status-change.ts';
import { createMonitoring } from '../support/monitoring.ts';
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

async function createFixture({ mode = 'always', publishStatusChanges = false, incidentHours = 72 } = {}) {
  const system = await createSystem(createDynamoDBClient(), { publishesChanges: publishStatusChanges });
  const clock = () => system.now;
  const ses = await startSesSimulator({ publish: () => {}, clock });
  cleanUps.push(ses.close);
  process.env.AWS_ENDPOINT_URL_SESV2 = ses.endpoint;
  const entries: SyncLogEntry[] = [];
  const handler = (
    log: ((entry: SyncLogEntry) => void) | null = (entry) => entries.push(entry),
    format = 'text',
    ports: Pick<AccountListHandlerOptions, 'publish'> = {},
  ) =>
    createAccountListHandler({
      ...ports,
      variables: {
        SUPPRESSIONS_TABLE: system.tables.suppressionsTable,
        REPUTATION_TABLE: system.tables.reputationTable,
        IMPORT_BUCKET: 'imports',
        LOG_FORMAT: format,
        STACK: 'ses-feedback-test',
      },
      policy: readPolicy({ accountList: { mode }, publishStatusChanges, hard: { incidentHours } }),
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

test('a run syncs until thirteen seconds before its timeout, and returns what it logged', async () => {
  const { system, ses, entries, handler } = await createFixture();
  await deliver(system, 50);
  const startedAt = system.now;
  const result = await handler()({}, context(20_000));
  expect(result).toEqual([
    { kind: 'account-list', region: 'home', synced: 7, rejected: 0, pending: 43, oldestMs: expect.any(Number) },
  ]);
  expect(entries).toEqual(result);
  expect(ses.calls.at(-1)?.at).toBe(startedAt + 6_000);
  expect(await handler()({}, context(13_000))).toMatchObject([{ synced: 0, pending: 43 }]);
  system.now += 1000;
  expect(await handler()({})).toMatchObject([{ synced: 43, pending: 0 }]);
  expect(ses.calls.map(({ status }) => status)).toEqual(Array(50).fill(200));
});

test('one of two concurrent runs syncs, and the other makes no call; the lease of a crashed run expires', async () => {
  const { system, ses, handler } = await createFixture();
  await deliver(system, 2);
  const lease = {
    client: createDynamoDBClient(),
    reputationTable: system.tables.reputationTable,
    name: 'account-list',
    owner: 'crashed',
    clock: () => system.now,
  };
  await withLease(lease, 58_000, async () => {
    expect(await handler()({}, context())).toBeUndefined();
    expect(ses.calls).toEqual([]);
    system.now += 58_000;
    expect(await handler()({}, context())).toMatchObject([{ synced: 2 }]);
  });
  await deliver(system, 3);
  const both = await Promise.all([handler()({}, context()), handler()({}, context())]);
  expect(both.filter((result) => result !== undefined)).toMatchObject([[{ synced: 1 }]]);
});

test('in mode off, and without bounces to hold, a run neither calls SES nor takes a lease', async () => {
  const { system, ses, handler } = await createFixture({ mode: 'off', incidentHours: 0 });
  await deliver(system, 1);
  expect(await handler()({}, context())).toBeUndefined();
  expect(ses.calls).toEqual([]);
  expect(await system.items('leases')).toEqual([]);
});

test('in mode off as well, a run holds the bounces of an outage, and writes how many', async () => {
  const { system, ses, handler } = await createFixture({ mode: 'off' });
  await system.deliver([bounce({ to: 'ann@gmail.com', mailId: 'a', sentAt: system.now - 60_000 })]);
  const from = Math.floor(system.now / 3_600_000) * 3_600_000 - 3_600_000;
  await createMonitoring(system).store.saveIncident({
    id: incidentId(system.now),
    provider: 'google',
    from,
    bounces: 9,
  });
  const write = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  await handler()({}, context());
  expect(write.mock.calls.flat()).toEqual(['bounces of an outage that suppress for a time only: 1\n']);
  write.mockRestore();
  expect((await system.record('ann@gmail.com'))?.until).toBeDefined();
  expect(ses.calls).toEqual([]);
});

test('a run throws if a Region rejects every call, and returns its lease', async () => {
  const { system, ses, entries, handler } = await createFixture();
  await deliver(system, 1);
  ses.fault = () => 'denied';
  await expect(handler()({}, context())).rejects.toThrow(
    'The SES account suppression list could not be updated: home: AccessDeniedException. The next run, in a minute, tries again.',
  );
  expect(entries).toMatchObject([{ synced: 0, pending: 1, error: 'AccessDeniedException' }]);
  expect(await system.items('leases')).toEqual([]);
  ses.fault = undefined;
  expect(await handler()({}, context())).toMatchObject([{ synced: 1, pending: 0 }]);
});

test.each(['throttle', 'sandbox'])('a run does not throw because of %s', async (cause) => {
  const { system, ses, handler } = await createFixture();
  await deliver(system, 1);
  ses.account.isSandbox = cause === 'sandbox';
  ses.fault = () => (cause === 'throttle' ? 'throttle' : undefined);
  expect(await handler()({}, context())).toMatchObject([{ synced: 0, pending: 1 }]);
});

test.each([
  ['text', (line: string) => line, 'SES account suppression list: 1 synced'],
  [
    'json',
    (line: string) => JSON.parse(line),
    {
      kind: 'account-list',
      region: 'home',
      synced: 1,
      rejected: 0,
      pending: 0,
      oldestMs: 0,
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
])('a run logs one line for each Region: %s', async (format, read, expected) => {
  const { system, handler } = await createFixture();
  await deliver(system, 1);
  const lines: string[] = [];
  const write = vi.spyOn(process.stdout, 'write').mockImplementation((text) => lines.push(String(text)) > 0);
  try {
    await handler(null, format)({}, context());
  } finally {
    write.mockRestore();
  }
  expect(lines.map((line) => read(line.trim()))).toEqual([expected]);
});

describe('changes of status', () => {
  /** A topic that accepts, or does not. */
  const topic = (error?: Error) => {
    const published: StatusChange[] = [];
    const publish: AccountListHandlerOptions['publish'] = async (changes) => {
      if (error) throw error;
      published.push(...changes);
      return new Map();
    };
    return { published, publish };
  };

  test.each(['always', 'off'])('are published if the policy says so, whatever is synced: mode %s', async (mode) => {
    const { system, handler } = await createFixture({ mode, publishStatusChanges: true });
    await deliver(system, 3);
    const { published, publish } = topic();
    await handler(undefined, 'text', { publish })({}, context());
    expect(published.map(({ address, status }) => [address, status]).sort()).toEqual(
      [0, 1, 2].map((index) => [`a${index}@example.net`, 'suppressed']),
    );
    await handler(undefined, 'text', { publish })({}, context());
    expect(published).toHaveLength(3);
  });

  test('that cannot be published do not keep the list from being synced, and are an error', async () => {
    const { system, ses, handler } = await createFixture({ publishStatusChanges: true });
    await deliver(system, 2);
    const { publish } = topic(Object.assign(new Error('no'), { name: 'NotFoundException' }));
    await expect(handler(undefined, 'text', { publish })({}, context())).rejects.toThrow(
      'Changes of status could not be published: NotFoundException. The next run, in a minute, tries again.',
    );
    expect(ses.list.size).toBe(2);
  });

  test('without a topic are an error that names the variable', async () => {
    const { handler } = await createFixture({ publishStatusChanges: true });
    expect(() => handler()).toThrow('policy.json publishes changes of status, but STATUS_TOPIC is not set.');
  });
});
