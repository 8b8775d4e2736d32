import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { AddressKey } from '../../shared/domain/address.ts';
import { createList } from '../../shared/suppression-list/list.ts';
import type { ListOptions } from '../../shared/suppression-list/options.ts';
import { collectHashes, writeSnapshotFile } from '../../shared/suppression-list/snapshot-file.ts';
import type { StoredSuppression, Verdict } from '../../shared/suppression-list/verdict.ts';
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

type Table = { readonly suppressed: Set<string>; readonly reads: string[]; failure?: Error };
const newTable = (...suppressed: string[]): Table => ({ suppressed: new Set(suppressed), reads: [] });
const hard: StoredSuppression = { list: 'account', reason: 'hard', since: noon, suspected: false };

/** Returns a list over a table that records the addresses read from it. */
function listOver(table: Table, options: ListOptions = {}) {
  const readEntries = async (addresses: readonly AddressKey[]) => {
    table.reads.push(...addresses);
    if (table.failure) throw table.failure;
    return new Map(addresses.filter((key) => table.suppressed.has(key)).map((key) => [key, [hard]]));
  };
  const openEditor = () => Promise.reject(new Error('Unexpected change'));
  return createList({ tableName: 'prod', readEntries, openEditor }, { clock: () => noon, ...options });
}

async function write(keys: readonly string[], header: Partial<Parameters<typeof writeSnapshotFile>[1]> = {}) {
  const hashes = collectHashes();
  for (const key of keys) hashes.add(key);
  return writeSnapshotFile(
    file,
    { table: 'prod', lists: ['account'], takenAt: iso(noon), ...header },
    hashes.toWords(),
  );
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

test('only addresses in the snapshot are read from the table', async () => {
  await write(['suppressed@example.net', 'released@example.net', 'suppressed@example.net']);
  const table = newTable('suppressed@example.net', 'since@example.net');
  const snapshot = await listOver(table).openSnapshot(file);
  const addresses = [
    'free@example.net',
    'Suppressed <SUPPRESSED@example.net>',
    'released@example.net',
    'since@example.net',
  ];
  expect(await all(snapshot.filter(addresses))).toEqual([
    allowed('free@example.net'),
    suppressed('Suppressed <SUPPRESSED@example.net>'),
    allowed('released@example.net'),
    // Suppressed after the snapshot was taken: the reason for maxAgeMs.
    allowed('since@example.net'),
  ]);
  expect(table.reads).toEqual(['suppressed@example.net', 'released@example.net']);
  expect({ ...snapshot, filter: undefined }).toEqual({ takenAt: new Date(noon), entries: 2, filter: undefined });
});

test('a repeated address gets a verdict each time, and an invalid one gets its own', async () => {
  await write(['suppressed@example.net']);
  const table = newTable('suppressed@example.net');
  const snapshot = await listOver(table).openSnapshot(file);
  // `NaN` does not equal itself.
  const odd = [undefined, Number.NaN] as unknown as string[];
  const addresses = ['suppressed@example.net', 'nobody', ...odd, 'SUPPRESSED@example.net', 'a@example.net'];
  expect(await all(snapshot.filter(addresses))).toEqual([
    suppressed('suppressed@example.net'),
    { kind: 'invalid', address: 'nobody' },
    { kind: 'invalid', address: undefined },
    { kind: 'invalid', address: Number.NaN },
    suppressed('SUPPRESSED@example.net'),
    allowed('a@example.net'),
  ]);
  expect(table.reads).toEqual(['suppressed@example.net']);
});

test('a single address instead of a list is an error that does not repeat it', async () => {
  await write(['suppressed@example.net']);
  const list = listOver(newTable('suppressed@example.net'));
  const snapshot = await list.openSnapshot(file);
  await expect(all(snapshot.filter('suppressed@example.net'))).rejects.toThrow(/^Pass a list of addresses\.$/);
  await expect(list.filterSuppressed('suppressed@example.net')).rejects.toThrow(/^Pass a list of addresses\.$/);
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
  ['an array', () => many],
  ['an iterator', () => many.values()],
  ['an asynchronous generator', () => oneByOne(many)],
])('12,000 addresses of %s get their verdicts in order', async (_name, addresses) => {
  const suppressedOnes = many.filter((_, i) => i % 7 === 0);
  await write(suppressedOnes);
  const table = newTable(...suppressedOnes);
  const snapshot = await listOver(table).openSnapshot(file);
  expect(await all(snapshot.filter(addresses()))).toEqual(many.map(verdictOn));
  expect(table.reads).toHaveLength(suppressedOnes.length);
});

test('an empty list gets no verdict, and an empty snapshot allows every address', async () => {
  await write([]);
  const snapshot = await listOver(newTable('a@example.net')).openSnapshot(file);
  expect(await all(snapshot.filter([]))).toEqual([]);
  expect(await all(snapshot.filter(['a@example.net']))).toEqual([allowed('a@example.net')]);
});

test.each<['throw' | 'allow' | 'suppress', unknown]>([
  ['throw', undefined],
  ['allow', new Date(noon - hour)],
  ['suppress', new Date(noon)],
])(
  'a match that the table cannot confirm is not allowed, even if whenStoreFails is %s',
  async (whenStoreFails, since) => {
    await write(['suppressed@example.net'], { takenAt: iso(noon - hour) });
    const list = listOver({ ...newTable(), failure: new Error('down') }, { whenStoreFails, onStoreFailure: () => {} });
    const filtering = all((await list.openSnapshot(file)).filter(['a@example.net', 'suppressed@example.net']));
    if (since === undefined) return expect(filtering).rejects.toMatchObject({ name: 'SuppressionStoreError' });
    const failed = { ...suppressed('suppressed@example.net'), reason: 'store-failed', since };
    expect(await filtering).toEqual([allowed('a@example.net'), failed]);
  },
);

test.each(['throw', 'allow', 'suppress'] as const)(
  'an aborted signal ends the filter, even without a match (whenStoreFails: %s)',
  async (whenStoreFails) => {
    await write([]);
    const snapshot = await listOver(newTable(), { whenStoreFails }).openSnapshot(file);
    const controller = new AbortController();
    const seen: Verdict[] = [];
    const filtering = (async () => {
      for await (const verdict of snapshot.filter(many, { signal: controller.signal })) {
        seen.push(verdict);
        if (seen.length === 3000) controller.abort('stop');
      }
    })();
    await expect(filtering).rejects.toBe('stop');
    expect(seen).toHaveLength(5000);
  },
);

const snapshotError = (problem: string) => ({ name: 'SnapshotError', message: `${file} ${problem}` });
const command = 'In the ses-feedback checkout, run: npx ses-feedback export --hashed <file>';
const open = (options: ListOptions = {}, snapshotOptions = {}) =>
  listOver(newTable(), options).openSnapshot(file, snapshotOptions);

test('a snapshot that is too old is refused when it is opened and when it is used', async () => {
  await write([], { takenAt: iso(noon - day) });
  const old = (hours: number) =>
    snapshotError(`is ${hours} hours old. Take a new snapshot, or raise maxAgeMs. ${command}`);
  let now = noon;
  const snapshot = await open({ clock: () => now });
  now += 1;
  await expect(all(snapshot.filter([]))).rejects.toMatchObject(old(24));
  await expect(open({ clock: () => now })).rejects.toMatchObject(old(24));
  await expect(open({}, { maxAgeMs: 23 * hour })).rejects.toMatchObject(old(24));
  expect((await open({}, { maxAgeMs: 2 * day })).entries).toBe(0);
});

test('a snapshot of another table, or without the list in use, is refused', async () => {
  await write([], { table: 'staging' });
  await expect(open()).rejects.toMatchObject(snapshotError('is a snapshot of the table "staging", not of "prod".'));
  await write([]);
  await expect(open({ list: 'news' })).rejects.toMatchObject(
    snapshotError(`does not contain the list "news". ${command} --list news`),
  );
  await write([], { lists: ['account', 'news', 'other'] });
  expect((await open({ list: 'news' })).entries).toBe(0);
});

const noSnapshot = `is not a snapshot that this version can read. ${command}`;
const damaged = `is damaged. Copy it again, or take a new snapshot. ${command}`;
test.each<[string, (content: Buffer) => Buffer | string, string]>([
  ['empty', () => '', noSnapshot],
  ['a text', () => 'ann@example.net\nbob@example.net\n', noSnapshot],
  ['of another version', (content) => content.toString('latin1').replace('snapshot 1', 'snapshot 3'), noSnapshot],
  ['null', () => 'null\n', noSnapshot],
  ['without its first line', (content) => content.subarray(content.indexOf('\n') + 1), noSnapshot],
  ['its first line alone', (content) => content.subarray(0, content.indexOf('\n') + 1), damaged],
  ['cut off', (content) => content.subarray(0, -1), damaged],
  ['without its last entry', (content) => content.subarray(0, -8), damaged],
  ['too long', (content) => Buffer.concat([content, Buffer.alloc(8)]), damaged],
])('a file that is %s is refused', async (_name, damage, problem) => {
  await write(['a@example.net', 'b@example.net', 'c@example.net']);
  await writeFile(file, damage(await readFile(file)));
  await expect(open()).rejects.toMatchObject(snapshotError(problem));
});

test('a snapshot in which any bit has changed is refused', async () => {
  await write(['a@example.net', 'b@example.net']);
  const content = await readFile(file);
  for (let bit = 0; bit < 8 * content.length; bit += 3) {
    const changed = Buffer.from(content);
    changed[bit >> 3] = (content[bit >> 3] as number) ^ (1 << (bit & 7));
    await writeFile(file, changed);
    await expect(open()).rejects.toMatchObject({ name: 'SnapshotError' });
  }
});
