import { createHmac } from 'node:crypto';
import type { AddressKey } from '../address.ts';
import { minute } from '../durations.ts';

/** What is kept of an address whose data was erased: a keyed hash. */
export type ErasedAddress = string & { readonly erasedAddress: unique symbol };

/** Keeps hashes apart from addresses, which have an `@`, and the lists of erased addresses apart from names of lists, which have no `#`. */
export const erasedPrefix = 'erased#';

/**
 * How long an application may not know yet that a stack has a key for erased addresses, and so not look for them. Only the first erasure of a
 * stack has to wait for this.
 */
export const erasureKeyMaxAgeMs: number = 5 * minute;

/**
 * Returns the keyed hash of an address (HMAC-SHA-256). Without the key, nobody can test which addresses the hashes are of.
 *
 * @param secret the key of the stack
 */
export function eraseAddress(address: AddressKey, secret: string): ErasedAddress {
  const hash = createHmac('sha256', secret).update(address).digest('base64url');
  return `${erasedPrefix}${hash}` as ErasedAddress;
}
