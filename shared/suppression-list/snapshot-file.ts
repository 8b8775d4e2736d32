import { createHash, hash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';
import { endianness } from 'node:os';
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
  /** Of all else: what is said here, and what follows the first line. */
  readonly sha256: string;
};

/** The hashes of a snapshot, in ascending order. */
export type Hashes = {
  /** Of each, the upper 32 bits and the lower. */
  readonly words: Uint32Array;
  /** Where the hashes that begin with each 16 bits begin, and where the last ones end. */
  readonly starts: Uint32Array;
};

const format = 'ses-feedback snapshot 1';

/**
 * The first 64 bits of an address's SHA-256. Nobody reads addresses out of it, but who has an address can see whether it is there: keep a
 * snapshot as you keep the list.
 */
export function hashAddress(key: string): readonly [upper: number, lower: number] {
  const bytes = hashBytes(key);
  return [wordAt(bytes, 0), wordAt(bytes, 4)];
}

/** A byte a character, which is by far the fastest of what it gives. */
function hashBytes(key: string): string {
  return hash('sha256', key, 'binary');
}

function wordAt(bytes: string, at: number): number {
  const [a, b, c] = [bytes.charCodeAt(at), bytes.charCodeAt(at + 1), bytes.charCodeAt(at + 2)];
  return ((a << 24) | (b << 16) | (c << 8) | bytes.charCodeAt(at + 3)) >>> 0;
}

/** Whether the address may be in the snapshot. */
export function mayContain(hashes: Hashes, key: string): boolean {
  const bytes = hashBytes(key);
  return containsHash(hashes, wordAt(bytes, 0), wordAt(bytes, 4));
}

/** The same for its hash. */
export function containsHash({ words, starts }: Hashes, upper: number, lower: number): boolean {
  let from = starts[upper >>> 16] as number;
  let to = starts[(upper >>> 16) + 1] as number;
  while (from < to) {
    const middle = (from + to) >>> 1;
    const high = words[2 * middle] as number;
    if (high < upper || (high === upper && (words[2 * middle + 1] as number) < lower)) from = middle + 1;
    else to = middle;
  }
  return words[2 * from] === upper && words[2 * from + 1] === lower;
}

/** Makes them ready to be looked up in. @param words sorted pairs: the upper 32 bits of a hash, and the lower */
export function indexHashes(words: Uint32Array): Hashes {
  const starts = new Uint32Array(2 ** 16 + 1);
  let bucket = 0;
  for (let i = 0; i < words.length; i += 2) {
    const next = (words[i] as number) >>> 16;
    while (bucket < next) starts[++bucket] = i / 2;
  }
  starts.fill(words.length / 2, bucket + 1);
  return { words, starts };
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
    /** In ascending order, each once. */
    toWords(): Uint32Array {
      const sorted = words.subarray(0, length).sort();
      const unique = sorted.filter((word, i) => i === 0 || word !== sorted[i - 1]);
      const halves = new Uint32Array(2 * unique.length);
      for (const [i, word] of unique.entries()) halves.set([Number(word >> 32n), Number(word & 0xffffffffn)], 2 * i);
      return halves;
    },
  };
}

/** Writes it beside and moves it there, so that a reader finds the old one or the new one whole. */
export async function writeSnapshotFile(
  file: string,
  about: Pick<SnapshotHeader, 'table' | 'lists' | 'takenAt'>,
  words: Uint32Array,
): Promise<SnapshotHeader> {
  const bytes = toBytes(words);
  const rest = { format, ...about, entries: words.length / 2 } as const;
  const header: SnapshotHeader = { ...rest, sha256: digest(rest, bytes) };
  const line = JSON.stringify(header);
  // The words can be used where they lie in the file, if they lie where words do.
  const padding = ' '.repeat(7 - (Buffer.byteLength(line) % 8));
  const beside = `${file}.${process.pid}.part`;
  await writeFile(beside, Buffer.concat([Buffer.from(`${line}${padding}\n`), bytes]), { mode: 0o600 });
  await rename(beside, file);
  return header;
}

/** @throws SnapshotError where it is no snapshot, or not whole */
export async function readSnapshotFile(file: string): Promise<{ header: SnapshotHeader; hashes: Hashes }> {
  // Into memory of its size: who reads in parts joins them, and takes twice as much for it.
  const content = readFileSync(file);
  const end = content.indexOf('\n');
  const header = parseHeader(content.toString('utf8', 0, Math.max(end, 0)));
  if (header === undefined)
    throw new SnapshotError(`${file} is no snapshot of this version. Take one with: npx ses-feedback snapshot`);
  const bytes = content.subarray(end + 1);
  const { sha256, ...rest } = header;
  if (bytes.length !== 8 * header.entries || digest(rest, bytes) !== sha256)
    throw new SnapshotError(`${file} is damaged: copy it again, or take a new one with: npx ses-feedback snapshot`);
  return { header, hashes: indexHashes(toWords(bytes)) };
}

function digest(rest: Omit<SnapshotHeader, 'sha256'>, bytes: Buffer): string {
  return createHash('sha256').update(JSON.stringify(rest)).update(bytes).digest('hex');
}

/** Little-endian, as nearly every processor has them. */
function toBytes(words: Uint32Array): Buffer {
  const bytes = Buffer.from(words.buffer, words.byteOffset, words.byteLength);
  return endianness() === 'LE' ? bytes : Buffer.from(bytes).swap32();
}

/** Where they lie, if that can be. */
function toWords(bytes: Buffer): Uint32Array {
  const own = bytes.byteOffset % 4 === 0 && endianness() === 'LE' ? bytes : Buffer.from(Uint8Array.from(bytes).buffer);
  if (endianness() === 'BE') own.swap32();
  return new Uint32Array(own.buffer, own.byteOffset, own.length / 4);
}

function parseHeader(line: string): SnapshotHeader | undefined {
  try {
    const header = JSON.parse(line) as SnapshotHeader;
    return header.format === format ? header : undefined;
  } catch {
    return undefined;
  }
}
