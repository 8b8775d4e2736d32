import { parseAddress } from '../domain/address.ts';
import { eraseAddress } from '../domain/suppression/erased-address.ts';
import type { CallOptions } from './call-options.ts';
import { SnapshotError } from './errors.ts';
import { mayContain, readSnapshotFile, takeSnapshotHint } from './snapshot-file.ts';
import type { CheckAll, Verdict } from './verdict.ts';

/** Options for opening a snapshot. */
export type SnapshotOptions = {
  /**
   * The age at which the snapshot is refused, because it lacks the addresses that were suppressed since. Milliseconds.
   *
   * @default 86_400_000, a day
   */
  readonly maxAgeMs?: number;
};

/** The addresses that were suppressed at one moment, in eight bytes each. */
export type Snapshot = {
  /** When reading the table began. */
  readonly takenAt: Date;
  /** The number of addresses in the snapshot. */
  readonly entries: number;
  /**
   * Yields a verdict for each address, in the order given; a repeated address gets one verdict each time. Addresses that are not in the
   * snapshot are `allowed` without a request. The others are read from the table, some thousands of addresses at a time, so that any number
   * of addresses can stream through.
   *
   * @throws SnapshotError if the snapshot has become too old
   * @throws SuppressionStoreError if the table cannot be read and `whenStoreFails` is `throw`
   * @example
   * const snapshot = await suppressions.openSnapshot('suppressed.snapshot');
   * for await (const { kind, address } of snapshot.filter(['ann@example.com', 'bob@example.com'])) {
   *   if (kind === 'allowed') await send(address);
   * }
   */
  filter(addresses: Iterable<string> | AsyncIterable<string>, options?: CallOptions): AsyncIterable<Verdict>;
};

export type LoadSnapshotOptions = SnapshotOptions & {
  /** The table that the snapshot must be of. `undefined`: any. */
  readonly tableName: string | undefined;
  /** Returns the lists that decide on email of a tenant, which the snapshot must contain. */
  readonly listsFor: (tenant?: string) => readonly string[];
  readonly checkAll: CheckAll;
  readonly clock: () => number;
};

/** Two clocks may differ by this much. */
const maxClockSkewMs = 10 * 60 * 1000;
const dayMs = 24 * 60 * 60 * 1000;
const hourMs = 60 * 60 * 1000;

/** The number of addresses that are looked up together, so that their matches share requests. */
const chunkSize = 5000;

/**
 * Loads a snapshot from a file.
 *
 * @throws SnapshotError if the file is damaged, too old, from the future, of another table, or lacks one of the lists
 */
export async function loadSnapshot(
  file: string,
  { maxAgeMs = dayMs, tableName, listsFor, checkAll, clock }: LoadSnapshotOptions,
): Promise<Snapshot> {
  const { header, hashes } = await readSnapshotFile(file);
  const takenAt = new Date(header.takenAt);
  if (tableName !== undefined && header.table !== tableName)
    throw new SnapshotError(`${file} is a snapshot of the table "${header.table}", not of "${tableName}".`);
  assertContains(listsFor());
  assertRecent();

  function assertContains(lists: readonly string[]): void {
    const missing = lists.filter((list) => !header.lists.includes(list));
    if (missing.length === 0) return;
    throw new SnapshotError(
      `${file} does not contain the list "${missing.join('", "')}". ${takeSnapshotHint} --list ${missing.join(' --list ')}`,
    );
  }

  function assertRecent(): void {
    const ageMs = clock() - takenAt.getTime();
    if (ageMs < -maxClockSkewMs)
      throw new SnapshotError(
        `${file} was taken in the future. Check the clocks of this machine and of the one that took it.`,
      );
    if (ageMs <= maxAgeMs) return;
    throw new SnapshotError(
      `${file} is ${Math.floor(ageMs / hourMs)} hours old. Take a new snapshot, or raise maxAgeMs. ${takeSnapshotHint}`,
    );
  }

  const erased = header.erased && { secret: header.erased.secret, hashes: new Set(header.erased.hashes) };

  /** Also matches what is not an email address, so that `checkAll` gives its verdict on it. */
  function isMatch(address: string): boolean {
    const key = typeof address === 'string' ? parseAddress(address)?.key : undefined;
    if (key === undefined || mayContain(hashes, key)) return true;
    return erased ? erased.hashes.has(eraseAddress(key, erased.secret)) : false;
  }

  /** Suppresses a match that the table could not confirm: although `whenStoreFails` is `allow`, the snapshot is better evidence than none. */
  function preferSnapshot(verdict: Verdict, lists: readonly string[]): Verdict {
    if (verdict.kind !== 'allowed' || !verdict.unverified) return verdict;
    const { address } = verdict;
    return {
      kind: 'suppressed',
      address,
      reason: 'store-failed',
      since: takenAt,
      suspected: false,
      list: lists.join(),
    };
  }

  return {
    takenAt,
    entries: header.entries + (header.erased?.hashes.length ?? 0),
    async *filter(addresses, options = {}) {
      const lists = listsFor(options.tenant);
      assertContains(lists);
      assertRecent();
      for await (const chunk of chunksOf(addresses)) {
        // The addresses may come slowly, and the snapshot ages meanwhile.
        assertRecent();
        const matches = chunk.map(isMatch);
        const matching = chunk.filter((_, i) => matches[i]);
        const verdicts = (await checkAll(matching, options)).values();
        for (let i = 0; i < chunk.length; i++)
          yield matches[i]
            ? preferSnapshot(verdicts.next().value as Verdict, lists)
            : { kind: 'allowed', address: chunk[i] as string };
      }
    },
  };
}

/** Has a loop of its own for synchronous iterables, because awaiting each address takes longer than looking it up. */
async function* chunksOf(addresses: Iterable<string> | AsyncIterable<string>): AsyncGenerator<string[]> {
  // A string is iterable, too: each of its characters would be an address.
  if (typeof addresses === 'string') throw new TypeError('Pass a list of addresses.');
  const chunk: string[] = [];
  if (Symbol.iterator in addresses) {
    for (const address of addresses) {
      chunk.push(address);
      if (chunk.length === chunkSize) yield chunk.splice(0);
    }
  } else {
    for await (const address of addresses) {
      chunk.push(address);
      if (chunk.length === chunkSize) yield chunk.splice(0);
    }
  }
  yield chunk;
}
