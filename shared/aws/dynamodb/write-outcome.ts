import type { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import type { AddressKey } from '../../domain/address.ts';
import { StoreError, type WriteOutcome } from '../../domain/suppression/store.ts';

/** Another writer was faster, or the table is busy. The same write can succeed later. */
const transientCodes = new Set([
  'ConditionalCheckFailed',
  'TransactionConflict',
  'ThrottlingError',
  'ProvisionedThroughputExceeded',
]);

/**
 * Reads the reasons of a cancelled transaction: one for each action, in order. Their items contain addresses and are
 * not passed on.
 */
export function toWriteOutcome(
  error: TransactionCanceledException,
  addresses: readonly (AddressKey | undefined)[],
): WriteOutcome {
  const contested = new Set<AddressKey>();
  const rejected = new Map<AddressKey, string>();
  let isCounterContested = false;
  for (const [index, address] of addresses.entries()) {
    const code = error.CancellationReasons?.[index]?.Code ?? 'None';
    if (code === 'None') continue;
    if (transientCodes.has(code)) {
      if (address === undefined) isCounterContested = true;
      else contested.add(address);
    } else if (address !== undefined) rejected.set(address, `DynamoDB rejected the record: ${code}`);
    else throw new StoreError(`DynamoDB rejected a counter: ${code}`, { scope: 'request', cause: error });
  }
  // All records of the transaction share its counters, so none can be written before they are free. Without reasons,
  // any record may be the cause.
  if (isCounterContested || contested.size + rejected.size === 0) {
    for (const address of addresses) if (address !== undefined && !rejected.has(address)) contested.add(address);
  }
  return { kind: 'cancelled', contested, rejected };
}
