import { type AddressKey, domainOf } from '../address.ts';

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
