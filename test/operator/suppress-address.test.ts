import { randomUUID } from 'node:crypto';
import { createDynamoDBClient } from '../../shared/aws/dynamodb/client.ts';
import { createSuppressionTable } from '../../shared/aws/dynamodb/suppression-table.ts';
import { type Address, parseAddress } from '../../shared/domain/address.ts';
import { readPolicy } from '../../shared/domain/policy/policy.ts';
import type { SuppressionStore } from '../../shared/domain/suppression/store.ts';
import { releaseAddress } from '../../shared/operator/release-address.ts';
import { suppressAddress } from '../../shared/operator/suppress-address.ts';
import { createCrashingStore } from '../support/crashing-store.ts';
import { bounce, day, hour, iso, noon } from '../support/ses.ts';
import { createSystem, type System, useSystem } from '../support/system.ts';

useSystem();
const to = 'ann@example.net';
const ann = parseAddress('Ann <Ann@Example.net>') as Address;
const policy = readPolicy({ accountList: { mode: 'off' } });
const attribution = { by: 'op', note: 'asked by phone' };
const dependenciesOf = (system: System, store: SuppressionStore = system.store) => ({
  store,
  policy,
  clock: () => system.now,
});
const listStore = (system: System, list: string) =>
  createSuppressionTable({
    client: createDynamoDBClient(),
    ...system.tables,
    shard: 0,
    newVersion: randomUUID,
    clock: () => system.now,
    list,
  });

test('a new record names the operator and the note, and is read as it was written', async () => {
  const system = await createSystem();
  const record = await suppressAddress(dependenciesOf(system), ann, { ...attribution, until: noon + day });
  const at = iso(system.now);
  expect(await system.record(to)).toMatchObject({
    list: 'account',
    status: 'suppressed',
    reason: 'manual',
    since: at,
    until: iso(noon + day),
    spellings: ['Ann@Example.net'],
    suppressedAt: at,
    suppressedBy: 'op',
    suppressedFor: 'asked by phone',
    expiresAt: (noon + 32 * day) / 1000,
  });
  const stored = (await system.store.read([{ address: ann.key, eventIds: [] }])).get(ann.key);
  expect(stored).toMatchObject({ record, unknown: {} });
});

test('an end added later keeps the time since when it was permanent, and a release removes who suppressed', async () => {
  const system = await createSystem();
  const startedAt = system.now;
  await suppressAddress(dependenciesOf(system), ann, attribution);
  system.now += hour;
  const record = await suppressAddress(dependenciesOf(system), ann, { ...attribution, until: noon + day });
  expect(record.causes.manual).toEqual({
    since: startedAt,
    last: system.now,
    until: noon + day,
    permanentSince: startedAt,
  });
  const read = async () => (await system.store.read([{ address: ann.key, eventIds: [] }])).get(ann.key);
  expect(await read()).toMatchObject({ record });
  await releaseAddress(dependenciesOf(system), ann.key, attribution);
  const released = await system.record(to);
  expect(released).toMatchObject({ status: 'released', releasedFor: 'asked by phone', causes: {} });
  expect(Object.keys(released ?? {}).filter((name) => name.startsWith('suppressed'))).toEqual([]);
});

test('evidence and other causes stay, except those of an expired record', async () => {
  const system = await createSystem();
  await system.deliver([bounce({ to, status: '5.7.1' })], { policy });
  await suppressAddress(dependenciesOf(system), ann, { ...attribution, until: noon + day });
  expect(await system.record(to)).toMatchObject({ evidence: [{}], causes: { 'policy-block': {}, manual: {} } });
  system.now = noon + 100 * day;
  await suppressAddress(dependenciesOf(system), ann, { ...attribution, until: noon + 101 * day });
  const record = await system.record(to);
  expect(record).toMatchObject({ evidence: [], since: iso(system.now) });
  expect(Object.keys(record?.causes as object)).toEqual(['manual']);
});

test.each([
  ['now', noon + 60_000],
  ['an hour ago', noon - hour],
  ['not a valid time', Number.NaN],
  ['infinite', Number.POSITIVE_INFINITY],
])('an end that is %s is rejected, and nothing is written', async (_title, until) => {
  const system = await createSystem();
  await expect(suppressAddress(dependenciesOf(system), ann, { ...attribution, until })).rejects.toThrow(
    'The end of a suppression must be in the future, and before the year 3000.',
  );
  expect(await system.record(to)).toBeUndefined();
});

test('feedback that arrives between the read and the write is kept', async () => {
  const system = await createSystem();
  let rounds = 0;
  const write: SuppressionStore['write'] = async (...args) => {
    if (rounds++ < 3) await system.deliver([bounce({ to, mailId: `mail-${rounds}` })], { policy });
    return system.store.write(...args);
  };
  await suppressAddress(dependenciesOf(system, { ...system.store, write }), ann, attribution);
  expect(await system.record(to)).toMatchObject({ evidence: [{}, {}, {}], causes: { hard: {}, manual: {} } });
  expect(rounds).toBe(4);
});

test('ten attempts that are all interrupted by feedback end with an error', async () => {
  const system = await createSystem();
  let writes = 0;
  const write: SuppressionStore['write'] = async () => {
    writes++;
    return { kind: 'cancelled', contested: new Set([ann.key]), rejected: new Map() };
  };
  const dependencies = dependenciesOf(system, { ...system.store, write });
  await expect(suppressAddress(dependencies, ann, attribution)).rejects.toThrow('changed it first 10 times in a row');
  expect(writes).toBe(10);
});

test('a damaged record is reported and not changed', async () => {
  const system = await createSystem();
  await suppressAddress(dependenciesOf(system), ann, attribution);
  await system.putItem({ ...(await system.record(to)), suppressedAt: 'yesterday' });
  await expect(suppressAddress(dependenciesOf(system), ann, attribution)).rejects.toThrow('damaged: suppressedAt');
  expect(await system.record(to)).toMatchObject({ suppressedAt: 'yesterday' });
});

test('if the process crashes, the address is suppressed completely or not at all', async () => {
  for (const [call, kind] of [
    [0, 'crash after'],
    [1, 'crash before'],
    [1, 'crash after'],
  ] as const) {
    const system = await createSystem();
    const { store } = createCrashingStore(system.store, { call, kind });
    await expect(suppressAddress(dependenciesOf(system, store), ann, attribution)).rejects.toThrow('crashed');
    const record = await system.record(to);
    expect(record?.status).toBe(call === 1 && kind === 'crash after' ? 'suppressed' : undefined);
  }
});

describe('a separate list', () => {
  test('has a record of its own for an address, independent of the one that feedback changes', async () => {
    const system = await createSystem();
    const newsletter = dependenciesOf(system, listStore(system, 'newsletter'));
    await suppressAddress(newsletter, ann, attribution);
    expect(await system.record(to)).toBeUndefined();
    await system.deliver([bounce({ to })], { policy });
    await suppressAddress(newsletter, ann, { ...attribution, until: noon + day });
    await releaseAddress(dependenciesOf(system), ann.key, attribution);
    expect(await system.record(to)).toMatchObject({ list: 'account', status: 'released', evidence: [{}] });
    const stored = (await newsletter.store.read([{ address: ann.key, eventIds: [] }])).get(ann.key);
    expect(stored).toMatchObject({ record: { status: 'suppressed', until: noon + day, evidence: [] } });
    const keys = [...(await system.snapshot()).records.keys()];
    expect(keys.filter((key) => !key.includes('history#')).sort()).toEqual([`${to} account`, `${to} newsletter`]);
  });

  test('is the one that feedback changes if its name is account', async () => {
    const system = await createSystem();
    await suppressAddress(dependenciesOf(system, listStore(system, 'account')), ann, attribution);
    expect(await system.record(to)).toMatchObject({ list: 'account', reason: 'manual' });
  });
});
