import { defined } from '../defined.ts';
import type { ComplaintReport, ReportedEmail } from './email-report.ts';
import { findAddresses } from './find-addresses.ts';
import { readFieldGroups } from './read-fields.ts';
import { fieldOf, fieldsOf } from './received-email.ts';

/**
 * Reads the machine-readable part of an abuse report. A report that does not name the recipient is about the recipients of the email.
 *
 * @see https://www.rfc-editor.org/rfc/rfc5965#section-3
 */
export function readFeedbackReport(text: string, email: ReportedEmail): ComplaintReport {
  const fields = readFieldGroups(text).flat();
  const named = findAddresses(
    [...fieldsOf(fields, 'original-rcpt-to'), ...fieldsOf(fields, 'removal-recipient')].join('\n'),
  );
  const feedbackType = /^[\w-]{1,64}/.exec(fieldOf(fields, 'feedback-type'))?.[0].toLowerCase();
  return {
    kind: 'complaint',
    recipients: named.length > 0 ? named : email.recipients,
    email,
    ...defined({ feedbackType }),
  };
}
