import type { AccountList } from '../../shared/account-list/account-list.ts';
import { createRateLimiter } from '../../shared/account-list/rate-limiter.ts';
import { StoreError } from '../../shared/domain/suppression/store.ts';
import { type AccountListFixture, useAccountListFixtures } from '../support/account-list.ts';
import { createCrashingStore } from '../support/crashing-store.ts';
import { bounce, day, hour, noon } from '../support/ses.ts';

const createFixture = useAccountListFixtures();
const to = 'ann@example.net';
const eu = 'eu-west-1';

async function createListed(regions: readonly string[] = []) {
  const fixture = await createFixture(regions);
  await fixture.deliver([bounce({ to: 'Ann@example.net' })]);
  await fixture.sync();
  return fixture;
}

/** Returns the lists of a process that crashes when it makes this call to SES. */
function crashingLists(fixture: AccountListFixture, call: keyof AccountList) {
  const crash = async () => {
    throw new Error('crashed');
  };
  const list = { ...(fixture.lists.get('home') as AccountList), [call]: crash };
  return { lists: new Map([['home', { list, rateLimiter: createRateLimiter(fixture.dependencies()) }]]) };
}

test.each([
  ['unavailable', { kind: 'failed', reason: 'ServiceUnavailableException' }],
  ['denied', { kind: 'denied', reason: 'AccessDeniedException' }],
  ['throttle', { kind: 'throttled' }],
  ['hang', { kind: 'failed', reason: expect.stringMatching(/Timeout|ETIMEDOUT/) }],
] as const)(
  'an SES error (%s) is reported; the address is released in the table, and the next sync deletes the entry',
  async (fault, error) => {
    const fixture = await createListed();
    fixture.home.fault = () => fault;
    expect(await fixture.releaseEverywhere(to)).toEqual({
      address: to,
      table: 'was suppressed',
      regions: [{ region: 'home', removed: [], isImporting: false, error }],
      tenants: [],
    });
    expect(await fixture.system.record(to)).toMatchObject({ status: 'released' });
    expect(fixture.listed()).toEqual(['Ann@example.net BOUNCE']);
    fixture.home.fault = undefined;
    fixture.system.now += 60_000;
    await fixture.sync();
    expect(fixture.listed()).toEqual([]);
    expect(await fixture.pendingRegions()).toEqual({});
  },
);

test('a deletion that SES throttles twice is retried', async () => {
  const fixture = await createListed();
  let throttles = 2;
  fixture.home.fault = () => (throttles-- > 0 ? 'throttle' : undefined);
  expect((await fixture.releaseEverywhere(to)).regions).toEqual([
    { region: 'home', removed: ['Ann@example.net'], isImporting: false },
  ]);
});

test('if SES rejects one variant of the address, the others are still deleted', async () => {
  const fixture = await createListed();
  const simulated = fixture.lists.get('home') as AccountList;
  await fixture.deliver([bounce({ to: 'ANN@example.net', mailId: 'other' })]);
  const list: AccountList = {
    ...simulated,
    delete: async (variant) =>
      variant === 'ANN@example.net' ? { kind: 'rejected', reason: 'BadRequestException' } : simulated.delete(variant),
  };
  const lists = new Map([['home', { list, rateLimiter: createRateLimiter(fixture.dependencies()) }]]);
  expect((await fixture.releaseEverywhere(to, { lists })).regions).toEqual([
    {
      region: 'home',
      removed: ['Ann@example.net'],
      isImporting: false,
      error: { kind: 'rejected', reason: 'BadRequestException' },
    },
  ]);
  expect(fixture.listed()).toEqual([]);
});

test('an error in one Region does not affect another', async () => {
  const fixture = await createListed([eu]);
  Object.assign(fixture.ses[eu] as object, { fault: () => 'unavailable' });
  const error = { kind: 'failed', reason: 'ServiceUnavailableException' };
  expect((await fixture.releaseEverywhere(to)).regions).toEqual([
    { region: 'home', removed: ['Ann@example.net'], isImporting: false },
    { region: eu, removed: [], isImporting: false, error },
  ]);
  Object.assign(fixture.ses[eu] as object, { fault: undefined });
  for (let run = 0; run < 2; run++) await fixture.sync();
  expect([...fixture.listed(), ...fixture.listed(eu)]).toEqual([]);
});

test.each([
  ['is under way is reported', { jobId: 'job-1' }, true],
  ['may be under way is reported', {}, true],
  ['has failed is not reported', { jobId: 'job-1', failedUntil: noon + day }, false],
])('an import job that %s', async (_title, fields, isImporting) => {
  const fixture = await createListed();
  const { outbox } = fixture.dependencies();
  await outbox.writeJob('home', { action: 'PUT', file: 'imports/1', startedAt: noon, cleared: 0, ...fields });
  expect((await fixture.releaseEverywhere(to)).regions).toEqual([
    { region: 'home', removed: ['Ann@example.net'], isImporting },
  ]);
});

test('if SES does not answer whether it lists the address, the release is saved, because it may', async () => {
  const fixture = await createFixture();
  fixture.addToList([{ emailAddress: to, reason: 'BOUNCE', lastUpdateTime: noon }]);
  fixture.home.fault = () => 'denied';
  const error = { kind: 'denied', reason: 'AccessDeniedException' };
  expect(await fixture.releaseEverywhere(to)).toEqual({
    address: to,
    table: 'unknown',
    regions: [{ region: 'home', removed: [], isImporting: false, error }],
    tenants: [],
  });
  fixture.home.fault = undefined;
  await fixture.sync();
  expect(fixture.listed()).toEqual([]);
});

test('if the process crashes between the table and SES, the next sync deletes the entry', async () => {
  const fixture = await createListed();
  await expect(fixture.releaseEverywhere(to, crashingLists(fixture, 'delete'))).rejects.toThrow('crashed');
  expect(await fixture.system.record(to)).toMatchObject({ status: 'released' });
  expect(fixture.listed()).toEqual(['Ann@example.net BOUNCE']);
  fixture.system.now += 60_000;
  await fixture.sync();
  expect(fixture.listed()).toEqual([]);
});

test('if the process crashes while it asks SES for the entry, nothing changes', async () => {
  const fixture = await createFixture();
  fixture.addToList([{ emailAddress: to, reason: 'BOUNCE', lastUpdateTime: noon }]);
  await expect(fixture.releaseEverywhere(to, crashingLists(fixture, 'get'))).rejects.toThrow('crashed');
  expect(await fixture.records()).toEqual({});
  expect(fixture.listed()).toEqual([`${to} BOUNCE`]);
});

test.each(['crash before', 'crash after'] as const)(
  'if the process crashes around a call to the table (%s), the address is released completely or not at all',
  async (kind) => {
    for (let call = 0; call < 3; call++) {
      const fixture = await createListed();
      const { store } = createCrashingStore(fixture.system.store, { call, kind });
      await expect(fixture.releaseEverywhere(to, { store })).rejects.toThrow('crashed');
      expect(fixture.listed()).toEqual(['Ann@example.net BOUNCE']);
      fixture.system.now += hour;
      await fixture.sync();
      const isWritten = call === 2 && kind === 'crash after';
      expect(await fixture.system.record(to)).toMatchObject({ status: isWritten ? 'released' : 'suppressed' });
      expect(fixture.listed()).toEqual(isWritten ? [] : ['Ann@example.net BOUNCE']);
    }
  },
);

test('if the table cannot be read, the release fails without a call to SES', async () => {
  const fixture = await createListed();
  const read = async () => {
    throw new StoreError('no table', { scope: 'permanent' });
  };
  const { length } = fixture.home.calls;
  await expect(fixture.releaseEverywhere(to, { store: { ...fixture.system.store, read } })).rejects.toThrow('no table');
  expect(fixture.home.calls).toHaveLength(length);
});

test('if the record is damaged, the release fails and the entry stays', async () => {
  const fixture = await createListed();
  await fixture.system.putItem({ ...(await fixture.system.record(to)), causes: 'none' });
  await expect(fixture.releaseEverywhere(to)).rejects.toThrow('damaged: causes');
  expect(fixture.listed()).toEqual(['Ann@example.net BOUNCE']);
});

test('a release covers feedback that arrives between the read and the write', async () => {
  const fixture = await createListed();
  const { store } = fixture.system;
  let isDelivered = false;
  const write: typeof store.write = async (...args) => {
    if (!isDelivered) await fixture.deliver([bounce({ to, mailId: 'meanwhile' })]);
    isDelivered = true;
    return store.write(...args);
  };
  await fixture.releaseEverywhere(to, { store: { ...store, write } });
  expect(await fixture.system.record(to)).toMatchObject({ status: 'released', evidence: [{}, {}] });
});
