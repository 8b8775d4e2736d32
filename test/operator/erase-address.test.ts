import { createDynamoDBClient } from '../../shared/aws/dynamodb/client.ts';
import { createErasureTable } from '../../shared/aws/dynamodb/erasure-table.ts';
import { createHistoryTable } from '../../shared/aws/dynamodb/history-table.ts';
import { type Address, type AddressKey, parseAddress } from '../../shared/domain/address.ts';
import { day, minute } from '../../shared/domain/durations.ts';
import { readPolicy } from '../../shared/domain/policy/policy.ts';
import { erasureKeyMaxAgeMs } from '../../shared/domain/suppression/erased-address.ts';
import { checkAddress } from '../../shared/operator/check-address.ts';
import { eraseEverywhere } from '../../shared/operator/erase-address.ts';
import type { Erasures } from '../../shared/operator/erasures.ts';
import { createSuppressionList } from '../../shared/suppression-list/create-suppression-list.ts';
import { type AccountListFixture, useAccountListFixtures } from '../support/account-list.ts';
import { bounce, complaint } from '../support/ses.ts';

const createFixture = useAccountListFixtures();
const ann = 'Ann@example.net';
const key = 'ann@example.net' as AddressKey;
const person = { by: 'ops', note: 'request 1' };

let fixture: AccountListFixture;
let waitedMs: number;
beforeEach(async () => {
  fixture = await createFixture(['eu-west-1']);
  waitedMs = 0;
});

const table = () => ({ client: createDynamoDBClient(), ...fixture.system.tables });
const openLibrary = (list?: string) =>
  createSuppressionList({
    tableName: table().suppressionsTable,
    clock: () => fixture.system.now,
    ...(list !== undefined && { list }),
  });

/** Erases an address, with other erasures in place of those of the table. */
function erase({ address = ann, erasures = {} as Partial<Erasures> } = {}) {
  const operator = fixture.operator();
  return eraseEverywhere(parseAddress(address) as Address, person, {
    ...operator,
    erasures: { ...operator.erasures, ...erasures },
    sleep: async (milliseconds) => {
      waitedMs += milliseconds;
      fixture.system.now += milliseconds;
    },
  });
}

/** Everything in the table, as text. */
const stored = async () => JSON.stringify(await fixture.system.snapshot().then(({ records }) => [...records]));

/** Ann's mailbox does not exist, and her address is on the lists of SES as it was written. */
async function bounceAnn(): Promise<void> {
  await fixture.deliver([bounce({ to: ann, mailId: 'a' })]);
  for (let i = 0; i < 3; i++) await fixture.sync();
  expect([fixture.listed(), fixture.listed('eu-west-1')]).toEqual([[`${ann} BOUNCE`], [`${ann} BOUNCE`]]);
}

test('nothing of a suppressed address remains but its keyed hash, with which it stays suppressed', async () => {
  await bounceAnn();
  const library = openLibrary();
  expect(await library.check(ann)).toMatchObject({ kind: 'suppressed', reason: 'hard' });
  const { since } = (await library.check(ann)) as { since: Date };
  const report = await erase();
  expect(report).toMatchObject({
    address: key,
    erased: { records: 1 },
    regions: [{ removed: [ann] }, { removed: [ann] }],
    kept: [{ list: 'account', reason: 'hard', since: since.getTime() }],
    isIncomplete: false,
  });
  expect((await stored()).toLowerCase()).not.toContain('ann@');
  expect(await stored()).toContain(report.hash);
  expect([fixture.listed(), fixture.listed('eu-west-1')]).toEqual([[], []]);
  const verdict = { kind: 'suppressed', address: ann, reason: 'hard', since, list: 'account', suspected: false };
  expect(await library.check(ann)).toEqual(verdict);
  expect(await openLibrary().check(ann)).toEqual(verdict);
  expect(await openLibrary().filterSuppressed(['bob@example.net', ann])).toEqual([
    { kind: 'allowed', address: 'bob@example.net' },
    verdict,
  ]);
});

test('neither the sync nor the reconciliation brings an erased address back', async () => {
  await bounceAnn();
  await erase();
  await fixture.sync();
  await fixture.reconcile();
  await fixture.sync();
  expect((await stored()).toLowerCase()).not.toContain('ann@');
  expect(fixture.listed()).toEqual([]);
});

test('the first erasure of a stack waits until no application can be without the key, the next does not', async () => {
  await bounceAnn();
  const early = openLibrary();
  await early.isSuppressed('bob@example.net');
  // The application has just read that there is no key.
  let wasSuppressed = true;
  const operator = fixture.operator();
  await erase({
    erasures: {
      erase: async (...args) => {
        wasSuppressed &&= await early.isSuppressed(ann);
        return operator.erasures.erase(...args);
      },
    },
  });
  expect(wasSuppressed).toBe(true);
  expect(waitedMs).toBe(erasureKeyMaxAgeMs + minute);
  expect(await early.isSuppressed(ann)).toBe(true);
  waitedMs = 0;
  await fixture.deliver([bounce({ to: 'bob@example.net', mailId: 'b', sentAt: fixture.system.now })]);
  for (let i = 0; i < 3; i++) await fixture.sync();
  await erase({ address: 'bob@example.net' });
  expect(waitedMs).toBe(0);
});

test('an address that was not suppressed leaves nothing behind, and can be emailed', async () => {
  await fixture.deliver([bounce({ to: ann, mailId: 'a', type: 'Transient', subType: 'MailboxFull' })]);
  const report = await erase();
  expect(report).toMatchObject({ erased: { records: 1 }, kept: [] });
  expect(await openLibrary().isSuppressed(ann)).toBe(false);
  expect((await stored()).toLowerCase()).not.toContain('ann@');
});

test('a suppression with an end ends at the same time', async () => {
  const until = fixture.system.now + day;
  await fixture.suppress(ann, until);
  for (let i = 0; i < 3; i++) await fixture.sync();
  await erase();
  const library = openLibrary();
  expect(await library.check(ann)).toMatchObject({ kind: 'suppressed', until: new Date(until), reason: 'manual' });
  fixture.system.now = until;
  expect(await library.isSuppressed(ann)).toBe(false);
});

test('the history and the lists of tenants are erased as well, and each list stays suppressed', async () => {
  const tenant = openLibrary('shop');
  await tenant.suppress(ann, person);
  await fixture.suppress(ann, fixture.system.now + day);
  const report = await erase();
  expect(report.erased).toEqual({ records: 2, otherItems: 2 });
  expect(report.kept.map(({ list }) => list).toSorted()).toEqual(['account', 'shop']);
  expect(await openLibrary('shop').check(ann)).toMatchObject({ kind: 'suppressed', list: 'shop' });
  expect(await openLibrary('other').check(ann)).toMatchObject({ kind: 'suppressed', list: 'account' });
  expect((await stored()).toLowerCase()).not.toContain('ann@');
});

test('the history has the erasure, without the address', async () => {
  await bounceAnn();
  const { hash, at } = await erase();
  const history = createHistoryTable(table());
  expect(await history.ofAddress(key)).toEqual([]);
  expect(await history.ofAddress(hash)).toEqual([
    { address: hash, action: 'erased', at, ...person, before: { reason: 'hard', since: expect.any(Number) } },
  ]);
  const check = await checkAddress(parseAddress(ann) as Address, { ...fixture.operator(), history });
  expect(check).toMatchObject({
    verdict: 'suppressed',
    erased: { reason: 'hard', list: 'account' },
    history: [{ kind: 'change', action: 'erased', by: 'ops' }],
  });
});

test('a release makes the address deliverable again, by an operator and by an application', async () => {
  await bounceAnn();
  const { hash } = await erase();
  const refused = await fixture.releaseEverywhere(ann, { isKeptSelected: () => false });
  expect([refused.regions, await openLibrary().isSuppressed(ann)]).toEqual([[], true]);
  expect(await fixture.releaseEverywhere(ann)).toMatchObject({ table: 'was erased' });
  expect(await openLibrary().isSuppressed(ann)).toBe(false);
  const changes = await createHistoryTable(table()).ofAddress(hash);
  expect(changes.map(({ action, by, note }) => [action, by, note]).toSorted()).toEqual([
    ['erased', 'ops', 'request 1'],
    ['released', 'ops', 'asked by phone'],
  ]);
  await fixture.deliver([complaint({ to: 'bob@example.net', mailId: 'b' })]);
  for (let i = 0; i < 3; i++) await fixture.sync();
  await erase({ address: 'bob@example.net' });
  expect(await openLibrary().release('bob@example.net', person)).toBe(true);
  expect(await openLibrary().isSuppressed('bob@example.net')).toBe(false);
  expect(await openLibrary().release('bob@example.net', person)).toBe(false);
});

test('while a sync with SES is under way, nothing is erased', async () => {
  await fixture.deliver([bounce({ to: ann, mailId: 'a' })]);
  const before = await fixture.system.snapshot();
  await expect(erase()).rejects.toThrow('its state is being synced with SES');
  expect(await fixture.system.snapshot()).toEqual(before);
});

test('if SES cannot be changed, nothing is deleted in the table, and a second run does everything', async () => {
  await bounceAnn();
  const { ses } = fixture;
  const remote = ses['eu-west-1'];
  if (remote) remote.fault = ({ operation }) => (operation === 'DeleteSuppressedDestination' ? 'denied' : undefined);
  const report = await erase();
  expect(report.isIncomplete).toBe(true);
  expect(report).not.toHaveProperty('erased');
  expect(await fixture.system.record(key)).toMatchObject({ status: 'suppressed' });
  if (remote) remote.fault = undefined;
  expect(await erase()).toMatchObject({ isIncomplete: false, erased: { records: 1 } });
  expect((await stored()).toLowerCase()).not.toContain('ann@');
});

test('an erasure that was interrupted after any of its steps is completed by the next', async () => {
  for (const step of ['openKey', 'erase', 'find'] as const) {
    fixture = await createFixture(['eu-west-1']);
    await bounceAnn();
    const { erasures } = fixture.operator();
    const crash = async (...args: never[]) => {
      await (erasures[step] as (...args: never[]) => Promise<unknown>)(...args);
      throw new Error('crashed');
    };
    await expect(erase({ erasures: { [step]: crash } })).rejects.toThrow('crashed');
    expect(await openLibrary().isSuppressed(ann)).toBe(true);
    await erase();
    expect((await stored()).toLowerCase()).not.toContain('ann@');
    expect(await openLibrary().isSuppressed(ann)).toBe(true);
    expect([fixture.listed(), fixture.listed('eu-west-1')]).toEqual([[], []]);
  }
});

test('feedback that changes the record in the meantime is not lost: the hash has the last state', async () => {
  await fixture.deliver([bounce({ to: ann, mailId: 'a', type: 'Transient', subType: 'MailboxFull' })]);
  const { client, ...tables } = table();
  let isFirst = true;
  client.middlewareStack.add((next, { commandName }) => async (input) => {
    // Between the read and the write, the mailbox turns out to be gone.
    if (isFirst && commandName === 'TransactWriteItemsCommand') {
      isFirst = false;
      await fixture.deliver([bounce({ to: ann, mailId: 'b' })]);
    }
    return next(input);
  });
  const racing = createErasureTable({ client, ...tables });
  await erase({ erasures: { erase: racing.erase } });
  expect(isFirst).toBe(false);
  expect(await openLibrary().check(ann)).toMatchObject({ kind: 'suppressed', reason: 'hard' });
  expect((await stored()).toLowerCase()).not.toContain('ann@');
});

test('an address of which nothing is stored is reported as such, also after it was erased', async () => {
  expect(await erase()).toMatchObject({ kept: [], isIncomplete: false });
  await fixture.suppress(ann, fixture.system.now + day);
  await erase();
  const again = await erase();
  expect(again).not.toHaveProperty('erased');
  expect(again.kept).toHaveLength(1);
});

test('the lists of tenants lose the address as well, and its hash is suppressed on each of them', async () => {
  const policy = readPolicy({ tenants: { ownLists: ['*'] } });
  fixture.policy = { ...policy, accountList: { mode: 'missing', regions: [] } };
  const entry = { emailAddress: ann, reason: 'BOUNCE', lastUpdateTime: fixture.system.now } as const;
  fixture.home.tenants.acme = { list: new Map([[ann, entry]]), resources: [], suppressionScope: 'TENANT' };
  await fixture.deliver([bounce({ to: ann, tags: { 'ses:tenant-name': ['acme'] } })]);
  const { regions, kept } = await erase();
  expect(regions).toContainEqual(expect.objectContaining({ region: 'home', tenant: 'acme', removed: [ann] }));
  expect(kept.map(({ list, reason }) => [list, reason])).toEqual([['tenant:acme', 'hard']]);
  expect(fixture.home.tenants.acme.list.size).toBe(0);
  expect(await stored()).not.toContain('ann@');
  expect(await openLibrary().isSuppressed(ann, { tenant: 'acme' })).toBe(true);
  expect(await openLibrary().isSuppressed(ann, { tenant: 'beta' })).toBe(false);
  expect((await fixture.releaseEverywhere(ann)).tenants).toEqual([
    expect.objectContaining({ tenant: 'acme', table: 'was erased' }),
  ]);
  expect(await openLibrary().isSuppressed(ann, { tenant: 'acme' })).toBe(false);
});
