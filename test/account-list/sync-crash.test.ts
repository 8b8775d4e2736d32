import type { CallFault } from '../../local/ses-simulator/state.ts';
import { syncAccountLists } from '../../shared/account-list/sync.ts';
import { type AccountListWorld, useAccountListWorlds } from '../support/account-list.ts';
import { mortalDrain } from '../support/crashing-sync.ts';
import { bounce, complaint, day } from '../support/ses.ts';

const create = useAccountListWorlds();

/** Of each kind of wish one that is due: to be put for either reason, to be deleted by its end, to be deleted by a release. */
async function createWorld(): Promise<AccountListWorld> {
  const world = await create();
  const { system, home } = world;
  await world.deliver([
    bounce({ to: 'Dan@example.net', mailId: 'd', status: '5.7.1' }),
    bounce({ to: 'Eve@example.net', mailId: 'e1' }),
    bounce({ to: 'EVE@example.net', mailId: 'e2' }),
  ]);
  for (const emailAddress of ['Dan@example.net', 'Eve@example.net', 'EVE@example.net', 'stranger@example.net'])
    home.list.set(emailAddress, { emailAddress, reason: 'BOUNCE', lastUpdateTime: system.now });
  await world.letGo('eve@example.net');
  system.now += 15 * day;
  const sentAt = system.now;
  await world.deliver([
    bounce({ to: 'Ann@Example.net', mailId: 'a', sentAt }),
    complaint({ to: 'bob@example.net', mailId: 'b', sentAt }),
  ]);
  system.now += 60_000;
  return world;
}

const wished = ['Ann@Example.net BOUNCE', 'bob@example.net COMPLAINT', 'stranger@example.net BOUNCE'];

async function outcomeOf(world: AccountListWorld) {
  const addresses = ['ann', 'bob', 'dan', 'eve'].map((name) => `${name}@example.net`);
  const records = await Promise.all(addresses.map((address) => world.system.record(address)));
  const told = records.map((record) => (record?.syncStates as Record<string, { value: string }>)?.home?.value);
  return { listed: world.listed(), marks: await world.marks(), told };
}

const rightOutcome = {
  listed: wished,
  marks: {},
  told: [
    'BOUNCE',
    'COMPLAINT',
    expect.stringMatching(/^none from 2026-12-04/),
    expect.stringMatching(/^none from 2026-11-20/),
  ],
};

test.each(['die before', 'die after'] as const)(
  'a run may %s any call to anything: the next one leaves the list as it is wished',
  async (kind) => {
    for (let call = 0; ; call++) {
      const world = await createWorld();
      const { dependencies, hasDied } = mortalDrain(world.dependencies(), { call, kind });
      const running = syncAccountLists(dependencies);
      const [entry] = await running;
      world.system.now += 60_000;
      await world.drain();
      expect({ call, ...(await outcomeOf(world)) }).toEqual({ call, ...rightOutcome });
      if (!hasDied()) {
        // All of it: seven calls to SES, and reads and writes around them.
        expect(call).toBeGreaterThan(15);
        expect(entry).toMatchObject({ told: 4, left: 0 });
        break;
      }
    }
  },
  60_000,
);

test.each<CallFault>(['lost answer', 'unavailable', 'hang'])(
  'a call to SES, whichever it is, may end as "%s": the next run leaves the list as it is wished',
  async (fault) => {
    for (let fatal = 0; fatal < 8; fatal++) {
      const world = await createWorld();
      let calls = 0;
      world.home.fault = () => (calls++ === fatal ? fault : undefined);
      const [entry] = await world.drain();
      expect({ fatal, ...entry }).toMatchObject({ told: fatal === 7 ? 4 : 3, refused: 0 });
      expect(entry).not.toHaveProperty('fault');
      world.home.fault = undefined;
      await world.drain();
      expect({ fatal, ...(await outcomeOf(world)) }).toEqual({ fatal, ...rightOutcome });
    }
  },
  60_000,
);

test('after three calls in a row that failed SES is left alone until the next minute', async () => {
  const world = await createWorld();
  await world.deliver(
    ['f', 'g'].map((name) => bounce({ to: `${name}@example.net`, mailId: name, sentAt: world.system.now })),
  );
  world.system.now += 60_000;
  world.home.fault = () => 'unavailable';
  expect((await world.drain())[0]).toMatchObject({ told: 0, left: 6, fault: 'ServiceUnavailableException' });
  expect(world.home.calls).toHaveLength(3);
  const fates: (CallFault | undefined)[] = ['unavailable', 'unavailable', undefined, 'unavailable', 'unavailable'];
  world.home.fault = () => fates.shift();
  const [entry] = await world.drain();
  expect(entry).toMatchObject({ told: 2, left: 4 });
  expect(entry).not.toHaveProperty('fault');
});

test('damaged records are told of and hold up nobody', async () => {
  const world = await createWorld();
  for (const name of ['x', 'y', 'z'])
    await world.system.putItem({ address: `${name}@example.net`, list: 'account', mirror: 'home#0', mirrorDue: 1 });
  expect((await world.drain())[0]).toMatchObject({
    told: 4,
    left: 3,
    fault: expect.stringMatching(/^the stored record is damaged: causes, /),
  });
  expect(world.listed()).toEqual(wished);
});
