import { createDynamoDBClient } from '../../../shared/aws/dynamodb/client.ts';
import { type RecordScanOptions, scanRecords } from '../../../shared/aws/dynamodb/scan.ts';
import { StoreError } from '../../../shared/domain/suppression/store.ts';
import { bounce } from '../../support/ses.ts';
import { createSystem, type System, useSystem } from '../../support/system.ts';

useSystem();

async function pagesOf(system: System, options: Partial<RecordScanOptions> = {}) {
  const pages: string[][] = [];
  for await (const page of scanRecords({ client: createDynamoDBClient(), ...system.tables, ...options }))
    pages.push(page.map(({ record }) => record.address));
  return pages;
}

test('a scan returns all records, on pages of up to a megabyte', async () => {
  const system = await createSystem();
  const addresses = Array.from({ length: 9 }, (_, i) => `user-${i}@example.net`);
  await system.deliver(addresses.map((to) => bounce({ to, mailId: to })));
  for (const address of addresses)
    await system.putItem({ ...(await system.record(address)), unknownAttribute: 'x'.repeat(300_000) });
  const pages = await pagesOf(system);
  expect(pages.length).toBeGreaterThan(1);
  expect(pages.flat().sort()).toEqual(addresses);
});

test('a scan returns a record as the store reads it', async () => {
  const system = await createSystem();
  await system.deliver([bounce({ to: 'Ann@example.net' })]);
  const { store } = system;
  const address = 'ann@example.net' as never;
  const read = (await store.read([{ address, eventIds: [] }])).get(address);
  const scanned = [];
  for await (const page of scanRecords({ client: createDynamoDBClient(), ...system.tables })) scanned.push(...page);
  expect(scanned).toEqual([read]);
});

test('a scan leaves out overflow items and records of other lists', async () => {
  const system = await createSystem();
  await system.deliver(Array.from({ length: 70 }, (_, i) => bounce({ mailId: `mail-${i}` })));
  await system.putItem({ address: 'ann@example.net', list: 'tenant:x', status: 'suppressed' });
  expect((await system.snapshot()).records.size).toBe(8);
  const unreadable: number[] = [];
  expect(await pagesOf(system, { onUnreadable: (count) => unreadable.push(count) })).toEqual([['ann@example.net']]);
  expect(unreadable).toEqual([]);
});

test('a scan counts damaged records and returns the others', async () => {
  const system = await createSystem();
  await system.deliver(['a', 'b', 'c'].map((name) => bounce({ to: `${name}@example.net`, mailId: name })));
  for (const name of ['a', 'c'])
    await system.putItem({ ...(await system.record(`${name}@example.net`)), causes: 'none' });
  const unreadable: number[] = [];
  expect(await pagesOf(system, { onUnreadable: (count) => unreadable.push(count) })).toEqual([['b@example.net']]);
  expect(unreadable).toEqual([2]);
});

test('the scan of an empty table returns an empty page, and that of a missing table throws', async () => {
  const system = await createSystem();
  expect(await pagesOf(system)).toEqual([[]]);
  await expect(pagesOf(system, { suppressionsTable: 'none' })).rejects.toThrow(StoreError);
});
