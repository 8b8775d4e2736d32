import type { Address } from '../domain/address.ts';
import { defined } from '../domain/defined.ts';
import { withAddressVariant } from '../domain/suppression/address-variants.ts';
import { type Attribution, assertAttribution } from '../domain/suppression/attribution.ts';
import { emptyRecord, type SuppressionRecord } from '../domain/suppression/record.ts';
import { suppress } from '../domain/suppression/suppress.ts';
import { latestTime } from '../domain/timestamp.ts';
import { type OperatorDependencies, updateRecord } from './update-record.ts';

export type SuppressAddressOptions = Attribution & {
  /**
   * When the suppression ends, epoch milliseconds.
   * @default undefined (never)
   */
  readonly until?: number;
};

/**
 * Suppresses an address in the table: see {@link suppress}. If the suppression is permanent, the account-list function then adds the address
 * to the account suppression lists, unless `accountList.mode` is `off`.
 *
 * @returns the new record
 * @throws Error if `until` is not in the future or after the year 2999, if a text is too long, or if the stored record is damaged or keeps changing; StoreError if the table cannot be read
 *   or written
 */
export async function suppressAddress(
  dependencies: OperatorDependencies,
  { key, original }: Address,
  options: SuppressAddressOptions,
): Promise<SuppressionRecord> {
  assertEnd(options.until, dependencies.clock());
  assertAttribution(options);
  const { by, note, until } = options;
  const intent = { action: 'suppressed', by, note, ...defined({ until }) } as const;
  return updateRecord(dependencies, key, intent, (current, at) =>
    suppress(withAddressVariant(current ?? emptyRecord(key), original), { ...options, at }, dependencies.policy),
  );
}

/** @throws Error with advice for the operator if the end of a suppression has passed, or is not a time that can be stored */
export function assertEnd(until: number | undefined, now: number): void {
  // A time outside the range of Date becomes `NaN`, which is not greater than any number.
  if (until === undefined || (new Date(until).getTime() > now && until <= latestTime)) return;
  throw new Error(
    'The end of a suppression must be in the future, and before the year 3000. Choose another time, or omit it to suppress the address permanently.',
  );
}
