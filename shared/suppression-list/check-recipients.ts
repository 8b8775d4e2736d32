import { parseAddress } from '../domain/address.ts';
import { maskAddress } from '../domain/mask-address.ts';
import { AllRecipientsSuppressedError, InvalidAddressError, NoRecipientsError } from './errors.ts';
import type { Verdict } from './verdict.ts';

/**
 * What is wrong with sending a mail to nobody but these. One with an address that is none goes to nobody at all: SES would refuse it.
 * @param recipients whom it is to go to, judged
 * @returns `undefined` where it can go, to those who are allowed
 */
export function checkRecipients(recipients: readonly Verdict[]): Error | undefined {
  if (recipients.length === 0) {
    return new NoRecipientsError(
      'Not sent: no recipient is named beside the mail itself, so none could be looked at. Name them all (SES: Destination).',
    );
  }
  const invalid = recipients.filter(({ kind }) => kind === 'invalid').length;
  if (invalid > 0) {
    return new InvalidAddressError(`Not sent: not an e-mail address, ${invalid} of ${recipients.length} recipients`);
  }
  if (recipients.some(({ kind }) => kind === 'allowed')) return undefined;
  const shown = recipients.slice(0, 3).map(describe).join('; ');
  const more = recipients.length > 3 ? `; ${recipients.length - 3} more` : '';
  return new AllRecipientsSuppressedError(`Not sent: no recipient may be mailed (${shown}${more}).`, recipients);
}

/** Without the address: it may be logged. */
function describe(verdict: Verdict): string {
  const key = parseAddress(verdict.address)?.key;
  const who = key === undefined ? '' : maskAddress(key);
  return verdict.kind === 'suppressed' ? `${who}: ${verdict.reason} since ${verdict.since.toISOString()}` : who;
}
