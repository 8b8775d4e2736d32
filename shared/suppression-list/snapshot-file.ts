import { createHash, hash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';
import { endianness } from 'node:os';
import { SnapshotError } from './errors.ts';

/** Describes a snapshot, in the first line of its file. */
export type SnapshotHeader = {
  /** Version 1 has no addresses whose data was erased. A version of the library that does not know them refuses version 2. */
  readonly format: 'ses-feedback snapshot 1' | 'ses-feedback snapshot 2';
  readonly table: string;
  /** The lists whose suppressions the snapshot contains. */
  readonly lists: readonly string[];
  /** When reading the table began. ISO 8601. */
  readonly takenAt: string;
  /** The addresses whose data was erased: their hashes, and the key that hashes an address in the same way. */
  readonly erased?: ErasedHashes;
  /** The number of hashes in the file, without those of erased addresses. */
  readonly entries: number;
  /** The SHA-256 of the other fields and of the bytes after the first line, in hexadecimal. */
  readonly sha256: string;
};

/** Addresses whose data was erased, as `eraseAddress` hashes them. */
export type ErasedHashes = { readonly secret: string; readonly hashes: readonly string[] };

/** The hashes of a snapshot, in ascending order. */
export type Hashes = {
  /** Two words per hash: the upper 32 bits, then the lower 32 bits. */
  readonly words: Uint32Array;
  /** The index of the first hash for each value of the first 16 bits, followed by the number of hashes. */
  readonly starts: Uint32Array;
};

const formats = ['ses-feedback snapshot 1', 'ses-feedback snapshot 2'] as const;

/** The command that takes a snapshot. The CLI is not part of the npm package. */
export const takeSnapshotHint = 'In the ses-feedback checkout, run: npx ses-feedback export --hashed <file>';

/**
 * Returns the first 64 bits of an address's SHA-256. An address cannot be read out of its hash, but anybody who has an address can find out
 * whether a snapshot contains it. Protect a snapshot as you protect the list.
 */
export function hashAddress(key: string): readonly [upper: number, lower: number] {
  const bytes = hashBytes(key);
  return [wordAt(bytes, 0), wordAt(bytes, 4)];
}

/** Returns one character per byte, by far the fastest output encoding of `hash`. */
function hashBytes(key: string): string {
  return hash('sha256', key, 'binary');
}

function wordAt(bytes: string, at: number): number {
  const [a, b, c] = [bytes.charCodeAt(at), bytes.charCodeAt(at + 1), bytes.charCodeAt(at + 2)];
  return ((a << 24) | (b << 16) | (c << 8) | bytes.charCodeAt(at + 3)) >>> 0;
}

/** Returns whether an address may be in the snapshot. With 64 bits, a wrong `true` is possible but rare. */
export function mayContain(hashes: Hashes, key: string): boolean {
  const bytes = hashBytes(key);
  return containsHash(hashes, wordAt(bytes, 0), wordAt(bytes, 4));
}

/** Returns whether a hash is in the snapshot. */
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

/**
 * Prepares hashes for lookups.
 *
 * @param words the upper and lower 32 bits of each hash, in ascending order
 */
export function indexHashes(words: Uint32Array): Hashes {
  const starts = new Uint32Array(2 ** 16 + 1);
  let prefix = 0;
  for (let i = 0; i < words.length; i += 2) {
    const next = (words[i] as number) >>> 16;
    while (prefix < next) starts[++prefix] = i / 2;
  }
  starts.fill(words.length / 2, prefix + 1);
  return { words, starts };
}

/** Returns a collector that keeps hashes of addresses in eight bytes each. */
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
    /** Returns the hashes in ascending order, without duplicates. */
    toWords(): Uint32Array {
      const sorted = words.subarray(0, length).sort();
      const unique = sorted.filter((word, i) => i === 0 || word !== sorted[i - 1]);
      const halves = new Uint32Array(2 * unique.length);
      for (const [i, word] of unique.entries()) halves.set([Number(word >> 32n), Number(word & 0xffffffffn)], 2 * i);
      return halves;
    },
  };
}

/** Writes a snapshot. Replaces the file in one step, so that a reader finds either the old or the new snapshot. */
export async function writeSnapshotFile(
  file: string,
  description: Pick<SnapshotHeader, 'table' | 'lists' | 'takenAt' | 'erased'>,
  words: Uint32Array,
): Promise<SnapshotHeader> {
  const bytes = toBytes(words);
  const format = description.erased === undefined ? formats[0] : formats[1];
  const fields = { format, ...description, entries: words.length / 2 } as const;
  const header: SnapshotHeader = { ...fields, sha256: digest(fields, bytes) };
  const line = JSON.stringify(header);
  // Aligns the words to eight bytes, so that a reader can use them where they are in the file.
  const padding = ' '.repeat(7 - (Buffer.byteLength(line) % 8));
  const temporary = `${file}.${process.pid}.part`;
  await writeFile(temporary, Buffer.concat([Buffer.from(`${line}${padding}\n`), bytes]), { mode: 0o600 });
  await rename(temporary, file);
  return header;
}

/** @throws SnapshotError if the file is not a snapshot, or is incomplete or damaged */
export async function readSnapshotFile(file: string): Promise<{ header: SnapshotHeader; hashes: Hashes }> {
  // Reads into one buffer of the file's size. The asynchronous form reads in parts and joins them, which takes twice the memory.
  const content = readFileSync(file);
  const end = content.indexOf('\n');
  const header = parseHeader(content.toString('utf8', 0, Math.max(end, 0)));
  if (header === undefined)
    throw new SnapshotError(`${file} is not a snapshot that this version can read. ${takeSnapshotHint}`);
  const bytes = content.subarray(end + 1);
  const { sha256, ...fields } = header;
  if (bytes.length !== 8 * header.entries || digest(fields, bytes) !== sha256)
    throw new SnapshotError(`${file} is damaged. Copy it again, or take a new snapshot. ${takeSnapshotHint}`);
  return { header, hashes: indexHashes(toWords(bytes)) };
}

function digest(fields: Omit<SnapshotHeader, 'sha256'>, bytes: Buffer): string {
  return createHash('sha256').update(JSON.stringify(fields)).update(bytes).digest('hex');
}

/** The file is little-endian, as nearly every processor is. */
function toBytes(words: Uint32Array): Buffer {
  const bytes = Buffer.from(words.buffer, words.byteOffset, words.byteLength);
  return endianness() === 'LE' ? bytes : Buffer.from(bytes).swap32();
}

/** Uses the bytes without copying them, if they are aligned and the processor is little-endian. */
function toWords(bytes: Buffer): Uint32Array {
  const own = bytes.byteOffset % 4 === 0 && endianness() === 'LE' ? bytes : Buffer.from(Uint8Array.from(bytes).buffer);
  if (endianness() === 'BE') own.swap32();
  return new Uint32Array(own.buffer, own.byteOffset, own.length / 4);
}

function parseHeader(line: string): SnapshotHeader | undefined {
  try {
    const header = JSON.parse(line) as SnapshotHeader;
    return formats.includes(header.format) ? header : undefined;
  } catch {
    return undefined;
  }
}
