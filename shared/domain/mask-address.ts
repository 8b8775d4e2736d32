import { type AddressKey, domainOf } from './address.ts';

/**
 * The address as logs may show it: the domain, and of the local part the first character if it is a plain one.
 * @example maskAddress('john@example.com') // 'j***@example.com'
 */
export function maskAddress(key: AddressKey): string {
  const first = /^[a-z0-9](?=[^@])/.exec(key)?.[0] ?? '';
  return `${first}***@${domainOf(key)}`;
}
