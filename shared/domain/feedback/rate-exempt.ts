import { type AddressKey, domainOf } from '../address.ts';
import type { Policy } from '../policy/policy.ts';
import { isSimulator } from './mailbox-simulator.ts';

/**
 * Returns whether SES ignores the address in both rates, in the numerator and in the denominator: an address of the
 * mailbox simulator or of a verified domain of the account.
 */
export function isRateExempt(address: AddressKey, { ownDomains }: Policy): boolean {
  const domain = domainOf(address);
  return isSimulator(address) || ownDomains.some((own) => domain === own || domain.endsWith(`.${own}`));
}
