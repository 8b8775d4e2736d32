/** Replaces the addresses in a text, for logs and notices. */
export function withoutAddresses(text: string): string {
  return text.replace(/[^\s<>,;]{1,256}@[^\s<>,;]{1,256}/g, '(address)');
}
