import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { AddressKey } from '../../shared/domain/address.ts';
import { createList } from '../../shared/suppression-list/list.ts';
import { collectHashes, writeSnapshotFile } from '../../shared/suppression-list/snapshot-file.ts';
import type { ListOptions } from '../../shared/suppression-list/suppression-list.ts';
import type { SuppressionEntry, Verdict } from '../../shared/suppression-list/verdict.ts';
import { day, hour, iso, noon } from '../support/ses.ts';

let folder: string;
let file: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'snapshot-'));
});
afterAll(() => rm(folder, { recursive: true }));
beforeEach(() => {
  file = path.join(folder, 'list.snapshot');
});

type Table = { readonly held: Set<string>; readonly asked: string[]; failure?: Error };
const newTable = (...held: string[]): Table => ({ held: new Set(held), asked: [] });
const hard: SuppressionEntry = { list: 'account', reason: 'hard', since: noon, suspected: false };

/** The list over a table that counts what it is asked. */
function listOver(table: Table, options: ListOptions = {}) {
  const readEntries = async (addresses: readonly AddressKey[]) => {
    table.asked.push(...addresses);
    if (table.failure) throw table.failure;
    return new Map(addresses.filter((key) => table.held.has(key)).map((key) => [key, [hard]]));
  };
  const editor = () => Promise.reject(new Error('Nobody changes it'));
  return createList({ tableName: 'prod', readEntries, editor }, { clock: () => noon, ...options });
}

async function write(keys: readonly string[], about: Partial<Parameters<typeof writeSnapshotFile>[1]> = {}) {
  const hashes = collectHashes();
  for (const key of keys) hashes.add(key);
  return writeSnapshotFile(file, { table: 'prod', lists: ['account'], takenAt: iso(noon), ...about }, hashes.toWords());
}

async function all(verdicts: AsyncIterable<Verdict>): Promise<Verdict[]> {
  const collected: Verdict[] = [];
  for await (const verdict of verdicts) collected.push(verdict);
  return collected;
}

const suppressed = (address: string) => ({
  kind: 'suppressed',
  address,
  reason: 'hard',
  since: new Date(noon),
  suspected: false,
  list: 'account',
});
const allowed = (address: string) => ({ kind: 'allowed', address });

test('who is in it is asked for, and nobody else', async () => {
  await write(['held@example.net', 'released@example.net', 'held@example.net']);
  const table = newTable('held@example.net', 'since@example.net');
  const snapshot = await listOver(table).openSnapshot(file);
  const addresses = ['free@example.net', 'Held <HELD@example.net>', 'released@example.net', 'since@example.net'];
  expect(await all(snapshot.filter(addresses))).toEqual([
    allowed('free@example.net'),
    suppressed('Held <HELD@example.net>'),
    allowed('released@example.net'),
    // Suppressed after it was taken: that is the price, and why it may be a day old at most.
    allowed('since@example.net'),
  ]);
  expect(table.asked).toEqual(['held@example.net', 'released@example.net']);
  expect({ ...snapshot, filter: undefined }).toEqual({ takenAt: new Date(noon), entries: 2, filter: undefined });
});

test('one that is written twice gets two verdicts, and what is no address gets its own', async () => {
  await write(['held@example.net']);
  const table = newTable('held@example.net');
  const snapshot = await listOver(table).openSnapshot(file);
  // `NaN` is not even what it is itself.
  const odd = [undefined, Number.NaN] as unknown as string[];
  const addresses = ['held@example.net', 'nobody', ...odd, 'HELD@example.net', 'a@example.net'];
  expect(await all(snapshot.filter(addresses))).toEqual([
    suppressed('held@example.net'),
    { kind: 'invalid', address: 'nobody' },
    { kind: 'invalid', address: undefined },
    { kind: 'invalid', address: Number.NaN },
    suppressed('HELD@example.net'),
    allowed('a@example.net'),
  ]);
  expect(table.asked).toEqual(['held@example.net']);
});

test('one address is no list of them, and is not repeated', async () => {
  await write(['held@example.net']);
  const list = listOver(newTable('held@example.net'));
  const snapshot = await list.openSnapshot(file);
  await expect(all(snapshot.filter('held@example.net'))).rejects.toThrow(/^Not a list\.$/);
  await expect(list.filterSuppressed('held@example.net')).rejects.toThrow(/^Not a list\.$/);
});

const many = Array.from({ length: 12_000 }, (_, i) => (i % 7 === 6 ? `invalid ${i}` : `many-${i}@example.net`));
const verdictOn = (address: string, i: number) => {
  if (i % 7 === 6) return { kind: 'invalid', address };
  return i % 7 === 0 ? suppressed(address) : allowed(address);
};

async function* oneByOne(addresses: readonly string[]): AsyncGenerator<string> {
  yield* addresses;
}

test.each([
  ['a list', () => many],
  ['what is gone through once', () => many.values()],
  ['what comes bit by bit', () => oneByOne(many)],
])('12,000 addresses of %s get their verdicts in their order', async (_name, addresses) => {
  const held = many.filter((_, i) => i % 7 === 0);
  await write(held);
  const table = newTable(...held);
  const snapshot = await listOver(table).openSnapshot(file);
  expect(await all(snapshot.filter(addresses()))).toEqual(many.map(verdictOn));
  expect(table.asked).toHaveLength(held.length);
});

test('no address gets no verdict, and an empty snapshot holds nobody', async () => {
  await write([]);
  const snapshot = await listOver(newTable('a@example.net')).openSnapshot(file);
  expect(await all(snapshot.filter([]))).toEqual([]);
  expect(await all(snapshot.filter(['a@example.net']))).toEqual([allowed('a@example.net')]);
});

test.each<['throw' | 'allow' | 'suppress', unknown]>([
  ['throw', undefined],
  ['allow', new Date(noon - hour)],
  ['suppress', new Date(noon)],
])('a hit that cannot be asked for, and whenStoreFails is %s: nobody is mailed', async (whenStoreFails, since) => {
  await write(['held@example.net'], { takenAt: iso(noon - hour) });
  const list = listOver({ ...newTable(), failure: new Error('down') }, { whenStoreFails, onStoreFailure: () => {} });
  const filtering = all((await list.openSnapshot(file)).filter(['a@example.net', 'held@example.net']));
  if (since === undefined) return expect(filtering).rejects.toMatchObject({ name: 'SuppressionStoreError' });
  const failed = { ...suppressed('held@example.net'), reason: 'store-failed', since };
  expect(await filtering).toEqual([allowed('a@example.net'), failed]);
});

test.each(['throw', 'allow', 'suppress'] as const)(
  'a signal that ends is heard, also without a hit (%s)',
  async (whenStoreFails) => {
    await write([]);
    const snapshot = await listOver(newTable(), { whenStoreFails }).openSnapshot(file);
    const controller = new AbortController();
    const seen: Verdict[] = [];
    const filtering = (async () => {
      for await (const verdict of snapshot.filter(many, { signal: controller.signal })) {
        seen.push(verdict);
        if (seen.length === 3000) controller.abort('enough');
      }
    })();
    await expect(filtering).rejects.toBe('enough');
    expect(seen).toHaveLength(5000);
  },
);

const refused = (sentence: string) => ({ name: 'SnapshotError', message: `${file} ${sentence}` });
const open = (options: ListOptions = {}, snapshotOptions = {}) =>
  listOver(newTable(), options).openSnapshot(file, snapshotOptions);

test('one that is too old is refused when it is opened, and when it has become so', async () => {
  await write([], { takenAt: iso(noon - day) });
  const old = (hours: number) =>
    refused(`is ${hours} hours old: take a new one with npx ses-feedback snapshot, or raise maxAgeMs.`);
  let now = noon;
  const snapshot = await open({ clock: () => now });
  now += 1;
  await expect(all(snapshot.filter([]))).rejects.toMatchObject(old(24));
  await expect(open({ clock: () => now })).rejects.toMatchObject(old(24));
  await expect(open({}, { maxAgeMs: 23 * hour })).rejects.toMatchObject(old(24));
  expect((await open({}, { maxAgeMs: 2 * day })).entries).toBe(0);
});

test('one of another table, or without a list that is asked, is refused', async () => {
  await write([], { table: 'staging' });
  await expect(open()).rejects.toMatchObject(refused('is of the table "staging", and this list is of "prod".'));
  await write([]);
  await expect(open({ list: 'news' })).rejects.toMatchObject(
    refused('does not hold the list "news": take it with --list.'),
  );
  await write([], { lists: ['account', 'news', 'other'] });
  expect((await open({ list: 'news' })).entries).toBe(0);
});

const noSnapshot = 'is no snapshot of this version. Take one with: npx ses-feedback snapshot';
const damaged = 'is damaged: copy it again, or take a new one with: npx ses-feedback snapshot';
test.each<[string, (content: Buffer) => Buffer | string, string]>([
  ['empty', () => '', noSnapshot],
  ['a text', () => 'ann@example.net\nbob@example.net\n', noSnapshot],
  ['of another version', (content) => content.toString('latin1').replace('snapshot 1', 'snapshot 2'), noSnapshot],
  ['null', () => 'null\n', noSnapshot],
  ['without its first line', (content) => content.subarray(content.indexOf('\n') + 1), noSnapshot],
  ['its first line alone', (content) => content.subarray(0, content.indexOf('\n') + 1), damaged],
  ['cut off', (content) => content.subarray(0, -1), damaged],
  ['without its last entry', (content) => content.subarray(0, -8), damaged],
  ['too long', (content) => Buffer.concat([content, Buffer.alloc(8)]), damaged],
])('a file that is %s is refused', async (_name, spoil, sentence) => {
  await write(['a@example.net', 'b@example.net', 'c@example.net']);
  await writeFile(file, spoil(await readFile(file)));
  await expect(open()).rejects.toMatchObject(refused(sentence));
});

test('one of which any bit has changed is refused', async () => {
  await write(['a@example.net', 'b@example.net']);
  const content = await readFile(file);
  for (let bit = 0; bit < 8 * content.length; bit += 3) {
    const spoilt = Buffer.from(content);
    spoilt[bit >> 3] = (content[bit >> 3] as number) ^ (1 << (bit & 7));
    await writeFile(file, spoilt);
    await expect(open()).rejects.toMatchObject({ name: 'SnapshotError' });
  }
});
