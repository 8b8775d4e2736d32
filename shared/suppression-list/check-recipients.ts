import { parseAddress } from '../domain/address.ts';
import { maskAddress } from '../domain/mask-address.ts';
import { AllRecipientsSuppressedError, InvalidAddressError, NoRecipientsError } from './errors.ts';
import type { Verdict } from './verdict.ts';

/**
 * Returns the error with which to refuse an email, or `undefined` if it can be sent to the allowed recipients. One recipient that is not
 * an email address is enough to refuse the email: SES would refuse it as well.
 *
 * @param recipients the verdicts on all recipients
 */
export function checkRecipients(recipients: readonly Verdict[]): Error | undefined {
  if (recipients.length === 0) {
    return new NoRecipientsError(
      'Not sent: the call names no recipients, and those in a raw message are not checked. Pass all recipients (SES: Destination; nodemailer: envelope).',
    );
  }
  const invalid = recipients.filter(({ kind }) => kind === 'invalid').length;
  if (invalid > 0) {
    return new InvalidAddressError(`Not sent: invalid email address in ${invalid} of ${recipients.length} recipients`);
  }
  if (recipients.some(({ kind }) => kind === 'allowed')) return undefined;
  const shown = recipients.slice(0, 3).map(describeVerdict).join('; ');
  const more = recipients.length > 3 ? `; ${recipients.length - 3} more` : '';
  return new AllRecipientsSuppressedError(`Not sent: all recipients are suppressed (${shown}${more}).`, recipients);
}

/** Masks the address, because applications log error messages. */
function describeVerdict(verdict: Verdict): string {
  const key = parseAddress(verdict.address)?.key;
  const masked = key === undefined ? '' : maskAddress(key);
  return verdict.kind === 'suppressed' ? `${masked}: ${verdict.reason} since ${verdict.since.toISOString()}` : masked;
}
