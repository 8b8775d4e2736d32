import { randomUUID } from 'node:crypto';
import { createDynamoDBClient } from '../../shared/aws/dynamodb/client.ts';
import { createSuppressionTable } from '../../shared/aws/dynamodb/suppression-table.ts';
import { type Address, parseAddress } from '../../shared/domain/address.ts';
import { readPolicy } from '../../shared/domain/policy/policy.ts';
import type { SuppressionStore } from '../../shared/domain/suppression/store.ts';
import { releaseAddress } from '../../shared/operator/release-address.ts';
import { suppressAddress } from '../../shared/operator/suppress-address.ts';
import { mortalStore } from '../support/crashing-store.ts';
import { bounce, day, hour, iso, noon } from '../support/ses.ts';
import { createSystem, type System, useSystem } from '../support/system.ts';

useSystem();
const to = 'ann@example.net';
const ann = parseAddress('Ann <Ann@Example.net>') as Address;
const policy = readPolicy({ accountList: { mode: 'off' } });
const note = { by: 'op', note: 'asked by phone' };
const depend = (system: System, store: SuppressionStore = system.store) => ({ store, policy, clock: () => system.now });
const listStore = (system: System, list: string) =>
  createSuppressionTable({
    client: createDynamoDBClient(),
    ...system.tables,
    shard: 0,
    newVersion: randomUUID,
    clock: () => system.now,
    list,
  });

test('an address nobody knew is suppressed, with who said so and why, and read as it was written', async () => {
  const system = await createSystem();
  const record = await suppressAddress(depend(system), ann, { ...note, until: noon + day });
  const at = iso(system.now);
  expect(await system.record(to)).toMatchObject({
    list: 'account',
    status: 'suppressed',
    reason: 'manual',
    since: at,
    until: iso(noon + day),
    addressVariants: ['Ann@Example.net'],
    suppressedAt: at,
    suppressedBy: 'op',
    suppressedFor: 'asked by phone',
    expiresAt: (noon + 32 * day) / 1000,
  });
  const held = (await system.store.read([{ address: ann.key, eventIds: [] }])).get(ann.key);
  expect(held).toMatchObject({ record, unknown: {} });
});

test('what was for good is remembered beside an end, and a release leaves no trace of who suppressed', async () => {
  const system = await createSystem();
  const began = system.now;
  await suppressAddress(depend(system), ann, note);
  system.now += hour;
  const record = await suppressAddress(depend(system), ann, { ...note, until: noon + day });
  expect(record.causes.manual).toEqual({ since: began, last: system.now, until: noon + day, permanentSince: began });
  const read = async () => (await system.store.read([{ address: ann.key, eventIds: [] }])).get(ann.key);
  expect(await read()).toMatchObject({ record });
  await releaseAddress(depend(system), ann.key, note);
  const released = await system.record(to);
  expect(released).toMatchObject({ status: 'released', releasedFor: 'asked by phone', causes: {} });
  expect(Object.keys(released ?? {}).filter((name) => name.startsWith('suppressed'))).toEqual([]);
});

test('the evidence and what SES was told stay; of a record that has expired nothing does', async () => {
  const system = await createSystem();
  await system.deliver([bounce({ to, status: '5.7.1' })], { policy });
  await suppressAddress(depend(system), ann, { ...note, until: noon + day });
  expect(await system.record(to)).toMatchObject({ evidence: [{}], causes: { 'policy-block': {}, manual: {} } });
  system.now = noon + 100 * day;
  await suppressAddress(depend(system), ann, { ...note, until: noon + 101 * day });
  const record = await system.record(to);
  expect(record).toMatchObject({ evidence: [], since: iso(system.now) });
  expect(Object.keys(record?.causes as object)).toEqual(['manual']);
});

test.each([
  ['now', noon + 60_000],
  ['an hour ago', noon - hour],
  ['never', Number.NaN],
  ['beyond all calendars', Number.POSITIVE_INFINITY],
])('an end that is %s is refused, and nothing is written', async (_, until) => {
  const system = await createSystem();
  await expect(suppressAddress(depend(system), ann, { ...note, until })).rejects.toThrow(
    'The end of a suppression has to lie in the future.',
  );
  expect(await system.record(to)).toBeUndefined();
});

test('feedback that comes between reading and writing is kept beside it', async () => {
  const system = await createSystem();
  let rounds = 0;
  const write: SuppressionStore['write'] = async (...given) => {
    if (rounds++ < 3) await system.deliver([bounce({ to, mailId: `mail-${rounds}` })], { policy });
    return system.store.write(...given);
  };
  await suppressAddress(depend(system, { ...system.store, write }), ann, note);
  expect(await system.record(to)).toMatchObject({ evidence: [{}, {}, {}], causes: { hard: {}, manual: {} } });
  expect(rounds).toBe(4);
});

test('feedback that never stops coming in between is said, after ten tries', async () => {
  const system = await createSystem();
  let writes = 0;
  const write: SuppressionStore['write'] = async () => {
    writes++;
    return { kind: 'cancelled', contested: new Set([ann.key]), rejected: new Map() };
  };
  const dependencies = depend(system, { ...system.store, write });
  await expect(suppressAddress(dependencies, ann, note)).rejects.toThrow('faster than its record can be written');
  expect(writes).toBe(10);
});

test('a damaged record is said, and left as it is', async () => {
  const system = await createSystem();
  await suppressAddress(depend(system), ann, note);
  await system.putItem({ ...(await system.record(to)), suppressedAt: 'yesterday' });
  await expect(suppressAddress(depend(system), ann, note)).rejects.toThrow('damaged: suppressedAt');
  expect(await system.record(to)).toMatchObject({ suppressedAt: 'yesterday' });
});

test('a process that dies has suppressed the address, or not at all', async () => {
  for (const [call, kind] of [
    [0, 'die after'],
    [1, 'die before'],
    [1, 'die after'],
  ] as const) {
    const system = await createSystem();
    const { store } = mortalStore(system.store, { call, kind });
    await expect(suppressAddress(depend(system, store), ann, note)).rejects.toThrow('dead');
    const record = await system.record(to);
    expect(record?.status).toBe(call === 1 && kind === 'die after' ? 'suppressed' : undefined);
  }
});

describe('a list of its own', () => {
  test('holds its own record of an address, beside that of feedback, and neither knows of the other', async () => {
    const system = await createSystem();
    const newsletter = depend(system, listStore(system, 'newsletter'));
    await suppressAddress(newsletter, ann, note);
    expect(await system.record(to)).toBeUndefined();
    await system.deliver([bounce({ to })], { policy });
    await suppressAddress(newsletter, ann, { ...note, until: noon + day });
    await releaseAddress(depend(system), ann.key, note);
    expect(await system.record(to)).toMatchObject({ list: 'account', status: 'released', evidence: [{}] });
    const held = (await newsletter.store.read([{ address: ann.key, eventIds: [] }])).get(ann.key);
    expect(held).toMatchObject({ record: { status: 'suppressed', until: noon + day, evidence: [] } });
    expect((await system.snapshot()).records.size).toBe(2);
  });

  test('is the one of feedback where none is named', async () => {
    const system = await createSystem();
    await suppressAddress(depend(system, listStore(system, 'account')), ann, note);
    expect(await system.record(to)).toMatchObject({ list: 'account', reason: 'manual' });
  });
});
