import { type Address, type AddressKey, domainOf, normalizeDomain, parseAddress } from '../domain/address.ts';
import { isSimulator } from '../domain/feedback/mailbox-simulator.ts';
import { maskAddress } from '../domain/mask-address.ts';
import { type ListingState, readPages, type StoredListing } from './listing-pages.ts';
import { hashKey, type PackedEntries } from './packed-entries.ts';

/** One part of all addresses: those whose hash, divided by the number of parts, leaves this remainder. */
export type Part = { readonly index: number; readonly of: number };

/** The entries of a part that are not valid addresses: their number, and the first ten of them, masked. */
export type UnreadableEntries = { readonly unreadableCount: number; readonly unreadable: readonly string[] };

/** Number of unreadable entries to show. */
export const maxUnreadableShown = 10;

/** Returns whether an address belongs to a part. Every text, also one that is not an address, belongs to one part. */
export function isInPart(key: AddressKey, { index, of }: Part): boolean {
  return of === 1 || hashKey(key) % of === index;
}

/**
 * Adds one part of a stored listing to the entries.
 *
 * @throws UnreadablePageError
 */
export async function loadEntries(
  entries: Pick<PackedEntries, 'add'>,
  listing: StoredListing,
  state: Pick<ListingState, 'pages'>,
  part: Part,
): Promise<UnreadableEntries> {
  const unreadable: string[] = [];
  let unreadableCount = 0;
  for await (const page of readPages(listing, state)) {
    for (const { emailAddress, reason, updatedAt } of page) {
      const address = toAddress(emailAddress);
      if (!isInPart(address?.key ?? (emailAddress as AddressKey), part)) continue;
      if (address === undefined) {
        unreadableCount++;
        if (unreadable.length < maxUnreadableShown) unreadable.push(maskUnreadable(emailAddress));
        continue;
      }
      // Entries of the mailbox simulator disappear by themselves, while an adopted suppression would be permanent.
      if (!isSimulator(address.key)) entries.add({ address, reason, updatedAt });
    }
  }
  return { unreadableCount, unreadable };
}

/** Keeps the address exactly as SES returns it: calls to SES about the entry have to use the same text. */
function toAddress(original: string): Address | undefined {
  const key = parseAddress(original)?.key;
  return key && { key, original };
}

/** Masks an invalid address. It may contain any text, so only a valid domain and the first letter are kept. */
function maskUnreadable(text: string): string {
  const domain = text.includes('@') ? normalizeDomain(domainOf(text)) : undefined;
  return domain === undefined ? '***' : maskAddress(`${text.slice(0, 64)}@${domain}` as AddressKey);
}
