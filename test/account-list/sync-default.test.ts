import { type Address, parseAddress } from '../../shared/domain/address.ts';
import { defaultPolicy, readPolicy } from '../../shared/domain/policy/policy.ts';
import { importedEvent } from '../../shared/domain/suppression/imported-event.ts';
import { commit } from '../../shared/ingest/commit.ts';
import { useAccountListFixtures } from '../support/account-list.ts';
import { bounce, complaint } from '../support/ses.ts';

const createFixture = useAccountListFixtures();

/** SES adds the address of a hard bounce or a complaint by itself. By default, only the rest is synced to it. */
async function start(policy = defaultPolicy) {
  const fixture = await createFixture();
  fixture.policy = policy;
  const sync = async () => {
    for (let run = 0; run < 2; run++) await fixture.sync();
    return fixture.home.calls.map(({ operation, address }) => `${operation} ${address}`);
  };
  return { fixture, sync };
}

test('what SES lists by itself is not put again, so that SES keeps for which email it listed it', async () => {
  const { fixture, sync } = await start();
  await fixture.deliver([bounce({ to: 'ann@example.net' }), complaint({ to: 'bob@example.net', mailId: 'b' })]);
  expect(await sync()).toEqual([]);
});

test('a manual suppression, and a complaint that names several recipients, are put', async () => {
  const { fixture, sync } = await start(readPolicy({ suppressDays: { suspectedComplaint: 365 } }));
  await fixture.suppress('cyd@example.net');
  await fixture.deliver([bounce({ to: 'ann@example.net' })]);
  expect(await sync()).toEqual(['PutSuppressedDestination cyd@example.net']);
});

test('an imported address is put, and one that bounced as well is not', async () => {
  const { fixture, sync } = await start();
  const { system, policy } = fixture;
  const events = ['ann@example.net', 'dan@example.net'].map((address) =>
    importedEvent({
      address: parseAddress(address) as Address,
      reason: 'hard',
      at: system.now,
      isDated: true,
      from: 'SendGrid',
    }),
  );
  const context = { random: Math.random, sleep: async () => {}, remaining: () => 10_000, clock: () => system.now };
  await commit(events, { store: system.store, policy, ...context });
  await fixture.deliver([bounce({ to: 'ann@example.net' })]);
  expect(await sync()).toEqual(['PutSuppressedDestination dan@example.net']);
});

test("a complaint that the policy shares is on the tenant's list at SES, so it is put on that of the account", async () => {
  const { fixture, sync } = await start(readPolicy({ tenants: { ownLists: ['*'], sharedReasons: ['complaint'] } }));
  fixture.home.tenants.acme = { list: new Map(), resources: [], suppressionScope: 'TENANT' };
  await fixture.deliver([complaint({ to: 'ann@example.net', tags: { 'ses:tenant-name': ['acme'] } })]);
  expect(await sync()).toEqual(['PutSuppressedDestination ann@example.net']);
  expect([fixture.listed(), fixture.listed(undefined, 'acme')]).toEqual([['ann@example.net COMPLAINT'], []]);
});
