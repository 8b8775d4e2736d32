import { createHash, hash } from 'node:crypto';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { SnapshotError } from './errors.ts';

/** What a snapshot says of itself, in the first line of its file. */
export type SnapshotHeader = {
  readonly format: 'ses-feedback snapshot 1';
  readonly table: string;
  /** Whose entries it holds. */
  readonly lists: readonly string[];
  /** When reading the table began: ISO 8601. */
  readonly takenAt: string;
  readonly entries: number;
  /** Of all that follows the first line. */
  readonly sha256: string;
};

/** The hashes of a snapshot, in ascending order: the upper and the lower half of each. */
export type Hashes = { readonly upper: Uint32Array; readonly lower: Uint32Array };

const format = 'ses-feedback snapshot 1';

/**
 * The first 64 bits of an address's SHA-256. Nobody reads addresses out of it, but who has an address can see whether it is there: keep a
 * snapshot as you keep the list.
 */
export function hashAddress(key: string): readonly [upper: number, lower: number] {
  // A byte a character is by far the fastest of what it gives.
  const bytes = hash('sha256', key, 'binary');
  return [wordAt(bytes, 0), wordAt(bytes, 4)];
}

function wordAt(bytes: string, at: number): number {
  const byte = (i: number) => bytes.charCodeAt(at + i);
  return ((byte(0) << 24) | (byte(1) << 16) | (byte(2) << 8) | byte(3)) >>> 0;
}

/** Whether an address of that hash may be in the snapshot. */
export function holds({ upper, lower }: Hashes, [high, low]: readonly [number, number]): boolean {
  let [from, to] = [0, upper.length];
  while (from < to) {
    const middle = (from + to) >>> 1;
    const [a, b] = [upper[middle] as number, lower[middle] as number];
    if (a < high || (a === high && b < low)) from = middle + 1;
    else to = middle;
  }
  return upper[from] === high && lower[from] === low;
}

/** Collects hashes in a few bytes each. */
export function collectHashes() {
  let words = new BigUint64Array(1024);
  let length = 0;
  return {
    add(key: string): void {
      if (length === words.length) {
        const larger = new BigUint64Array(2 * length);
        larger.set(words);
        words = larger;
      }
      const [upper, lower] = hashAddress(key);
      words[length++] = (BigInt(upper) << 32n) | BigInt(lower);
    },
    /** Big-endian, in ascending order, each once. */
    toBytes(): Buffer {
      const sorted = words.subarray(0, length).sort();
      const unique = sorted.filter((word, i) => i === 0 || word !== sorted[i - 1]);
      const bytes = Buffer.alloc(8 * unique.length);
      for (const [i, word] of unique.entries()) bytes.writeBigUInt64BE(word, 8 * i);
      return bytes;
    },
  };
}

/** Writes it beside and moves it there, so that a reader finds the old one or the new one whole. */
export async function writeSnapshotFile(
  file: string,
  about: Pick<SnapshotHeader, 'table' | 'lists' | 'takenAt'>,
  bytes: Buffer,
): Promise<SnapshotHeader> {
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const header: SnapshotHeader = { format, ...about, entries: bytes.length / 8, sha256 };
  const beside = `${file}.${process.pid}.part`;
  await writeFile(beside, Buffer.concat([Buffer.from(`${JSON.stringify(header)}\n`), bytes]), { mode: 0o600 });
  await rename(beside, file);
  return header;
}

/** @throws SnapshotError where it is no snapshot, or not whole */
export async function readSnapshotFile(file: string): Promise<{ header: SnapshotHeader; hashes: Hashes }> {
  const content = await readFile(file);
  const end = content.indexOf('\n');
  const header = parseHeader(content.toString('utf8', 0, Math.max(end, 0)));
  if (header === undefined)
    throw new SnapshotError(`${file} is no snapshot of this version. Take one with: npx ses-feedback snapshot`);
  const bytes = content.subarray(end + 1);
  const isWhole =
    bytes.length === 8 * header.entries && createHash('sha256').update(bytes).digest('hex') === header.sha256;
  if (!isWhole)
    throw new SnapshotError(`${file} is damaged: copy it again, or take a new one with: npx ses-feedback snapshot`);
  const [upper, lower] = [new Uint32Array(header.entries), new Uint32Array(header.entries)];
  for (let i = 0; i < header.entries; i++) {
    upper[i] = bytes.readUInt32BE(8 * i);
    lower[i] = bytes.readUInt32BE(8 * i + 4);
  }
  return { header, hashes: { upper, lower } };
}

function parseHeader(line: string): SnapshotHeader | undefined {
  try {
    const header = JSON.parse(line) as SnapshotHeader;
    return header.format === format ? header : undefined;
  } catch {
    return undefined;
  }
}
