import type { AccountList } from '../../shared/account-list/account-list.ts';
import { createRateLimiter } from '../../shared/account-list/rate-limiter.ts';
import { StoreError } from '../../shared/domain/suppression/store.ts';
import { type AccountListWorld, useAccountListWorlds } from '../support/account-list.ts';
import { mortalStore } from '../support/crashing-store.ts';
import { bounce, day, hour, noon } from '../support/ses.ts';

const createWorld = useAccountListWorlds();
const to = 'ann@example.net';
const eu = 'eu-west-1';

async function createListed(regions: readonly string[] = []) {
  const world = await createWorld(regions);
  await world.deliver([bounce({ to: 'Ann@example.net' })]);
  await world.drain();
  return world;
}

/** The lists as a process has them that dies before SES is told. */
function mortal(world: AccountListWorld, call: keyof AccountList) {
  const die = async () => {
    throw new Error('dead');
  };
  const list = { ...(world.lists.get('home') as AccountList), [call]: die };
  return { lists: new Map([['home', { list, rateLimiter: createRateLimiter(world.dependencies()) }]]) };
}

test.each([
  ['unavailable', { kind: 'failed', reason: 'ServiceUnavailableException' }],
  ['denied', { kind: 'denied', reason: 'AccessDeniedException' }],
  ['throttle', { kind: 'throttled' }],
  ['hang', { kind: 'failed', reason: expect.stringMatching(/Timeout|ETIMEDOUT/) }],
] as const)(
  'SES that is %s is said; the table has let go all the same, and the outbox tells SES later',
  async (fault, expected) => {
    const world = await createListed();
    world.home.fault = () => fault;
    expect(await world.letGoEverywhere(to)).toEqual({
      address: to,
      table: 'was suppressed',
      regions: [{ region: 'home', removed: [], isImporting: false, fault: expected }],
    });
    expect(await world.system.record(to)).toMatchObject({ status: 'released' });
    expect(world.listed()).toEqual(['Ann@example.net BOUNCE']);
    world.home.fault = undefined;
    world.system.now += 60_000;
    await world.drain();
    expect(world.listed()).toEqual([]);
    expect(await world.marks()).toEqual({});
  },
);

test('SES that finds it too much twice is waited for', async () => {
  const world = await createListed();
  let throttles = 2;
  world.home.fault = () => (throttles-- > 0 ? 'throttle' : undefined);
  expect((await world.letGoEverywhere(to)).regions).toEqual([
    { region: 'home', removed: ['Ann@example.net'], isImporting: false },
  ]);
});

test('a spelling SES refuses does not keep another one on its list', async () => {
  const world = await createListed();
  const sound = world.lists.get('home') as AccountList;
  await world.deliver([bounce({ to: 'ANN@example.net', mailId: 'other' })]);
  const list: AccountList = {
    ...sound,
    delete: async (spelling) =>
      spelling === 'ANN@example.net' ? { kind: 'refused', reason: 'BadRequestException' } : sound.delete(spelling),
  };
  const lists = new Map([['home', { list, rateLimiter: createRateLimiter(world.dependencies()) }]]);
  expect((await world.letGoEverywhere(to, { lists })).regions).toEqual([
    {
      region: 'home',
      removed: ['Ann@example.net'],
      isImporting: false,
      fault: { kind: 'refused', reason: 'BadRequestException' },
    },
  ]);
  expect(world.listed()).toEqual([]);
});

test('one Region that fails keeps no other from letting go', async () => {
  const world = await createListed([eu]);
  Object.assign(world.ses[eu] as object, { fault: () => 'unavailable' });
  const fault = { kind: 'failed', reason: 'ServiceUnavailableException' };
  expect((await world.letGoEverywhere(to)).regions).toEqual([
    { region: 'home', removed: ['Ann@example.net'], isImporting: false },
    { region: eu, removed: [], isImporting: false, fault },
  ]);
  Object.assign(world.ses[eu] as object, { fault: undefined });
  for (let run = 0; run < 2; run++) await world.drain();
  expect([...world.listed(), ...world.listed(eu)]).toEqual([]);
});

test.each([
  ['is under way', { jobId: 'job-1' }, true],
  ['may be under way', {}, true],
  ['has failed', { jobId: 'job-1', failedUntil: noon + day }, false],
])('an import job that %s is said', async (_, fields, isImporting) => {
  const world = await createListed();
  const { outbox } = world.dependencies();
  await outbox.writeJob('home', { action: 'PUT', file: 'imports/1', startedAt: noon, cleared: 0, ...fields });
  expect((await world.letGoEverywhere(to)).regions).toEqual([
    { region: 'home', removed: ['Ann@example.net'], isImporting },
  ]);
});

test('where SES cannot be asked whether it holds it, the release is noted: it may', async () => {
  const world = await createWorld();
  world.fill([{ emailAddress: to, reason: 'BOUNCE', lastUpdateTime: noon }]);
  world.home.fault = () => 'denied';
  const fault = { kind: 'denied', reason: 'AccessDeniedException' };
  expect(await world.letGoEverywhere(to)).toEqual({
    address: to,
    table: 'unknown',
    regions: [{ region: 'home', removed: [], isImporting: false, fault }],
  });
  world.home.fault = undefined;
  await world.drain();
  expect(world.listed()).toEqual([]);
});

test('who dies between the table and SES has let go: the next run of the outbox deletes', async () => {
  const world = await createListed();
  await expect(world.letGoEverywhere(to, mortal(world, 'delete'))).rejects.toThrow('dead');
  expect(await world.system.record(to)).toMatchObject({ status: 'released' });
  expect(world.listed()).toEqual(['Ann@example.net BOUNCE']);
  world.system.now += 60_000;
  await world.drain();
  expect(world.listed()).toEqual([]);
});

test('who dies while SES is asked has changed nothing', async () => {
  const world = await createWorld();
  world.fill([{ emailAddress: to, reason: 'BOUNCE', lastUpdateTime: noon }]);
  await expect(world.letGoEverywhere(to, mortal(world, 'get'))).rejects.toThrow('dead');
  expect(await world.records()).toEqual({});
  expect(world.listed()).toEqual([`${to} BOUNCE`]);
});

test.each(['die before', 'die after'] as const)(
  'who comes to %s a call to the table is wholly let go, or not at all',
  async (kind) => {
    for (let call = 0; call < 3; call++) {
      const world = await createListed();
      const { store } = mortalStore(world.system.store, { call, kind });
      await expect(world.letGoEverywhere(to, { store })).rejects.toThrow('dead');
      expect(world.listed()).toEqual(['Ann@example.net BOUNCE']);
      world.system.now += hour;
      await world.drain();
      const isWritten = call === 2 && kind === 'die after';
      expect(await world.system.record(to)).toMatchObject({ status: isWritten ? 'released' : 'suppressed' });
      expect(world.listed()).toEqual(isWritten ? [] : ['Ann@example.net BOUNCE']);
    }
  },
);

test('a table that cannot be asked throws, and SES is not told', async () => {
  const world = await createListed();
  const read = async () => {
    throw new StoreError('no table', { scope: 'permanent' });
  };
  const { length } = world.home.calls;
  await expect(world.letGoEverywhere(to, { store: { ...world.system.store, read } })).rejects.toThrow('no table');
  expect(world.home.calls).toHaveLength(length);
});

test('a damaged record throws, and SES is not told to delete', async () => {
  const world = await createListed();
  await world.system.putItem({ ...(await world.system.record(to)), causes: 'none' });
  await expect(world.letGoEverywhere(to)).rejects.toThrow('the stored record is damaged: causes');
  expect(world.listed()).toEqual(['Ann@example.net BOUNCE']);
});

test('feedback that comes between reading and writing is let go with the rest', async () => {
  const world = await createListed();
  const { store } = world.system;
  let isOver = false;
  const write: typeof store.write = async (...given) => {
    if (!isOver) await world.deliver([bounce({ to, mailId: 'meanwhile' })]);
    isOver = true;
    return store.write(...given);
  };
  await world.letGoEverywhere(to, { store: { ...store, write } });
  expect(await world.system.record(to)).toMatchObject({ status: 'released', evidence: [{}, {}] });
});
