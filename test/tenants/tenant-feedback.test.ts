import { readPolicy } from '../../shared/domain/policy/policy.ts';
import { createSuppressionList } from '../../shared/suppression-list/index.ts';
import { bounce, complaint, day, delivery, noon } from '../support/ses.ts';
import { createSystem, type System, useSystem } from '../support/system.ts';

useSystem();

const to = 'ann@example.net';
const acme = { 'ses:tenant-name': ['acme'] };
const isolated = readPolicy({ tenants: { ownLists: ['acme', 'beta'] } });

async function start() {
  const system = await createSystem();
  const list = createSuppressionList({ tableName: system.tables.suppressionsTable, clock: () => system.now });
  const suppressedFor = async () => ({
    account: await list.isSuppressed(to),
    acme: await list.isSuppressed(to, { tenant: 'acme' }),
    beta: await list.isSuppressed(to, { tenant: 'beta' }),
  });
  return { system, list, suppressedFor };
}

const countsOf = async (system: System) =>
  Object.fromEntries(
    await Promise.all(
      ['account', 'tenant:acme'].map(async (scope) => [
        scope,
        [await system.count(scope, 'hard'), await system.count(scope, 'complaints')],
      ]),
    ),
  );

test.each([
  ['a bounce', bounce({ to, tags: acme }), { account: [1, 0], 'tenant:acme': [1, 0] }],
  ['a complaint', complaint({ to, tags: acme }), { account: [0, 1], 'tenant:acme': [0, 1] }],
])(
  '%s of a tenant with its own list suppresses for that tenant only, and counts once',
  async (_name, event, counts) => {
    const { system, suppressedFor } = await start();
    for (let copy = 0; copy < 2; copy++) await system.deliver([event, event], { policy: isolated });
    expect(await suppressedFor()).toEqual({ account: false, acme: true, beta: false });
    expect(await countsOf(system)).toEqual(counts);
  },
);

test('by default, a bounce of a tenant suppresses for the whole account, as SES does without a scope', async () => {
  const { system, suppressedFor } = await start();
  await system.deliver([bounce({ to, tags: acme })]);
  expect(await suppressedFor()).toEqual({ account: true, acme: true, beta: true });
});

test('a tenant that the policy does not name shares the list of the account', async () => {
  const { system, suppressedFor } = await start();
  await system.deliver([bounce({ to, tags: { 'ses:tenant-name': ['gamma'] } })], { policy: isolated });
  expect(await suppressedFor()).toEqual({ account: true, acme: true, beta: true });
});

test('a reason that the policy shares suppresses for the whole account, and on the list of the tenant', async () => {
  const policy = readPolicy({ tenants: { ownLists: ['*'], sharedReasons: ['complaint'] } });
  const { system, list, suppressedFor } = await start();
  await system.deliver([complaint({ to, tags: acme }), bounce({ to: 'bob@example.net', tags: acme, mailId: 'b' })], {
    policy,
  });
  expect(await suppressedFor()).toEqual({ account: true, acme: true, beta: true });
  expect(await list.isSuppressed('bob@example.net')).toBe(false);
  expect(await list.isSuppressed('bob@example.net', { tenant: 'acme' })).toBe(true);
  expect(await countsOf(system)).toEqual({ account: [1, 1], 'tenant:acme': [1, 1] });
});

test("a send that a tenant's list prevented proves that there is one, whatever the policy says", async () => {
  const { system, suppressedFor } = await start();
  await system.deliver([bounce({ to, tags: acme, subType: 'OnTenantSuppressionList' })]);
  expect(await suppressedFor()).toEqual({ account: false, acme: true, beta: false });
  expect(await system.count('account', 'prevented')).toBe(1);
});

test('without a tag, it suppresses for nobody, and a copy with the tag still does for the tenant', async () => {
  const { system, suppressedFor } = await start();
  const event = { to, subType: 'OnTenantSuppressionList' };
  await system.deliver([bounce({ ...event, channel: 'identity' })]);
  expect(await suppressedFor()).toEqual({ account: false, acme: false, beta: false });
  await system.deliver([bounce({ ...event, tags: acme })]);
  expect(await suppressedFor()).toEqual({ account: false, acme: true, beta: false });
  expect(await system.count('account', 'prevented')).toBe(1);
});

test.each([[['identity', 'configuration-set']], [['configuration-set', 'identity']]] as const)(
  'an identity notification names no tenant, so it suppresses for the account, also in the order %j',
  async (channels) => {
    const { system, suppressedFor } = await start();
    for (const channel of channels) await system.deliver([bounce({ to, tags: acme, channel })], { policy: isolated });
    expect(await suppressedFor()).toEqual({ account: true, acme: true, beta: true });
    expect(await system.count('account', 'hard')).toBe(1);
  },
);

test('temporary bounces are strikes on the list of their tenant, and a delivery of this tenant ends them', async () => {
  const policy = readPolicy({
    soft: { strikes: 2, onDays: 2, withinDays: 10, endedByDelivery: true },
    tenants: { ownLists: ['*'] },
  });
  const { system, suppressedFor } = await start();
  const soft = async (daysLater: number, tenant: string) => {
    system.now = noon + daysLater * day;
    const mailId = `${tenant}-${daysLater}`;
    const tags = { 'ses:tenant-name': [tenant] };
    const event = bounce({ to, tags, mailId, sentAt: system.now, type: 'Transient', subType: 'MailboxFull' });
    await system.deliver([event], { policy });
  };
  const deliver = (tenant: string) => {
    const tags = { 'ses:tenant-name': [tenant] };
    return system.deliver([delivery({ to, tags, sentAt: system.now, at: system.now + 5000 })], { policy });
  };
  await soft(0, 'acme');
  await soft(1, 'beta');
  expect(await suppressedFor()).toEqual({ account: false, acme: false, beta: false });
  await soft(2, 'acme');
  expect(await suppressedFor()).toEqual({ account: false, acme: true, beta: false });
  await deliver('beta');
  expect(await suppressedFor()).toEqual({ account: false, acme: true, beta: false });
  await deliver('acme');
  expect(await suppressedFor()).toEqual({ account: false, acme: false, beta: false });
});

test('one log line for each recipient names the tenant, the status on its list, and the rate', async () => {
  const { system } = await start();
  const { entries } = await system.deliver([bounce({ to, tags: acme })], { policy: isolated });
  expect(entries.filter(({ kind }) => kind === 'recipient')).toEqual([
    expect.objectContaining({ tenant: 'acme', status: 'suppressed', countsToward: 'bounceRate', isDuplicate: false }),
  ]);
});

test('ids beyond those that fit into a record are kept apart for each list', async () => {
  const { system } = await start();
  const events = Array.from({ length: 80 }, (_, i) =>
    bounce({ to, tags: acme, mailId: `mail-${i}`, sentAt: noon - i * 1000 }),
  );
  for (let copy = 0; copy < 2; copy++)
    for (let from = 0; from < events.length; from += 20)
      await system.deliver(events.slice(from, from + 20), { policy: isolated });
  expect(await system.count('account', 'hard')).toBe(80);
  const keys = [...(await system.snapshot()).records.keys()].filter((key) => key.includes(' seen#'));
  expect(keys.filter((key) => key.includes('seen#tenant:acme#')).length).toBe(16);
  expect(keys).toHaveLength(32);
});
