import { type AddressKey, domainOf } from './address.ts';

/**
 * Returns an address in the form that logs may contain: the domain, and the first character of the local part if it is
 * an ASCII letter or digit.
 *
 * @example
 * maskAddress('john@example.com'); // 'j***@example.com'
 */
export function maskAddress(key: AddressKey): string {
  const first = /^[a-z0-9](?=[^@])/.exec(key)?.[0] ?? '';
  return `${first}***@${domainOf(key)}`;
}
