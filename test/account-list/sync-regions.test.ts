import type { CallFault } from '../../local/ses-simulator/state.ts';
import { createDynamoDBClient } from '../../shared/aws/dynamodb/client.ts';
import { createOutboxIndex } from '../../shared/aws/dynamodb/outbox-index.ts';
import { homeRegion, outboxKeys } from '../../shared/domain/suppression/account-list-state.ts';
import { useAccountListWorlds } from '../support/account-list.ts';
import { bounce, complaint } from '../support/ses.ts';

const createWorld = useAccountListWorlds();
const regions = ['eu-west-1', 'ap-south-1', 'us-west-2'];
const all = [homeRegion, ...regions];
const wished = ['Ann@example.net BOUNCE', 'bob@example.net COMPLAINT'];

const feedback = [bounce({ to: 'Ann@example.net', mailId: 'a' }), complaint({ to: 'bob@example.net', mailId: 'b' })];

const subsets = Array.from({ length: 2 ** all.length }, (_, bits) =>
  all.filter((_region, index) => bits & (1 << index)),
);

test.each(subsets.map((dead) => ({ dead })))('where $dead do not answer the others are told', async ({ dead }) => {
  const world = await createWorld(regions);
  const faults: CallFault[] = ['unavailable', 'denied', 'throttle', 'lost answer'];
  await world.deliver(feedback);
  for (const [index, region] of all.entries())
    if (dead.includes(region)) Object.assign(world.ses[region] as object, { fault: () => faults[index] });
  const entries = await world.drain();
  // What is left is counted while the others' notes move the records from key to key: it may be missed for a moment.
  expect(entries.map(({ region, synced, pending }) => ({ region, synced, pending }))).toEqual(
    all.map((region) =>
      dead.includes(region) ? { region, told: 0, left: expect.any(Number) } : { region, told: 2, left: 0 },
    ),
  );
  for (const region of all.filter((one) => !dead.includes(one))) expect(world.listed(region)).toEqual(wished);
  const owed = dead
    .toSorted((a, b) => Number(b === homeRegion) - Number(a === homeRegion) || (a < b ? -1 : 1))
    .join('+');
  expect(await world.marks()).toEqual(dead.length === 0 ? {} : { 'ann@example.net': owed, 'bob@example.net': owed });
  for (const simulator of Object.values(world.ses)) simulator.fault = undefined;
  await world.drain();
  for (const region of all) expect(world.listed(region)).toEqual(wished);
  expect(await world.marks()).toEqual({});
});

test('a Region that hangs costs the others nothing', async () => {
  const world = await createWorld(['eu-west-1']);
  await world.deliver(feedback);
  Object.assign(world.ses['eu-west-1'] as object, { fault: () => 'hang' });
  expect(await world.drain()).toMatchObject([
    { region: 'home', told: 2, left: 0 },
    { region: 'eu-west-1', told: 0 },
  ]);
  expect(world.listed()).toEqual(wished);
});

test('one that denies every call says so after the first; one that is denied nothing says nothing', async () => {
  const world = await createWorld(['eu-west-1']);
  await world.deliver(feedback);
  world.home.fault = () => 'denied';
  expect(await world.drain()).toEqual([
    {
      kind: 'account-list',
      region: 'home',
      told: 0,
      refused: 0,
      left: expect.any(Number),
      oldest: expect.any(Number),
      fault: 'AccessDeniedException',
    },
    { kind: 'account-list', region: 'eu-west-1', told: 2, refused: 0, left: 0, oldest: 0 },
  ]);
  expect(world.home.calls).toHaveLength(1);
});

test('a release is deleted everywhere, once per Region', async () => {
  const world = await createWorld(['eu-west-1']);
  await world.deliver(feedback);
  await world.drain();
  await world.letGo('bob@example.net');
  await world.drain();
  for (const region of ['home', 'eu-west-1']) expect(world.listed(region)).toEqual(['Ann@example.net BOUNCE']);
  expect(await world.marks()).toEqual({});
});

test('the queries of a Region find no record that waits for others only', async () => {
  const world = await createWorld();
  const { system } = world;
  const options = { client: createDynamoDBClient(), ...system.tables, regions };
  const outbox = createOutboxIndex(options);
  for (const subset of subsets.filter(({ length }) => length > 0)) {
    const pending = [homeRegion, ...regions.toSorted()].filter((region) => subset.includes(region));
    for (const [index, mirror] of outboxKeys([pending]).entries())
      await system.putItem({
        address: `${pending.join('.')}.${index}`,
        list: 'account',
        mirror,
        mirrorDue: 10 + index,
      });
  }
  for (const region of all) {
    const found = await outbox.listPending(region, 20, 1000);
    expect(found).toHaveLength(8 * 4);
    expect(found.every(({ address }) => address.split('.').includes(region))).toBe(true);
    expect((await outbox.listPending(region, 11, 1000)).map(({ due }) => due)).toEqual([
      ...Array(8).fill(10),
      ...Array(8).fill(11),
    ]);
    expect((await outbox.listPending(region, 20, 9)).map(({ due }) => due)).toEqual([...Array(8).fill(10), 11]);
  }
});
