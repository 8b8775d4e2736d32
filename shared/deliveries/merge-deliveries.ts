import { addHashes, sizeOfFilter } from '../domain/deliveries/address-filter.ts';
import { unpackHashes } from '../domain/deliveries/address-hash.ts';
import { forEachConcurrently } from '../domain/for-each-concurrently.ts';
import { type DeliveryMergeFiles, monthsAt } from './delivery-files.ts';

export type MergeDeliveriesDependencies = {
  readonly files: DeliveryMergeFiles;
  readonly clock: () => number;
  /** Returns the time left for further work, in milliseconds. */
  readonly remaining: () => number;
  /** @default 40 million */
  readonly maxAddresses?: number;
};

/** What a run has done. */
export type MergeReport = {
  /** Files of new deliveries that are part of the month's file now. */
  readonly merged: number;
  /** Addresses that the file of this month remembers. */
  readonly addresses: number;
  /** Whether there are more files, for the next run. */
  readonly isIncomplete: boolean;
};

const concurrency = 20;
/** A file of 120 MB. Of more addresses, a half, a quarter … is remembered. */
const defaultMaxAddresses = 40_000_000;
/** More files are left to the next run, so that one run does not take too long. */
const maxFilesAtOnce = 20_000;

/**
 * Adds the deliveries that were appended since the last run to the file of this month, and removes them. If the process crashes in between, the
 * next run adds them again, which changes nothing: it is a set.
 */
export async function mergeDeliveries({
  files,
  clock,
  remaining,
  maxAddresses = defaultMaxAddresses,
}: MergeDeliveriesDependencies): Promise<MergeReport> {
  const [month] = monthsAt(clock());
  let file = await files.readMonth(month);
  let merged = 0;
  while (remaining() > 0 && merged < maxFilesAtOnce) {
    const names = await files.listAppended();
    if (names.length === 0) {
      return { merged, addresses: file === undefined ? 0 : sizeOfFilter(file), isIncomplete: false };
    }
    const hashes: number[][] = [];
    await forEachConcurrently(names, concurrency, async (name) => {
      hashes.push(unpackHashes(await files.readAppended(name)));
    });
    file = addHashes(file, hashes.flat(), maxAddresses);
    await files.writeMonth(month, file);
    await files.removeAppended(names);
    merged += names.length;
  }
  return { merged, addresses: file === undefined ? 0 : sizeOfFilter(file), isIncomplete: true };
}
