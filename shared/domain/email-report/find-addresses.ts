import { type Address, parseAddress } from '../address.ts';

/** What may be an address in a text. The lengths are bounded, so that a hostile text takes linear time. */
const candidate =
  /(?:"[^"\\\r\n@]{1,64}"|[^\s<>()[\]",;:@\\]{1,128})@(?:[\p{L}\p{N}\p{M}._-]{1,253}|\[[\d.:a-fIPv]{2,60}\])/gu;

/** Finds the addresses in a text, each once, in the order of the text. */
export function findAddresses(text: string): Address[] {
  const byKey = new Map<string, Address>();
  for (const { address } of locateAddresses(text)) if (!byKey.has(address.key)) byKey.set(address.key, address);
  return [...byKey.values()];
}

/** Finds every address in a text, with the index at which it begins. */
export function locateAddresses(text: string): { readonly address: Address; readonly index: number }[] {
  if (!text.includes('@')) return [];
  return [...text.matchAll(candidate)].flatMap(({ 0: found, index }) => {
    const address = parseAddress(found.replace(/^['`*]+/, '').replace(/[.…。\s]+$/u, ''));
    return address !== undefined && isLikely(address) ? { address, index } : [];
  });
}

/** A text can contain other words with an `@`, such as an id without a domain. */
function isLikely({ key }: Address): boolean {
  return /@(?:.*\.[a-z0-9-]*[a-z][a-z0-9-]*$|\[|localhost$)/.test(key);
}
