import { type AddressKey, domainOf } from '../address.ts';
import type { Policy } from '../policy/policy.ts';

const simulatorDomain = 'simulator.amazonses.com';

/** https://docs.aws.amazon.com/ses/latest/dg/send-an-email-from-console.html: harms no reputation. */
export function isSimulator(address: AddressKey): boolean {
  return domainOf(address) === simulatorDomain;
}

/** SES counts mail to its simulator and to the sender's own verified domains nowhere: neither as sent nor as bounced. */
export function isRateExempt(address: AddressKey, { ownDomains }: Policy): boolean {
  const domain = domainOf(address);
  return isSimulator(address) || ownDomains.some((own) => domain === own || domain.endsWith(`.${own}`));
}
