import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createList } from '../../shared/suppression-list/list.ts';
import { collectHashes, writeSnapshotFile } from '../../shared/suppression-list/snapshot-file.ts';
import { hour, iso, noon } from '../support/ses.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'snapshot-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Writes an empty snapshot, and returns a function that opens it. */
async function openSnapshotOf(takenAt: number, clock: () => number) {
  const file = path.join(folder, `${takenAt}.snapshot`);
  const header = { table: 'prod', lists: ['account'], takenAt: iso(takenAt) };
  await writeSnapshotFile(file, header, collectHashes().toWords());
  const readEntries = async () => new Map();
  const openEditor = () => Promise.reject(new Error('Unexpected change'));
  return createList({ tableName: 'prod', readEntries, openEditor }, { clock }).openSnapshot(file);
}

test('a snapshot that becomes too old while the addresses come is refused from then on', async () => {
  let now = noon + 23 * hour;
  const snapshot = await openSnapshotOf(noon, () => now);
  async function* slowly() {
    for (let i = 0; i < 5000; i++) yield `early-${i}@example.net`;
    now += 2 * hour;
    yield 'late@example.net';
  }
  const filtered: string[] = [];
  const filtering = (async () => {
    for await (const { address } of snapshot.filter(slowly())) filtered.push(address);
  })();
  await expect(filtering).rejects.toThrow('is 25 hours old. Take a new snapshot');
  expect(filtered).toHaveLength(5000);
});

test('a snapshot from minutes ahead is accepted, because clocks differ, and one from further ahead is refused', async () => {
  const open = (aheadMs: number) => openSnapshotOf(noon + aheadMs, () => noon);
  expect((await open(10 * 60_000)).entries).toBe(0);
  await expect(open(10 * 60_000 + 1)).rejects.toThrow('was taken in the future. Check the clocks of this machine');
});
