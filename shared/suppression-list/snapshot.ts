import { parseAddress } from '../domain/address.ts';
import { SnapshotError } from './errors.ts';
import type { CheckAll } from './guard-ses.ts';
import { mayContain, readSnapshotFile } from './snapshot-file.ts';
import type { CallOptions } from './suppression-list.ts';
import type { Verdict } from './verdict.ts';

export type SnapshotOptions = {
  /** How old it may be: who was suppressed since is not in it. Milliseconds; left out: a day. */
  readonly maxAgeMs?: number;
};

/** The addresses that were suppressed at a moment, in eight bytes each. */
export type Snapshot = {
  readonly takenAt: Date;
  /** How many addresses it holds. */
  readonly entries: number;
  /**
   * A verdict on each address, in their order; one that is written twice gets two. Addresses the snapshot does not hold are `allowed`
   * without a request; for the others the table is asked, some thousands of addresses at a time, so any number of them can stream through.
   *
   * @throws SnapshotError where it has become too old; SuppressionStoreError as `isSuppressed` does
   * @example
   * for await (const { kind, address } of snapshot.filter(recipients)) if (kind === 'allowed') await send(address);
   */
  filter(addresses: Iterable<string> | AsyncIterable<string>, options?: CallOptions): AsyncIterable<Verdict>;
};

export type OpenOptions = SnapshotOptions & {
  /** The table a snapshot has to be of; missing: any. */
  readonly tableName?: string;
  readonly lists: readonly string[];
  readonly checkAll: CheckAll;
  readonly clock: () => number;
};

const day = 24 * 60 * 60 * 1000;
/** Addresses looked at together, so that their hits can be asked for together. */
const stretch = 5000;

export async function loadSnapshot(
  file: string,
  { maxAgeMs = day, tableName, lists, checkAll, clock }: OpenOptions,
): Promise<Snapshot> {
  const { header, hashes } = await readSnapshotFile(file);
  const takenAt = new Date(header.takenAt);
  const missing = lists.filter((list) => !header.lists.includes(list));
  if (tableName !== undefined && header.table !== tableName)
    throw new SnapshotError(`${file} is of the table "${header.table}", and this list is of "${tableName}".`);
  if (missing.length > 0)
    throw new SnapshotError(`${file} does not hold the list "${missing.join('", "')}": take it with --list.`);
  refuseOld();

  function refuseOld(): void {
    if (clock() - takenAt.getTime() <= maxAgeMs) return;
    const hours = Math.floor((clock() - takenAt.getTime()) / 3_600_000);
    throw new SnapshotError(
      `${file} is ${hours} hours old: take a new one with npx ses-feedback snapshot, or raise maxAgeMs.`,
    );
  }

  /** What is no address is left to those who are asked, too. */
  function mayBeHeld(address: string): boolean {
    const key = typeof address === 'string' ? parseAddress(address)?.key : undefined;
    return key === undefined || mayContain(hashes, key);
  }

  /** Where the table cannot be asked, and `whenStoreFails` is `allow`, what the snapshot says is still better than nothing. */
  function remembered(verdict: Verdict): Verdict {
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
    entries: header.entries,
    async *filter(addresses, { signal } = {}) {
      refuseOld();
      for await (const part of partsOf(addresses)) {
        const isHit = part.map(mayBeHeld);
        const hits = part.filter((_, i) => isHit[i]);
        const asked = (await checkAll(hits, signal)).values();
        for (let i = 0; i < part.length; i++)
          yield isHit[i] ? remembered(asked.next().value as Verdict) : { kind: 'allowed', address: part[i] as string };
      }
    },
  };
}

/** Apart for what can be gone through at once: to wait for each address takes longer than to look it up. */
async function* partsOf(addresses: Iterable<string> | AsyncIterable<string>): AsyncGenerator<string[]> {
  // Its letters would be the addresses.
  if (typeof addresses === 'string') throw new TypeError('Not a list.');
  const part: string[] = [];
  if (Symbol.iterator in addresses) {
    for (const address of addresses) {
      part.push(address);
      if (part.length === stretch) yield part.splice(0);
    }
  } else {
    for await (const address of addresses) {
      part.push(address);
      if (part.length === stretch) yield part.splice(0);
    }
  }
  yield part;
}
