import { createDynamoDBClient } from '../../shared/aws/dynamodb/client.ts';
import { createStatusChangeOutbox } from '../../shared/aws/dynamodb/status-change-outbox.ts';
import { createSuppressionTable } from '../../shared/aws/dynamodb/suppression-table.ts';
import { readPolicy } from '../../shared/domain/policy/policy.ts';
import type { StatusChange } from '../../shared/domain/suppression/status-change.ts';
import { type PublishDependencies, publishChanges } from '../../shared/status-changes/publish-changes.ts';
import { createSuppressionList } from '../../shared/suppression-list/create-suppression-list.ts';
import { bounce, hour } from '../support/ses.ts';
import { createSystem, type System, useSystem } from '../support/system.ts';

useSystem();

const publishing = () => createSystem(createDynamoDBClient(), { publishesChanges: true });
const bounces = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, i) => bounce({ to: `a${from + i}@example.net`, mailId: `m${from + i}` }));

/** Publishes what is in the outbox, and returns the report and what the topic accepted. */
async function run(system: System, options: Partial<PublishDependencies> = {}) {
  const accepted: StatusChange[] = [];
  const { suppressionsTable } = system.tables;
  const dependencies: PublishDependencies = {
    outbox: createStatusChangeOutbox({ client: createDynamoDBClient(), suppressionsTable }),
    publish: async (changes) => {
      accepted.push(...changes);
      return new Map();
    },
    clock: () => system.now,
    remaining: () => 1000,
    ...options,
  };
  const report = await publishChanges(dependencies);
  return { report, accepted, outbox: dependencies.outbox };
}

test('each change is published once, oldest first, and leaves the outbox', async () => {
  const system = await publishing();
  await system.deliver(bounces(0, 3));
  system.now += hour;
  await system.deliver([...bounces(3, 5), ...bounces(0, 1)]);
  const { report, accepted, outbox } = await run(system);
  expect(report).toEqual({ published: 5 });
  const addresses = accepted.map(({ address }) => address);
  expect(new Set(addresses.slice(0, 3))).toEqual(new Set(['a0@example.net', 'a1@example.net', 'a2@example.net']));
  expect(new Set(addresses.slice(3))).toEqual(new Set(['a3@example.net', 'a4@example.net']));
  const first = accepted.find(({ address }) => address === 'a0@example.net');
  expect(first).toMatchObject({ status: 'suppressed', reason: 'hard', until: null, messageId: 'm0' });
  expect(await outbox.listPending(system.now, 100)).toEqual([]);
  expect(await run(system)).toMatchObject({ report: { published: 0 }, accepted: [] });
});

test('more changes than fit into one request or one list are published in requests of ten', async () => {
  const system = await publishing();
  await system.deliver(bounces(0, 225));
  const sizes: number[] = [];
  const publish: PublishDependencies['publish'] = async (changes) => {
    sizes.push(changes.length);
    return new Map();
  };
  const { report } = await run(system, { publish });
  expect(report).toEqual({ published: 225 });
  expect(Math.max(...sizes)).toBe(10);
});

test('a change that SNS rejects stays in the outbox, the others leave it, and the run reports why', async () => {
  const system = await publishing();
  await system.deliver(bounces(0, 4));
  const reject: PublishDependencies['publish'] = async (changes) =>
    new Map(changes.flatMap(({ id, address }) => (address === 'a2@example.net' ? [[id, 'InternalError']] : [])));
  const { report } = await run(system, { publish: reject });
  expect(report).toEqual({ published: 3, error: 'InternalError' });
  const next = await run(system);
  expect(next.accepted).toMatchObject([{ address: 'a2@example.net' }]);
});

test('a topic that does not answer loses nothing', async () => {
  const system = await publishing();
  await system.deliver(bounces(0, 12));
  const publish = async () => {
    throw Object.assign(new Error('no topic'), { name: 'NotFoundException' });
  };
  const { report } = await run(system, { publish });
  expect(report).toEqual({ published: 0, error: 'NotFoundException' });
  expect((await run(system)).report).toEqual({ published: 12 });
});

test('a process that crashes after it published publishes again with the same id', async () => {
  const system = await publishing();
  await system.deliver(bounces(0, 1));
  const first: StatusChange[] = [];
  const outbox = (await run(system, { remaining: () => 0 })).outbox;
  const crashing = {
    outbox: { ...outbox, remove: async () => Promise.reject(new Error('crashed')) },
    publish: async (changes: readonly StatusChange[]) => {
      first.push(...changes);
      return new Map<string, string>();
    },
  };
  await expect(run(system, crashing)).rejects.toThrow('crashed');
  const { accepted } = await run(system);
  expect(first).toHaveLength(1);
  expect(accepted).toEqual(first);
});

test('a run stops when its time is up, and the next one continues', async () => {
  const system = await publishing();
  await system.deliver(bounces(0, 150));
  let lists = 0;
  const { report } = await run(system, { remaining: () => 1 - lists++ });
  expect(report).toEqual({ published: 100 });
  expect((await run(system)).report).toEqual({ published: 50 });
});

test('what an application changes is published if its policy says so', async () => {
  const system = await publishing();
  const { suppressionsTable: tableName } = system.tables;
  const options = { tableName, clock: () => system.now };
  const attribution = { by: 'app', note: 'test' };
  await createSuppressionList(options).suppress('quiet@example.net', attribution);
  const list = createSuppressionList({ ...options, policy: { publishStatusChanges: true } });
  await list.suppress('ann@example.net', attribution);
  system.now += 1;
  await list.release('ann@example.net', attribution);
  system.now += 1;
  const tenant = createSuppressionList({ ...options, list: 'shop', policy: { publishStatusChanges: true } });
  await tenant.suppress('bob@example.net', { ...attribution, until: new Date(system.now + hour) });
  const { accepted } = await run(system);
  expect(accepted.map(({ address, list: name, status, reason }) => [address, name, status, reason])).toEqual([
    ['ann@example.net', 'account', 'suppressed', 'manual'],
    ['ann@example.net', 'account', 'released', undefined],
    ['bob@example.net', 'shop', 'suppressed', 'manual'],
  ]);
});

test('without the setting, nothing is written to the outbox', async () => {
  const system = await createSystem();
  await system.deliver(bounces(0, 3));
  expect((await run(system)).accepted).toEqual([]);
  expect(readPolicy({}).publishStatusChanges).toBe(false);
});

test('two changes within one millisecond, by writers whose clocks differ, have times in the order in which they happened', async () => {
  const system = await publishing();
  const { suppressionsTable, reputationTable } = system.tables;
  const [one] = bounces(0, 1);
  await system.deliver([one]);
  const late = createSuppressionTable({
    client: createDynamoDBClient(),
    suppressionsTable,
    reputationTable,
    shard: 0,
    clock: () => system.now - hour,
    newVersion: () => 'v2',
    publishesChanges: true,
  });
  const address = 'a0@example.net' as Parameters<typeof late.read>[0][number]['address'];
  const stored = (await late.read([{ address, eventIds: [] }])).get(address);
  if (stored === undefined || 'unreadable' in stored) throw new Error('no record');
  const { reason: _, ...rest } = stored.record;
  await late.write({ changes: [{ record: { ...rest, status: 'released' }, stored }], counts: [] });
  system.now += 1;
  const { accepted } = await run(system);
  expect(accepted.map(({ status }) => status)).toEqual(['suppressed', 'released']);
  expect(Date.parse(accepted[1]?.at ?? '')).toBe(Date.parse(accepted[0]?.at ?? '') + 1);
});
