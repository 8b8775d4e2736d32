import { createSuppressionList } from '../../shared/suppression-list/create-suppression-list.ts';
import { type AccountListFixture, useAccountListFixtures } from '../support/account-list.ts';
import { type BounceOptions, bounce, complaint, day, hour } from '../support/ses.ts';

const createFixture = useAccountListFixtures();
const to = 'dan@example.net';

const isSuppressed = ({ system }: AccountListFixture, address = to) =>
  createSuppressionList({ tableName: system.tables.suppressionsTable, clock: () => system.now }).isSuppressed(address);

/** Delivers a policy block. SES lists every permanent bounce permanently, even if only the sender is blocked. */
async function block(fixture: AccountListFixture, options: BounceOptions = {}) {
  const { system, home } = fixture;
  const at = system.now;
  await fixture.deliver([bounce({ to, mailId: `block-${at}`, status: '5.7.1', sentAt: at, at, ...options })]);
  home.list.set(to, { emailAddress: to, reason: 'BOUNCE', lastUpdateTime: at });
  return at + 14 * day;
}

/** A bounce for an email that SES did not send, because the address was on its list. */
const prevented = (at: number) =>
  bounce({ to, mailId: `prevented-${at}`, subType: 'OnAccountSuppressionList', sentAt: at, at });

test('soft bounces, absence notices and the mailbox simulator never put an address on the list', async () => {
  const fixture = await createFixture();
  const { system } = fixture;
  const softly = [0, 1, 2, 3, 4].map((days) => {
    const sentAt = system.now - days * day;
    return bounce({ to: 'soft@example.net', mailId: `s${days}`, type: 'Transient', status: '4.2.2', sentAt });
  });
  await fixture.deliver([
    ...softly,
    bounce({ to: 'away@example.net', mailId: 'a', type: 'Transient' }),
    bounce({ to: 'large@example.net', mailId: 'l', type: 'Transient', subType: 'MessageTooLarge' }),
    complaint({ to: 'happy@example.net', mailId: 'h', feedbackType: 'not-spam' }),
    bounce({ to: 'Bounce+1@simulator.amazonses.com', mailId: 'b' }),
    complaint({ to: 'complaint@simulator.amazonses.com', mailId: 'c' }),
  ]);
  expect(await isSuppressed(fixture, 'soft@example.net')).toBe(true);
  expect(await isSuppressed(fixture, 'bounce+1@simulator.amazonses.com')).toBe(true);
  expect(await fixture.pendingRegions()).toEqual({});
  for (const wait of [0, 2 * hour, 40 * day]) {
    system.now += wait;
    await fixture.sync();
  }
  expect(fixture.home.calls).toEqual([]);
});

test('a blocked address stays listed until the block ends, and is deleted within a minute of that', async () => {
  const fixture = await createFixture();
  const end = await block(fixture);
  expect(await fixture.pendingRegions()).toEqual({ [to]: 'home' });
  fixture.system.now = end - 1;
  await fixture.sync();
  expect(fixture.home.calls).toEqual([]);
  expect(fixture.listed()).toEqual([`${to} BOUNCE`]);
  fixture.system.now = end;
  expect((await fixture.sync())[0]).toMatchObject({ synced: 1, pending: 0 });
  expect(fixture.listed()).toEqual([]);
  expect(await isSuppressed(fixture)).toBe(false);
  expect(await fixture.pendingRegions()).toEqual({});
});

test('another block extends the entry, and a complaint makes it permanent', async () => {
  const fixture = await createFixture();
  const first = await block(fixture);
  fixture.system.now += 5 * day;
  const second = await block(fixture);
  fixture.system.now = first + hour;
  await fixture.sync();
  expect(fixture.listed()).toEqual([`${to} BOUNCE`]);
  await fixture.deliver([complaint({ to, mailId: 'complaint', sentAt: fixture.system.now })]);
  await fixture.sync();
  fixture.system.now = second + hour;
  await fixture.sync();
  expect(fixture.listed()).toEqual([`${to} COMPLAINT`]);
});

test('a soft suppression that outlasts the block delays the delete, and the record is kept until then', async () => {
  const fixture = await createFixture();
  const end = await block(fixture);
  const { system } = fixture;
  system.now = end - 5 * day;
  const softly = [5, 4, 3, 2, 1].map((days) => {
    const at = end - (4 + days) * day;
    return bounce({ to, mailId: `s${days}`, type: 'Transient', status: '4.2.2', sentAt: at, at });
  });
  await fixture.deliver(softly);
  system.now = end + day;
  await fixture.sync();
  expect(fixture.listed()).toEqual([`${to} BOUNCE`]);
  system.now = end + 60 * day;
  expect(await system.record(to)).not.toHaveProperty('expiresAt');
  await fixture.sync();
  expect(fixture.listed()).toEqual([]);
  expect(await system.record(to)).toHaveProperty('expiresAt');
});

describe('an email that SES did not send because an expired block was still on its list', () => {
  async function afterDelete() {
    const fixture = await createFixture();
    const end = await block(fixture);
    return { fixture, end, at: end + 3 * hour };
  }

  test('before the delete does not suppress the address', async () => {
    const { fixture, end, at } = await afterDelete();
    fixture.system.now = at;
    await fixture.deliver([prevented(end + hour)]);
    expect(await isSuppressed(fixture)).toBe(false);
    await fixture.sync();
    expect(fixture.listed()).toEqual([]);
    expect(await isSuppressed(fixture)).toBe(false);
    await fixture.deliver([prevented(end + 2 * hour)]);
    expect(await isSuppressed(fixture)).toBe(false);
    expect(await fixture.pendingRegions()).toEqual({});
  });

  test.each([
    ['within one hour', hour, 'does not suppress', false],
    ['more than one hour', hour + 1, 'suppresses', true],
  ])('%s after the delete (%d ms) %s the address', async (_when, after, _effect, isSuppressedAgain) => {
    const { fixture, at } = await afterDelete();
    fixture.system.now = at;
    await fixture.sync();
    const record = (await fixture.system.record(to)) as { mirrored: { home: { at: string } } };
    const syncedAt = record.mirrored.home.at;
    fixture.system.now += 5 * hour;
    await fixture.deliver([prevented(Date.parse(syncedAt) + after)]);
    expect(await isSuppressed(fixture)).toBe(isSuppressedAgain);
    expect(await fixture.system.record(to)).toMatchObject(
      isSuppressedAgain ? { reason: 'ses-list' } : { reason: 'policy-block' },
    );
  });
});

test('a released address stays released when email was prevented before the delete, however late the delete is', async () => {
  const fixture = await createFixture();
  await fixture.deliver([bounce({ to })]);
  await fixture.sync();
  await fixture.release(to);
  fixture.home.fault = () => 'unavailable';
  fixture.system.now += 30 * hour;
  await fixture.sync();
  await fixture.deliver([prevented(fixture.system.now)]);
  expect(await fixture.system.record(to)).toMatchObject({ status: 'released' });
  fixture.home.fault = undefined;
  await fixture.sync();
  await fixture.deliver([prevented(fixture.system.now)]);
  expect(await isSuppressed(fixture)).toBe(false);
  fixture.system.now += 2 * hour;
  await fixture.deliver([prevented(fixture.system.now)]);
  expect(await isSuppressed(fixture)).toBe(true);
});
