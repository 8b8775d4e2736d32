import { maxAddressVariants, type SuppressionRecord } from './record.ts';

/**
 * Returns the record with one more way to write its address. The account suppression list distinguishes upper and lower case, and the two
 * feedback channels may write an address differently, so even a copy of a known event can show a new variant.
 *
 * @returns the record itself if it has the variant already, or has {@link maxAddressVariants} that sort before it
 */
export function withAddressVariant(record: SuppressionRecord, variant: string): SuppressionRecord {
  const { address, addressVariants } = record;
  if (variant === address || addressVariants.includes(variant)) return record;
  const kept = [...addressVariants, variant].sort().slice(0, maxAddressVariants);
  return kept.includes(variant) ? { ...record, addressVariants: kept } : record;
}

/** Returns every way the address may be written on the account suppression list, to delete all of its entries. */
export function addressVariantsOf({ address, addressVariants }: SuppressionRecord): readonly string[] {
  return [...new Set([...addressVariants, address])];
}

/**
 * Returns the address to add to the account suppression list: a variant of printable ASCII characters that SES used, so that the list does not
 * contain the address twice, or else the key.
 */
export function addressForSes({ address, addressVariants }: SuppressionRecord): string {
  return addressVariants.find((variant) => /^[\x21-\x7e]+$/.test(variant)) ?? address;
}
