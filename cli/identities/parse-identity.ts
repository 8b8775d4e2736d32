import { domainOf, normalizeDomain, parseAddress } from '../../shared/domain/address.ts';
import { UsageError } from '../io/errors.ts';

/** Whether an identity is a domain or a single address. */
export const kindOf = (name: string): 'domain' | 'address' => (name.includes('@') ? 'address' : 'domain');

/** Returns the name of an identity in the form that SES has: a domain in lower case, or an address. */
export function parseIdentity(text: string): string {
  if (!text.includes('@')) return parseDomainName(text);
  const address = parseAddress(text);
  if (address === undefined) throw new UsageError(`Not an email address: ${text}`);
  return address.original;
}

/** @throws UsageError for an address, because DNS records belong to its domain */
export function parseDomainName(text: string): string {
  if (text.includes('@'))
    throw new UsageError(`DNS records belong to domains. Pass the domain: ${domainOf(text) || 'example.com'}`);
  const domain = normalizeDomain(text);
  if (domain === undefined || !domain.includes('.')) throw new UsageError(`Not a domain: ${text}`);
  return domain;
}

/** Returns the MAIL FROM domain: a name below the domain of the identity, which may be written without it (`bounce`). */
export function parseMailFrom(text: string, identity: string): string {
  const domain = domainOf(identity);
  const name = text.replace(/\.$/, '').toLowerCase();
  const subdomain = normalizeDomain(name.endsWith(`.${domain}`) ? name : `${name}.${domain}`);
  if (subdomain === undefined || name === domain)
    throw new UsageError(`A MAIL FROM domain is a subdomain of ${domain}, such as bounce.${domain}.`);
  return subdomain;
}
