import { createDynamoDBClient } from '../../shared/aws/dynamodb/client.ts';
import { createIncidentReader } from '../../shared/aws/dynamodb/incident-reader.ts';
import { readPolicy } from '../../shared/domain/policy/policy.ts';
import type { ProviderIncident } from '../../shared/domain/reputation/provider-incident.ts';
import { createMonitoring } from '../support/monitoring.ts';
import { bounce, hour, noon } from '../support/ses.ts';
import { createSystem, type System, useSystem } from '../support/system.ts';

/** What the bounces of an outage do to the records of their addresses. */

useSystem();
let system: System;
beforeEach(async () => {
  system = await createSystem();
});

const outage: ProviderIncident = { id: '2026-11-20T11', provider: 'google', from: noon - hour, bounces: 80 };
const over = { ...outage, to: noon + 2 * hour };
const incidents = async () => [over];
const policy = readPolicy({ accountList: { mode: 'missing' } });
const gmail = (sentAt: number, options: object = {}) =>
  bounce({ to: 'ann@gmail.com', mailId: `m${sentAt}`, sentAt, ...options });
const stateOf = async (address = 'ann@gmail.com') => {
  const item = await system.record(address);
  return { status: item?.status, until: item?.until };
};
const held = (at: number) => ({ status: 'suppressed', until: new Date(at + 2000 + 72 * hour).toISOString() });
const permanent = { status: 'suppressed', until: undefined };

test('a hard bounce of the provider suppresses for 72 hours, and those of others permanently', async () => {
  await system.deliver([gmail(noon), bounce({ to: 'bob@example.net', mailId: 'b', sentAt: noon })], {
    incidents,
    policy,
  });
  expect(await stateOf()).toEqual(held(noon));
  expect(await stateOf('bob@example.net')).toEqual(permanent);
});

test('it is not added to the list of SES; what SES has listed itself is deleted at the end', async () => {
  await system.deliver([gmail(noon)], { incidents, policy });
  const item = await system.record('ann@gmail.com');
  // The outbox is due when the suppression ends, and not before.
  expect(item?.mirrorDue).toBe(noon + 2000 + 72 * hour);
});

test('bounces before and after the outage suppress permanently', async () => {
  for (const sentAt of [noon - hour - 3000, noon + 2 * hour]) {
    system = await createSystem();
    system.now = noon + 5 * hour;
    await system.deliver([gmail(sentAt)], { incidents, policy });
    expect(await stateOf()).toEqual(permanent);
  }
});

test('a second hard bounce after the outage suppresses permanently, in whichever order they arrive', async () => {
  const [first, second] = [gmail(noon), gmail(noon + 80 * hour)];
  for (const order of [
    [first, second],
    [second, first],
  ]) {
    system = await createSystem();
    system.now = noon + 90 * hour;
    for (const one of order) await system.deliver([one], { incidents, policy });
    expect(await stateOf()).toEqual(permanent);
  }
  // Another one in the outage says nothing new.
  system = await createSystem();
  system.now = noon + 5 * hour;
  await system.deliver([first, gmail(noon + hour)], { incidents, policy });
  expect(await stateOf()).toEqual(held(noon + hour));
});

test('copies of a bounce change nothing, also when the outage is known only to one of them', async () => {
  await system.deliver([gmail(noon)], { incidents, policy });
  const before = await system.record('ann@gmail.com');
  for (const known of [incidents, async () => [], async () => [outage]])
    await system.deliver([gmail(noon), gmail(noon)], { incidents: known, policy });
  expect(await system.record('ann@gmail.com')).toEqual(before);
});

test('with incidentHours 0, nothing is held, and the outages are not read', async () => {
  const read = vi.fn(incidents);
  await system.deliver([gmail(noon)], { incidents: read, policy: readPolicy({ hard: { incidentHours: 0 } }) });
  expect([await stateOf(), read.mock.calls.length]).toEqual([permanent, 0]);
  await system.deliver([gmail(noon, { type: 'Transient', subType: 'General' })], { incidents: read, policy });
  expect(read).not.toHaveBeenCalled();
});

describe('the outages', () => {
  const open = (client = createDynamoDBClient()) =>
    createIncidentReader({ client, reputationTable: system.tables.reputationTable, clock: () => system.now });

  test('are read from the table once a minute, without those of long ago', async () => {
    const { store } = createMonitoring(system);
    await store.saveIncident({ ...outage, id: '2026-10-01T00', from: noon - 50 * 24 * hour });
    const read = open();
    expect(await read()).toEqual([]);
    await store.saveIncident(outage);
    expect(await read()).toEqual([]);
    system.now += 60_000;
    expect(await read()).toEqual([outage]);
  });

  test('are as they were if the table does not answer, and no bounce waits for it', async () => {
    const client = createDynamoDBClient();
    const { store } = createMonitoring(system);
    await store.saveIncident(outage);
    const read = open(client);
    expect(await read()).toEqual([outage]);
    client.send = async () => Promise.reject(new Error('throttled'));
    system.now += 60_000;
    expect(await read()).toEqual([outage]);
    await system.deliver([gmail(noon)], { incidents: read, policy });
    expect(await stateOf()).toEqual(held(noon));
  });
});
