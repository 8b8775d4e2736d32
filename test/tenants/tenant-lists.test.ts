import { defaultPolicy, readPolicy } from '../../shared/domain/policy/policy.ts';
import { createSuppressionList } from '../../shared/suppression-list/index.ts';
import { useAccountListFixtures } from '../support/account-list.ts';
import { bounce, hour, noon } from '../support/ses.ts';

const createFixture = useAccountListFixtures();

const to = 'ann@example.net';
const acme = { 'ses:tenant-name': ['acme'] };
const note = { by: 'support', note: 'asked by phone' };
const entry = (emailAddress: string) => ({ emailAddress, reason: 'BOUNCE' as const, lastUpdateTime: noon });

async function start(tenants: object = { ownLists: ['*'] }) {
  const fixture = await createFixture();
  fixture.policy = { ...readPolicy({ tenants }), accountList: { mode: 'always', regions: [] } };
  for (const name of ['acme', 'beta'])
    fixture.home.tenants[name] = { list: new Map(), resources: [], suppressionScope: 'TENANT' };
  const { system } = fixture;
  const list = createSuppressionList({ tableName: system.tables.suppressionsTable, clock: () => system.now });
  const addToTenant = (name: string, address: string) => fixture.home.tenants[name]?.list.set(address, entry(address));
  const isSuppressedFor = (tenant: string, address = to) => list.isSuppressed(address, { tenant });
  const listedFor = (tenant: string) => fixture.listed(undefined, tenant);
  const syncTwice = async () => {
    for (let run = 0; run < 2; run++) await fixture.sync();
  };
  return { fixture, system, list, addToTenant, isSuppressedFor, listedFor, syncTwice };
}

test.each([
  ['named', { ownLists: ['acme'] }],
  ['not named', {}],
])(
  "a release sticks on the list of a tenant that the policy has %s: SES's list is cleared, and old bounces change nothing",
  async (_name, tenants) => {
    const { fixture, system, addToTenant, isSuppressedFor, listedFor, syncTwice } = await start(tenants);
    addToTenant('acme', 'Ann@example.net');
    const prevented = bounce({ to: 'Ann@example.net', tags: acme, subType: 'OnTenantSuppressionList' });
    await fixture.deliver([prevented]);
    expect(await isSuppressedFor('acme')).toBe(true);
    system.now += hour;
    const report = await fixture.releaseEverywhere(to);
    expect(report).toMatchObject({
      table: 'was not suppressed',
      tenants: [
        { tenant: 'acme', table: 'was suppressed', regions: [{ region: 'home', removed: ['Ann@example.net'] }] },
      ],
    });
    expect(listedFor('acme')).toEqual([]);
    await syncTwice();
    await fixture.deliver([prevented]);
    expect(await isSuppressedFor('acme')).toBe(false);
    await fixture.reconcile();
    expect(await isSuppressedFor('acme')).toBe(false);
  },
);

test("if the operator's call to SES fails, the next sync removes the address from the tenant's list", async () => {
  const { fixture, addToTenant, listedFor, syncTwice } = await start();
  addToTenant('acme', to);
  await fixture.deliver([bounce({ to, tags: acme })]);
  fixture.home.fault = ({ operation }) => (operation === 'DeleteSuppressedDestination' ? 'unavailable' : undefined);
  const { tenants } = await fixture.releaseEverywhere(to);
  expect(tenants[0]?.regions[0]?.error).toMatchObject({ kind: 'failed' });
  expect(listedFor('acme')).toEqual([`${to} BOUNCE`]);
  fixture.home.fault = undefined;
  await syncTwice();
  expect(listedFor('acme')).toEqual([]);
});

test('a bounce of a tenant is added to the list of that tenant, never to that of the account or of another', async () => {
  const { fixture, listedFor, syncTwice } = await start();
  await fixture.deliver([bounce({ to, tags: acme })]);
  await syncTwice();
  expect({ account: fixture.listed(), acme: listedFor('acme'), beta: listedFor('beta') }).toEqual({
    account: [],
    acme: [`${to} BOUNCE`],
    beta: [],
  });
});

test('an application suppresses and releases on the list of a tenant, and SES follows', async () => {
  const { fixture, system, isSuppressedFor, listedFor, syncTwice } = await start();
  const policy = { ...fixture.policy, accountList: { mode: 'missing', regions: [] } };
  const { suppressionsTable: tableName } = system.tables;
  const list = createSuppressionList({ tableName, list: 'tenant:acme', policy, clock: () => system.now });
  await list.suppress(to, note);
  await syncTwice();
  expect([await isSuppressedFor('acme'), await isSuppressedFor('beta')]).toEqual([true, false]);
  expect(listedFor('acme')).toEqual([`${to} COMPLAINT`]);
  await list.release(to, note);
  await syncTwice();
  expect(listedFor('acme')).toEqual([]);
});

test('a list named like that of a tenant that SES does not know is synced once, and blocks nothing', async () => {
  const { fixture, system, syncTwice } = await start();
  const { suppressionsTable: tableName } = system.tables;
  const list = createSuppressionList({
    tableName,
    list: 'tenant:gone',
    policy: fixture.policy,
    clock: () => system.now,
  });
  await list.suppress(to, note);
  await fixture.deliver([bounce({ to: 'bob@example.net' })]);
  await syncTwice();
  expect(fixture.listed()).toEqual(['bob@example.net BOUNCE']);
  const reasons = fixture.logEntries.flatMap((one) => (one.kind === 'rejected' ? one.reason : []));
  expect(reasons).toEqual(['SES has no tenant of this name']);
  const { length } = fixture.home.calls;
  await syncTwice();
  expect(fixture.home.calls).toHaveLength(length);
});

test('without own lists in the policy, SES is not told of what an application suppresses on such a list', async () => {
  const { system, fixture, syncTwice } = await start({});
  const { suppressionsTable: tableName } = system.tables;
  await createSuppressionList({ tableName, list: 'tenant:acme' }).suppress(to, note);
  await createSuppressionList({ tableName, list: 'newsletter' }).suppress(to, note);
  await syncTwice();
  expect(fixture.home.calls).toEqual([]);
});

describe('reconcile', () => {
  test("adopts what the tenants' lists have, for these tenants only, and restores what is missing there", async () => {
    const { fixture, system, addToTenant, isSuppressedFor, listedFor, list, syncTwice } = await start();
    for (let i = 0; i < 30; i++) addToTenant(i % 2 ? 'acme' : 'beta', `user${i}@example.net`);
    addToTenant('acme', to);
    await fixture.deliver([bounce({ to: 'bob@example.net', tags: acme })]);
    await syncTwice();
    fixture.home.tenants.acme?.list.delete('bob@example.net');
    system.now += 2 * hour;
    const report = await fixture.reconcile();
    expect(report.tenants).toMatchObject({
      state: 'complete',
      lists: 2,
      failedLists: 0,
      entries: 31,
      drift: { 'missing-here': 31, 'missing-at-ses': 1 },
    });
    expect([await isSuppressedFor('acme'), await isSuppressedFor('beta'), await list.isSuppressed(to)]).toEqual([
      true,
      false,
      false,
    ]);
    expect([
      await isSuppressedFor('beta', 'user2@example.net'),
      await isSuppressedFor('acme', 'user2@example.net'),
    ]).toEqual([true, false]);
    await syncTwice();
    expect(listedFor('acme')).toContain('bob@example.net BOUNCE');
    expect((await fixture.reconcile()).tenants?.drift).toEqual({
      'missing-here': 0,
      'missing-at-ses': 0,
      'still-at-ses': 0,
      'removed-at-ses': 0,
    });
  });

  test('reads the lists of a hundred tenants over several runs, and changes nothing before the last', async () => {
    const { fixture, system } = await start();
    for (let i = 0; i < 100; i++) {
      const name = `tenant-${String(i).padStart(3, '0')}`;
      fixture.home.tenants[name] = { list: new Map([[to, entry(to)]]), resources: [], suppressionScope: 'TENANT' };
    }
    fixture.addToList([entry('bob@example.net')]);
    const states: unknown[] = [];
    for (let run = 0; run < 10; run++) {
      const end = system.now + 30_000;
      const { regions, tenants } = await fixture.reconcile({
        remaining: () => Number.POSITIVE_INFINITY,
        remainingToRead: () => end - system.now,
      });
      states.push([regions[0]?.state, tenants?.state]);
      if (tenants?.state === 'complete') break;
      expect(Object.keys(await fixture.records())).toEqual([]);
    }
    expect(states).toEqual([
      ...Array.from({ length: 3 }, () => ['unfinished', 'unfinished']),
      ['complete', 'complete'],
    ]);
    expect(Object.keys(await fixture.records())).toHaveLength(101);
    const reads = fixture.home.calls.filter(({ operation }) => operation === 'ListSuppressedDestinations');
    expect(reads).toHaveLength(103);
    expect([...fixture.storage.keys()]).toEqual([]);
  });

  test('a tenant whose list cannot be read is reported, and the others are compared', async () => {
    const { fixture, addToTenant, isSuppressedFor } = await start({ ownLists: ['acme', 'beta', 'deleted'] });
    addToTenant('beta', to);
    let calls = 0;
    fixture.home.fault = ({ operation }) =>
      operation === 'ListSuppressedDestinations' && ++calls > 1 && calls <= 4 ? 'unavailable' : undefined;
    const { tenants } = await fixture.reconcile();
    expect(tenants).toMatchObject({ state: 'complete', lists: 1, failedLists: 1, entries: 1 });
    expect(tenants?.reason).toMatch(/^acme: /);
    expect([await isSuppressedFor('beta'), await isSuppressedFor('acme')]).toEqual([true, false]);
  });

  test('without own lists, no tenant is asked about', async () => {
    const { fixture } = await start({});
    expect((await fixture.reconcile()).tenants).toBeUndefined();
    expect(fixture.home.calls.map(({ operation }) => operation)).toEqual(['ListSuppressedDestinations']);
    expect(defaultPolicy.tenants.ownLists).toEqual([]);
  });
});
