import fc from 'fast-check';
import { createDynamoDBClient } from '../../shared/aws/dynamodb/client.ts';
import type { AddressKey } from '../../shared/domain/address.ts';
import { createReleaseLinks, type ReleaseLinksOptions } from '../../shared/suppression-list/release-links.ts';
import { signToken, verifyToken } from '../../shared/suppression-list/release-token.ts';
import { bounce, complaint, day, hour, noon } from '../support/ses.ts';
import { createSystem, type System, useSystem } from '../support/system.ts';

/** Links with which recipients release their own address. */

useSystem();
let system: System;
beforeEach(async () => {
  system = await createSystem();
  system.now = noon + hour;
});

const secret = (letter: string) => letter.repeat(32);
const key = { id: 'a', secret: secret('a') };
const ann = 'ann@example.net';
const open = (options: Partial<ReleaseLinksOptions> = {}) =>
  createReleaseLinks({
    tableName: system.tables.suppressionsTable,
    client: createDynamoDBClient(),
    clock: () => system.now,
    keys: [key],
    ...options,
  });
const bounceOf = (sentAt = noon, mailId = `mail-${sentAt}`) => bounce({ to: ann, mailId, sentAt, subType: 'NoEmail' });
const expires = () => new Date(system.now + day);
async function linkOf(address = ann, links = open()): Promise<string> {
  const link = await links.releaseLink(address, { expires: expires() });
  if (link.kind !== 'link') throw new Error(link.reason);
  return link.token;
}
const statusOf = async () => (await system.record(ann))?.status;
const refused = (reason: string) => ({ kind: 'refused', reason });

test('a link releases the address once, and the history says so', async () => {
  await system.deliver([bounceOf()]);
  const token = await linkOf();
  expect(token).toMatch(/^[\w.-]{60,90}$/);
  expect(token).not.toContain('ann');
  system.now += hour;
  expect(await open().redeemReleaseLink(token, 'Ann@Example.net')).toEqual({ kind: 'released' });
  expect(await statusOf()).toBe('released');
  expect(await open().redeemReleaseLink(token, ann)).toEqual(refused('used'));
  const { history } = await system.snapshot().then(async () => ({ history: await system.record(ann) }));
  expect(history).toMatchObject({ releasedBy: 'release link' });
  // Old feedback that is delivered again does not suppress it.
  await system.deliver([bounceOf()]);
  expect(await statusOf()).toBe('released');
});

test('two redemptions at once release once', async () => {
  await system.deliver([bounceOf()]);
  const token = await linkOf();
  system.now += 1000;
  const results = await Promise.all(Array.from({ length: 5 }, () => open().redeemReleaseLink(token, ann)));
  expect(results.filter(({ kind }) => kind === 'released')).toHaveLength(1);
  expect(results.filter((one) => one.kind === 'refused').map((one) => 'reason' in one && one.reason)).toEqual(
    Array(4).fill('used'),
  );
});

test('a link is for its address alone: a user cannot release another one', async () => {
  await system.deliver([bounceOf(), bounce({ to: 'bob@example.net', mailId: 'b', sentAt: noon })]);
  const token = await linkOf();
  expect(await open().redeemReleaseLink(token, 'bob@example.net')).toEqual(refused('invalid'));
  expect((await system.record('bob@example.net'))?.status).toBe('suppressed');
});

test('it ends with time, and with a later bounce', async () => {
  await system.deliver([bounceOf()]);
  const token = await linkOf();
  system.now += hour;
  await system.deliver([bounceOf(system.now - hour / 2)]);
  expect(await open().redeemReleaseLink(token, ann)).toEqual(refused('bounced-again'));
  system.now += day;
  expect(await open().redeemReleaseLink(token, ann)).toEqual(refused('expired'));
  expect(await statusOf()).toBe('suppressed');
});

test('an address is released by link at most once in 30 days', async () => {
  await system.deliver([bounceOf()]);
  const first = await linkOf();
  system.now += 1000;
  await open().redeemReleaseLink(first, ann);
  system.now += day;
  await system.deliver([bounceOf(system.now - hour)]);
  expect(await open().releaseLink(ann, { expires: expires() })).toEqual(refused('too-soon'));
  system.now += 30 * day;
  const second = await linkOf();
  system.now += 1000;
  expect(await open().redeemReleaseLink(second, ann)).toEqual({ kind: 'released' });
});

test('a complaint is never released by link, whether it came before or after the link was made', async () => {
  const complained = complaint({ to: ann, mailId: 'c', sentAt: noon - hour });
  await system.deliver([bounceOf()]);
  const token = await linkOf();
  await system.deliver([complained]);
  expect(await open().redeemReleaseLink(token, ann)).toEqual(refused('complaint'));
  expect(await open().releaseLink(ann, { expires: expires() })).toEqual(refused('complaint'));
  expect(await statusOf()).toBe('suppressed');
});

test('what an operator suppressed, and what is not suppressed, has no link', async () => {
  expect(await open().releaseLink(ann, { expires: expires() })).toEqual(refused('not-suppressed'));
  const { openEditor } = await import('../../shared/suppression-list/editor.ts');
  const editor = await openEditor({
    tableName: system.tables.suppressionsTable,
    client: createDynamoDBClient(),
    clock: () => system.now,
  });
  await editor.suppress({ key: ann as AddressKey, original: ann }, { by: 'op', note: 'left' });
  expect(await open().releaseLink(ann, { expires: expires() })).toEqual(refused('manual'));
});

test('keys rotate: the first one signs, and all are accepted', async () => {
  await system.deliver([bounceOf()]);
  const old = await linkOf();
  const newer = { id: 'b', secret: secret('b') };
  expect(await open({ keys: [newer] }).redeemReleaseLink(old, ann)).toEqual(refused('invalid'));
  expect((await linkOf(ann, open({ keys: [newer, key] }))).startsWith('r1.b.')).toBe(true);
  system.now += 1000;
  expect(await open({ keys: [newer, key] }).redeemReleaseLink(old, ann)).toEqual({ kind: 'released' });
});

test('a link of one list, or of one table, is not accepted for another', async () => {
  await system.deliver([bounceOf()]);
  const token = await linkOf();
  expect(await open({ list: 'newsletter' }).redeemReleaseLink(token, ann)).toEqual(refused('invalid'));
  const other = verifyToken(
    token,
    { tableName: 'other', list: 'account', address: ann as AddressKey },
    [key],
    system.now,
  );
  expect(other).toBe('invalid');
});

test('a manual suppression that has ended is no reason to refuse a link', async () => {
  await system.deliver([bounceOf()]);
  const { openEditor } = await import('../../shared/suppression-list/editor.ts');
  const editor = await openEditor({
    tableName: system.tables.suppressionsTable,
    client: createDynamoDBClient(),
    clock: () => system.now,
  });
  const until = new Date(system.now + hour);
  await editor.suppress({ key: ann as AddressKey, original: ann }, { by: 'op', note: 'for a time', until });
  expect(await open().releaseLink(ann, { expires: expires() })).toEqual(refused('manual'));
  system.now += 2 * hour;
  expect(await open().releaseLink(ann, { expires: expires() })).toMatchObject({ kind: 'link' });
});

test('no other text is accepted, however it was changed', () => {
  const subject = { tableName: 'suppressions', list: 'account', address: ann as AddressKey };
  const content = { issuedAt: noon, expiresAt: noon + day };
  const token = signToken(subject, content, key);
  expect(verifyToken(token, subject, [key], noon)).toEqual(content);
  fc.assert(
    fc.property(fc.nat(token.length - 1), fc.constantFrom(...'abz019.-_'), (index, character) => {
      const changed = `${token.slice(0, index)}${character}${token.slice(index + 1)}`;
      fc.pre(changed !== token);
      expect(verifyToken(changed, subject, [key], noon)).toBe('invalid');
    }),
  );
  for (const text of ['', 'r1', token.slice(1), `${token}.`, `${token}=`, ` ${token}`, `r1.a.${'z'.repeat(10_000)}`])
    expect(verifyToken(text, subject, [key], noon)).toBe('invalid');
  const other = { ...key, secret: secret('x') };
  expect(verifyToken(token, subject, [other], noon)).toBe('invalid');
});

test.each([
  [{ keys: [] }, 'keys is empty'],
  [{ keys: [{ id: 'a', secret: 'short' }] }, 'fewer than 32 bytes'],
  [{ keys: [{ id: 'a b', secret: secret('a') }] }, 'must be 1 to 16 letters'],
  [{ tableName: '' }, 'tableName is missing'],
])('unusable options %j are an error', (options, message) => {
  expect(() => open(options)).toThrow(message);
});

test('an expiry in the past or too late, and an invalid address, are errors', async () => {
  for (const at of [system.now, system.now + 31 * day, Number.NaN])
    await expect(open().releaseLink(ann, { expires: new Date(at) })).rejects.toThrow('expires must be in the future');
  await expect(open().releaseLink('nonsense', { expires: expires() })).rejects.toThrow('nonsense');
});
