import type { ListReason } from './list-entry.ts';

const maxLength = 320;

/** The domain of the SES mailbox simulator. */
const simulatorDomain = 'simulator.amazonses.com';

/**
 * Returns the address of a sender or recipient: the text between the angle brackets, or all of it if there are none.
 */
export function bareAddress(text: string): string {
  return (/<([^<>]*)>\s*$/.exec(text)?.[1] ?? text).trim();
}

/**
 * Returns why SES rejects an address, or `undefined` if it is valid. Only ASCII is valid: SES does not support
 * SMTPUTF8.
 */
export function validateAddress(address: string): string | undefined {
  if (address.length > maxLength) return `The address is longer than ${maxLength} characters.`;
  if (!/^("(?:[^"\\]|\\.)+"|[^\s@<>()[\],;:"\\]+)@[^\s@<>(),;:"\\]+$/.test(address)) return 'Invalid email address.';
  if (!/^[\x20-\x7e]+$/.test(address)) return 'The address contains characters that are not ASCII.';
  return undefined;
}

/** Returns why an address cannot be added to the suppression list, or `undefined` if it can. */
export function validateListAddress(address: string): string | undefined {
  if (simulatorMailbox(address) !== undefined) return 'Addresses of the mailbox simulator cannot be suppressed.';
  return validateAddress(address);
}

/** Returns whether a value is one of the two reasons SES knows for an entry of the suppression list. */
export function isListReason(value: unknown): value is ListReason {
  return value === 'BOUNCE' || value === 'COMPLAINT';
}

/** Returns the part after the last `@`, in lower case. */
export function lowerCaseDomain(address: string): string {
  return address.slice(address.lastIndexOf('@') + 1).toLowerCase();
}

/**
 * Returns the mailbox simulator's mailbox that an address names, without its label, or `undefined` for any other
 * address.
 */
export function simulatorMailbox(address: string): string | undefined {
  if (lowerCaseDomain(address) !== simulatorDomain) return undefined;
  return address.slice(0, address.lastIndexOf('@')).toLowerCase().split('+')[0] ?? '';
}
