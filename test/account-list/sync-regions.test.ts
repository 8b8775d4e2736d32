import type { CallFault } from '../../local/ses-simulator/state.ts';
import { createDynamoDBClient } from '../../shared/aws/dynamodb/client.ts';
import { createOutboxIndex } from '../../shared/aws/dynamodb/outbox-index.ts';
import { homeRegion } from '../../shared/domain/suppression/account-list-state.ts';
import { outboxKeys } from '../../shared/domain/suppression/outbox-key.ts';
import { useAccountListFixtures } from '../support/account-list.ts';
import { bounce, complaint } from '../support/ses.ts';

const createFixture = useAccountListFixtures();
const regions = ['eu-west-1', 'ap-south-1', 'us-west-2'];
const all = [homeRegion, ...regions];
const expected = ['Ann@example.net BOUNCE', 'bob@example.net COMPLAINT'];

const feedback = [bounce({ to: 'Ann@example.net', mailId: 'a' }), complaint({ to: 'bob@example.net', mailId: 'b' })];

const subsets = Array.from({ length: 2 ** all.length }, (_, bits) =>
  all.filter((_region, index) => bits & (1 << index)),
);

test.each(subsets.map((failing) => ({ failing })))(
  'when $failing do not respond, the others are synced',
  async ({ failing }) => {
    const fixture = await createFixture(regions);
    const faults: CallFault[] = ['unavailable', 'denied', 'throttle', 'lost response'];
    await fixture.deliver(feedback);
    for (const [index, region] of all.entries())
      if (failing.includes(region)) Object.assign(fixture.ses[region] as object, { fault: () => faults[index] });
    const entries = await fixture.sync();
    // The count can miss records that the other Regions are moving from one index key to another at that moment.
    expect(entries.map(({ region, synced, pending }) => ({ region, synced, pending }))).toEqual(
      all.map((region) =>
        failing.includes(region)
          ? { region, synced: 0, pending: expect.any(Number) }
          : { region, synced: 2, pending: 0 },
      ),
    );
    for (const region of all.filter((one) => !failing.includes(one))) expect(fixture.listed(region)).toEqual(expected);
    const pendingIn = failing
      .toSorted((a, b) => Number(b === homeRegion) - Number(a === homeRegion) || (a < b ? -1 : 1))
      .join('+');
    expect(await fixture.pendingRegions()).toEqual(
      failing.length === 0 ? {} : { 'ann@example.net': pendingIn, 'bob@example.net': pendingIn },
    );
    for (const simulator of Object.values(fixture.ses)) simulator.fault = undefined;
    await fixture.sync();
    for (const region of all) expect(fixture.listed(region)).toEqual(expected);
    expect(await fixture.pendingRegions()).toEqual({});
  },
);

test('a Region that hangs does not delay the others', async () => {
  const fixture = await createFixture(['eu-west-1']);
  await fixture.deliver(feedback);
  Object.assign(fixture.ses['eu-west-1'] as object, { fault: () => 'hang' });
  expect(await fixture.sync()).toMatchObject([
    { region: 'home', synced: 2, pending: 0 },
    { region: 'eu-west-1', synced: 0 },
  ]);
  expect(fixture.listed()).toEqual(expected);
});

test('a Region that denies every call reports an error after the first; the others do not', async () => {
  const fixture = await createFixture(['eu-west-1']);
  await fixture.deliver(feedback);
  fixture.home.fault = () => 'denied';
  expect(await fixture.sync()).toEqual([
    {
      kind: 'account-list',
      region: 'home',
      synced: 0,
      rejected: 0,
      pending: expect.any(Number),
      oldestMs: expect.any(Number),
      error: 'AccessDeniedException',
    },
    { kind: 'account-list', region: 'eu-west-1', synced: 2, rejected: 0, pending: 0, oldestMs: 0 },
  ]);
  expect(fixture.home.calls).toHaveLength(1);
});

test('a released address is deleted in every Region', async () => {
  const fixture = await createFixture(['eu-west-1']);
  await fixture.deliver(feedback);
  await fixture.sync();
  await fixture.release('bob@example.net');
  await fixture.sync();
  for (const region of ['home', 'eu-west-1']) expect(fixture.listed(region)).toEqual(['Ann@example.net BOUNCE']);
  expect(await fixture.pendingRegions()).toEqual({});
});

test('the queries of a Region find no record that is pending only in others', async () => {
  const fixture = await createFixture();
  const { system } = fixture;
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
