import { parseAddress } from '../domain/address.ts';
import { maskAddress } from '../domain/mask-address.ts';
import { formatTime } from '../domain/timestamp.ts';
import { AllRecipientsSuppressedError, InvalidAddressError, NoRecipientsError } from './errors.ts';
import type { Verdict } from './verdict.ts';

/**
 * Returns the error for an email that must not be sent, or `undefined` if it can be sent to the allowed recipients. A single invalid
 * address is enough for an error, because SES would reject the email as well.
 *
 * @param recipients the verdicts on all recipients
 */
export function checkRecipients(recipients: readonly Verdict[]): Error | undefined {
  if (recipients.length === 0) {
    return new NoRecipientsError(
      'Not sent: the call names no recipients, and the guard does not read those in a raw message. Pass all recipients as Destination (SES) or envelope (nodemailer).',
    );
  }
  const invalid = recipients.filter(({ kind }) => kind === 'invalid').length;
  if (invalid > 0) {
    const problem = invalid === 1 ? 'is not a valid email address' : 'are not valid email addresses';
    return new InvalidAddressError(`Not sent: ${invalid} of ${recipients.length} recipients ${problem}`);
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
  return verdict.kind === 'suppressed'
    ? `${masked}: ${verdict.reason} since ${formatTime(verdict.since.getTime())}`
    : masked;
}
