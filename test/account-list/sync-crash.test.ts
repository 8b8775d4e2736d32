import type { CallFault } from '../../local/ses-simulator/state.ts';
import { syncAccountLists } from '../../shared/account-list/sync.ts';
import { type AccountListFixture, useAccountListFixtures } from '../support/account-list.ts';
import { createCrashingSync } from '../support/crashing-sync.ts';
import { bounce, complaint, day } from '../support/ses.ts';

const createEmptyFixture = useAccountListFixtures();

/**
 * Creates one due change of each kind: a put for each of the reasons, a delete after a block ends, and a delete after a
 * release.
 */
async function createFixture(): Promise<AccountListFixture> {
  const fixture = await createEmptyFixture();
  const { system, home } = fixture;
  await fixture.deliver([
    bounce({ to: 'Dan@example.net', mailId: 'd', status: '5.7.1' }),
    bounce({ to: 'Eve@example.net', mailId: 'e1' }),
    bounce({ to: 'EVE@example.net', mailId: 'e2' }),
  ]);
  for (const emailAddress of ['Dan@example.net', 'Eve@example.net', 'EVE@example.net', 'unrelated@example.net'])
    home.list.set(emailAddress, { emailAddress, reason: 'BOUNCE', lastUpdateTime: system.now });
  await fixture.release('eve@example.net');
  system.now += 15 * day;
  const sentAt = system.now;
  await fixture.deliver([
    bounce({ to: 'Ann@Example.net', mailId: 'a', sentAt }),
    complaint({ to: 'bob@example.net', mailId: 'b', sentAt }),
  ]);
  system.now += 60_000;
  return fixture;
}

const expectedList = ['Ann@Example.net BOUNCE', 'bob@example.net COMPLAINT', 'unrelated@example.net BOUNCE'];

async function outcomeOf(fixture: AccountListFixture) {
  const addresses = ['ann', 'bob', 'dan', 'eve'].map((name) => `${name}@example.net`);
  const records = await Promise.all(addresses.map((address) => fixture.system.record(address)));
  const synced = records.map((record) => (record?.mirrored as Record<string, { says: string }>)?.home?.says);
  return { listed: fixture.listed(), pending: await fixture.pendingRegions(), synced };
}

const expectedOutcome = {
  listed: expectedList,
  pending: {},
  synced: [
    'BOUNCE',
    'COMPLAINT',
    expect.stringMatching(/^none from 2026-12-04/),
    expect.stringMatching(/^none from 2026-11-20/),
  ],
};

test.each(['crash before', 'crash after'] as const)(
  'after a %s any call, the next run brings the list to the desired state',
  async (kind) => {
    for (let call = 0; ; call++) {
      const fixture = await createFixture();
      const { dependencies, hasCrashed } = createCrashingSync(fixture.dependencies(), { call, kind });
      const running = syncAccountLists(dependencies);
      const [entry] = await running;
      fixture.system.now += 60_000;
      await fixture.sync();
      expect({ call, ...(await outcomeOf(fixture)) }).toEqual({ call, ...expectedOutcome });
      if (!hasCrashed()) {
        // No crash: seven calls to SES, and the reads and writes around them.
        expect(call).toBeGreaterThan(15);
        expect(entry).toMatchObject({ synced: 4, pending: 0 });
        break;
      }
    }
  },
  60_000,
);

test.each<CallFault>(['lost response', 'unavailable', 'hang'])(
  'after any call to SES ends as "%s", the next run brings the list to the desired state',
  async (fault) => {
    for (let failingCall = 0; failingCall < 8; failingCall++) {
      const fixture = await createFixture();
      let calls = 0;
      fixture.home.fault = () => (calls++ === failingCall ? fault : undefined);
      const [entry] = await fixture.sync();
      expect({ failingCall, ...entry }).toMatchObject({ synced: failingCall === 7 ? 4 : 3, rejected: 0 });
      expect(entry).not.toHaveProperty('error');
      fixture.home.fault = undefined;
      await fixture.sync();
      expect({ failingCall, ...(await outcomeOf(fixture)) }).toEqual({ failingCall, ...expectedOutcome });
    }
  },
  60_000,
);

test('after three failed calls in a row no more calls are made until the next run', async () => {
  const fixture = await createFixture();
  await fixture.deliver(
    ['f', 'g'].map((name) => bounce({ to: `${name}@example.net`, mailId: name, sentAt: fixture.system.now })),
  );
  fixture.system.now += 60_000;
  fixture.home.fault = () => 'unavailable';
  expect((await fixture.sync())[0]).toMatchObject({ synced: 0, pending: 6, error: 'ServiceUnavailableException' });
  expect(fixture.home.calls).toHaveLength(3);
  const faults: (CallFault | undefined)[] = ['unavailable', 'unavailable', undefined, 'unavailable', 'unavailable'];
  fixture.home.fault = () => faults.shift();
  const [entry] = await fixture.sync();
  expect(entry).toMatchObject({ synced: 2, pending: 4 });
  expect(entry).not.toHaveProperty('error');
});

test('damaged records are reported, and all other addresses are synced', async () => {
  const fixture = await createFixture();
  for (const name of ['x', 'y', 'z'])
    await fixture.system.putItem({ address: `${name}@example.net`, list: 'account', mirror: 'home#0', mirrorDue: 1 });
  expect((await fixture.sync())[0]).toMatchObject({
    synced: 4,
    pending: 3,
    error: expect.stringMatching(/^the stored record is damaged: causes, /),
  });
  expect(fixture.listed()).toEqual(expectedList);
});
