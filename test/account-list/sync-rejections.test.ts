import { formatSyncEntry } from '../../shared/account-list/sync-report.ts';
import { useAccountListFixtures } from '../support/account-list.ts';
import { bounce, complaint } from '../support/ses.ts';

const createFixture = useAccountListFixtures();

/** SES does not support SMTPUTF8 and rejects such an address. */
const nonAscii = 'jürgen@example.net';

test('an address that SES rejects is logged once, masked, and not retried; all others are synced', async () => {
  const fixture = await createFixture();
  await fixture.deliver([
    bounce({ to: nonAscii, mailId: 'j', sentAt: fixture.system.now - 9000 }),
    bounce({ to: 'ann@example.net', mailId: 'a' }),
  ]);
  const [entry] = await fixture.sync();
  expect(entry).toEqual({ kind: 'account-list', region: 'home', synced: 1, rejected: 1, pending: 0, oldestMs: 0 });
  expect(fixture.logEntries).toEqual([
    { kind: 'rejected', region: 'home', address: 'j***@example.net', reason: 'BadRequestException' },
    entry,
  ]);
  expect(await fixture.system.record(nonAscii)).toMatchObject({
    status: 'suppressed',
    mirrored: { home: { says: 'BOUNCE', refused: 'BadRequestException', at: expect.any(String) } },
  });
  expect(fixture.listed()).toEqual(['ann@example.net BOUNCE']);
  const calls = fixture.home.calls.length;
  for (let run = 0; run < 3; run++) await fixture.sync();
  expect(fixture.home.calls).toHaveLength(calls);
  expect(await fixture.pendingRegions()).toEqual({});
});

test('a rejected address is tried again when its desired state changes', async () => {
  const fixture = await createFixture();
  await fixture.deliver([bounce({ to: nonAscii, mailId: 'j' })]);
  await fixture.sync();
  await fixture.deliver([complaint({ to: nonAscii, mailId: 'j2' })]);
  expect((await fixture.sync())[0]).toMatchObject({ rejected: 1 });
  await fixture.release(nonAscii);
  // SES has no entry to delete, which is a success.
  expect((await fixture.sync())[0]).toMatchObject({ synced: 1, rejected: 0, pending: 0 });
});

test('in the sandbox all addresses stay pending, none is recorded as rejected, and the log says why', async () => {
  const fixture = await createFixture();
  fixture.home.account.isSandbox = true;
  await fixture.deliver([bounce({ to: 'ann@example.net', mailId: 'a' }), bounce({ to: nonAscii, mailId: 'j' })]);
  const [entry] = await fixture.sync();
  const counts = {
    kind: 'account-list',
    region: 'home',
    synced: 0,
    rejected: 0,
    pending: 2,
    oldestMs: expect.any(Number),
  };
  expect(entry).toEqual({ ...counts, isInSandbox: true });
  expect(fixture.logEntries).toEqual([entry]);
  expect(fixture.home.calls.map(({ operation }) => operation)).toEqual(['PutSuppressedDestination', 'GetAccount']);
  expect(await fixture.system.record('ann@example.net')).not.toHaveProperty('mirrored');
  expect(formatSyncEntry(fixture.logEntries[0] as never)).toBe(
    'SES account suppression list: 0 synced; 2 pending; the account is in the SES sandbox, where the list cannot be changed',
  );
  fixture.home.account.isSandbox = false;
  expect((await fixture.sync())[0]).toMatchObject({ synced: 1, rejected: 1, pending: 0 });
  expect(fixture.listed()).toEqual(['ann@example.net BOUNCE']);
});

test.each(['unavailable', 'denied'] as const)(
  'if SES does not say whether the account is in the sandbox (%s), no address is recorded as rejected',
  async (fault) => {
    const fixture = await createFixture();
    await fixture.deliver([bounce({ to: nonAscii, mailId: 'j' })]);
    fixture.home.fault = ({ operation }) => (operation === 'GetAccount' ? fault : undefined);
    await fixture.sync();
    expect(await fixture.pendingRegions()).toEqual({ [nonAscii]: 'home' });
    fixture.home.fault = undefined;
    expect((await fixture.sync())[0]).toMatchObject({ rejected: 1, pending: 0 });
  },
);

test('no log entry contains an address, whatever fails', async () => {
  const fixture = await createFixture(['eu-west-1']);
  const names = ['secret-ann', 'secret-bob', 'secret-cyd', 'secret-dan'];
  await fixture.deliver([...names, 'secret-jürgen'].map((name) => bounce({ to: `${name}@example.net`, mailId: name })));
  await fixture.system.putItem({ address: 'secret-x@example.net', list: 'account', mirror: 'home#0', mirrorDue: 1 });
  for (const fault of ['unavailable', 'denied', 'lost response', 'throttle', undefined] as const) {
    for (const simulator of Object.values(fixture.ses)) simulator.fault = () => fault;
    await fixture.sync();
  }
  expect(fixture.logEntries.filter(({ kind }) => kind === 'rejected')).toHaveLength(2);
  expect(fixture.logEntries).toHaveLength(12);
  expect(JSON.stringify(fixture.logEntries)).not.toContain('secret');
  expect(fixture.logEntries.map(formatSyncEntry).join()).not.toContain('secret');
});
