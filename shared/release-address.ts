import type { AddressKey } from './feedback/address.ts';
import { withSpelling } from './feedback/decide.ts';
import type { Policy } from './feedback/policy.ts';
import { release } from './feedback/release.ts';
import { emptyRecord, isExpired, type SuppressionRecord } from './feedback/suppression-record.ts';
import type { SuppressionStore } from './suppression-store.ts';

export type ReleaseDependencies = {
  readonly store: SuppressionStore;
  readonly policy: Policy;
  /** Epoch milliseconds. */
  readonly clock: () => number;
};

/** Each try loses only to feedback that came in between the read and the write. */
const tries = 10;

/** Who lets an address go, and what for. */
export type ReleaseReason = { readonly by: string; readonly why: string };

export type ReleaseOptions = {
  /** How it may be written at SES, beside what we know. */
  readonly spelling?: string;
  /** SES's list holds it: the release is noted also where we hold nothing, or old feedback could still suppress it. */
  readonly isHeldAtSes?: boolean;
};

/**
 * Lets an address go, as an operator: see {@link release}.
 * @returns the record as it is now, or `undefined` where nothing is held of the address
 * @throws StoreFault where the table cannot be asked; Error where it cannot be written
 */
export async function releaseAddress(
  { store, policy, clock }: ReleaseDependencies,
  address: AddressKey,
  { by, why }: ReleaseReason,
  { spelling = address, isHeldAtSes = false }: ReleaseOptions = {},
): Promise<SuppressionRecord | undefined> {
  for (let attempt = 0; attempt < tries; attempt++) {
    const held = (await store.read([{ address, eventIds: [] }])).get(address);
    if (held !== undefined && 'unreadable' in held) throw new Error(held.unreadable);
    const at = clock();
    const isKnown = held !== undefined && !isExpired(held.record, at);
    if (!isKnown && !isHeldAtSes) return undefined;
    const known = isKnown ? held.record : emptyRecord(address);
    const record = release(withSpelling(known, spelling), { at, by, why }, policy);
    const outcome = await store.write({ changes: [{ record, held }], counts: [] });
    if (outcome.kind === 'written') return record;
  }
  throw new Error('The address gets feedback faster than it can be released. Try again.');
}
