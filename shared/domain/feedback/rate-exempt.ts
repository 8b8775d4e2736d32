import { type AddressKey, domainOf } from '../address.ts';
import type { Policy } from '../policy/policy.ts';

const simulatorDomain = 'simulator.amazonses.com';

/**
 * Returns whether the address belongs to the SES mailbox simulator, which does not affect the reputation of the
 * account.
 *
 * @see https://docs.aws.amazon.com/ses/latest/dg/send-an-email-from-console.html
 */
export function isSimulator(address: AddressKey): boolean {
  return domainOf(address) === simulatorDomain;
}

/**
 * Returns whether SES ignores the address in both rates, in the numerator and in the denominator: an address of the
 * mailbox simulator or of a verified domain of the account.
 */
export function isRateExempt(address: AddressKey, { ownDomains }: Policy): boolean {
  const domain = domainOf(address);
  return isSimulator(address) || ownDomains.some((own) => domain === own || domain.endsWith(`.${own}`));
}
