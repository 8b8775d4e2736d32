import { lowerCaseDomain } from './address.ts';
import type { SesState } from './state.ts';

/**
 * Returns the name of the verified identity that an address belongs to: the address itself, else its domain, else a
 * parent domain.
 */
export function findIdentity(identities: SesState['identities'], address: string): string | undefined {
  const labels = lowerCaseDomain(address).split('.');
  const domains = labels.map((_, index) => labels.slice(index).join('.'));
  return [address.toLowerCase(), ...domains].find((name) => identities[name]?.isVerified);
}
