import { randomUUID } from 'node:crypto';
import { BatchWriteCommand } from '@aws-sdk/lib-dynamodb';
import type { ImportJob } from '../../../shared/account-list/outbox.ts';
import { createDynamoDBClient } from '../../../shared/aws/dynamodb/client.ts';
import { createOutboxIndex } from '../../../shared/aws/dynamodb/outbox-index.ts';
import { homeRegion, messageLookup } from '../../../shared/domain/suppression/account-list-state.ts';
import { StoreError } from '../../../shared/domain/suppression/store.ts';
import { createSystem, useSystem } from '../../support/system.ts';

useSystem();

async function createFixture(regions: readonly string[] = []) {
  const system = await createSystem();
  const outbox = createOutboxIndex({ client: createDynamoDBClient(), ...system.tables, regions });
  const put = (address: string, mirror: string, mirrorDue: number) =>
    system.putItem({ address, list: 'account', mirror, mirrorDue });
  return { system, outbox, put };
}

test('due addresses are found on every shard, oldest first, up to the limit', async () => {
  const { outbox, put } = await createFixture();
  for (let index = 0; index < 40; index++) await put(`a${index}`, `home#${index % 4}`, 1000 + ((index * 7) % 40));
  const due = (count: number) => Array.from({ length: count }, (_, index) => 1000 + index);
  const found = async (now: number, limit: number) =>
    (await outbox.listPending(homeRegion, now, limit)).map((pending) => pending.due);
  expect(await found(999, 100)).toEqual([]);
  expect(await found(1000, 100)).toEqual([1000]);
  expect(await found(1019, 100)).toEqual(due(20));
  expect(await found(9999, 100)).toEqual(due(40));
  expect(await found(9999, 7)).toEqual(due(7));
  expect(await outbox.listPending(homeRegion, 1000, 1)).toEqual([{ address: 'a0', list: 'account', due: 1000 }]);
});

test('message lookups and syncs of a Region are listed separately', async () => {
  const { outbox, put } = await createFixture(['eu-west-1']);
  await put('lookup', 'look#1', 1);
  await put('home', 'home#1', 1);
  await put('both', 'home+eu-west-1#1', 1);
  await put('abroad', 'eu-west-1#1', 1);
  const names = async (region: string) =>
    (await outbox.listPending(region, 5, 9)).map(({ address }) => String(address)).sort();
  expect(await names(messageLookup)).toEqual(['lookup']);
  expect(await names(homeRegion)).toEqual(['both', 'home']);
  expect(await names('eu-west-1')).toEqual(['abroad', 'both']);
});

test('pending addresses on several pages of the index are all found', async () => {
  const { system, outbox } = await createFixture();
  // A page holds 1 MB of the attributes in the index, which are only the keys.
  const long = 'x'.repeat(900);
  for (let from = 0; from < 1400; from += 25) {
    const items = Array.from({ length: 25 }, (_, index) => ({
      PutRequest: {
        Item: { address: `${long}${from + index}`, list: 'account', mirror: 'home#2', mirrorDue: from + index },
      },
    }));
    const RequestItems = { [system.tables.suppressionsTable]: items };
    await system.client.send(new BatchWriteCommand({ RequestItems }));
  }
  const found = await outbox.listPending(homeRegion, 10_000, 5000);
  expect(found.map(({ due }) => due)).toEqual(Array.from({ length: 1400 }, (_, index) => index));
});

test('an import job is stored by Region until it is deleted', async () => {
  const { outbox } = await createFixture();
  const job: ImportJob = { action: 'DELETE', file: 'imports/home/1.jsonl', startedAt: 5, cleared: 0 };
  expect(await outbox.readJob(homeRegion)).toBeUndefined();
  await outbox.writeJob(homeRegion, job);
  expect(await outbox.readJob(homeRegion)).toEqual(job);
  expect(await outbox.readJob('eu-west-1')).toBeUndefined();
  const later = { ...job, jobId: 'job-1', cleared: 300, failedUntil: 9 };
  await outbox.writeJob(homeRegion, later);
  await outbox.writeJob('eu-west-1', job);
  expect(await outbox.readJob(homeRegion)).toEqual(later);
  await outbox.writeJob(homeRegion, undefined);
  await outbox.writeJob(homeRegion, undefined);
  expect(await outbox.readJob(homeRegion)).toBeUndefined();
  expect(await outbox.readJob('eu-west-1')).toEqual(job);
});

test('a table that cannot be read is an error, not an empty outbox', async () => {
  const names = { suppressionsTable: randomUUID(), reputationTable: randomUUID() };
  const outbox = createOutboxIndex({ client: createDynamoDBClient(), ...names, regions: [] });
  const job: ImportJob = { action: 'PUT', file: 'x', startedAt: 5, cleared: 0 };
  for (const work of [
    () => outbox.listPending(homeRegion, 5, 5),
    () => outbox.readJob(homeRegion),
    () => outbox.writeJob(homeRegion, job),
    () => outbox.writeJob(homeRegion, undefined),
  ])
    await expect(work()).rejects.toBeInstanceOf(StoreError);
});
