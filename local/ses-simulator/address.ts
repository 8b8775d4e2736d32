const maxLength = 320;

/** The domain of the mailbox simulator. */
const simulatorDomain = 'simulator.amazonses.com';

/** The address in a recipient or sender as written: what stands between the angle brackets, or all of it. */
export function bareAddress(text: string): string {
  return (/<([^<>]*)>\s*$/.exec(text)?.[1] ?? text).trim();
}

/** What SES would say against an address, or `undefined` where it is one. ASCII only: SES has no SMTPUTF8. */
export function faultOfAddress(address: string): string | undefined {
  if (address.length > maxLength) return `The address is longer than ${maxLength} characters.`;
  if (!/^("(?:[^"\\]|\\.)+"|[^\s@<>()[\],;:"\\]+)@[^\s@<>(),;:"\\]+$/.test(address)) return 'Invalid email address.';
  if (!/^[\x20-\x7e]+$/.test(address)) return 'The address contains characters that are not ASCII.';
  return undefined;
}

/** Why an address cannot be put on the list, or `undefined`. */
export function faultOfListAddress(address: string): string | undefined {
  if (simulatorMailbox(address) !== undefined) return 'Addresses of the mailbox simulator cannot be suppressed.';
  return faultOfAddress(address);
}

/** The part after the last `@`, lower-cased. */
export function domainOf(address: string): string {
  return address.slice(address.lastIndexOf('@') + 1).toLowerCase();
}

/** The mailbox of the simulator an address names, without its label; `undefined` for addresses elsewhere. */
export function simulatorMailbox(address: string): string | undefined {
  if (domainOf(address) !== simulatorDomain) return undefined;
  return address.slice(0, address.lastIndexOf('@')).toLowerCase().split('+')[0] ?? '';
}
