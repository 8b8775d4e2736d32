import { domainOf } from './address.ts';
import type { SesState } from './state.ts';

/** The verified identity an address belongs to: itself, before its domain, before the domains above that. */
export function findIdentity(identities: SesState['identities'], address: string): string | undefined {
  const labels = domainOf(address).split('.');
  const domains = labels.map((_, index) => labels.slice(index).join('.'));
  return [address.toLowerCase(), ...domains].find((name) => identities[name]?.isVerified);
}
