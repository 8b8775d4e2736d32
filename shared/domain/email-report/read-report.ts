import { defined } from '../defined.ts';
import { type RecipientStatus, readDeliveryStatus } from './delivery-status.ts';
import type { BounceReport, EmailReport, FailedRecipient } from './email-report.ts';
import { readFeedbackReport } from './feedback-report.ts';
import { describeOtherEmail, isFromMailSystem, isProviderComplaint } from './kind-of-email.ts';
import { readNotice, wordsAbout } from './read-notice.ts';
import type { ReceivedEmail } from './received-email.ts';
import { describeReportedEmail } from './reported-email.ts';

/**
 * Reads what an email reports: a bounce, a complaint, or neither. Reports that are forwarded inside another email are found as well.
 *
 * @see https://www.rfc-editor.org/rfc/rfc3464 delivery status notifications
 * @see https://www.rfc-editor.org/rfc/rfc5965 abuse reports
 */
export function readReport(email: ReceivedEmail): EmailReport {
  const reported = describeReportedEmail(email.parts.find((part) => part.email !== undefined)?.email ?? { header: [] });
  const feedback = email.parts.find(({ type }) => type === 'message/feedback-report');
  if (feedback !== undefined) return readFeedbackReport(feedback.text, reported);
  if (isProviderComplaint(email)) return { kind: 'complaint', recipients: reported.recipients, email: reported };

  const statuses = deliveryStatusesOf(email).map(readDeliveryStatus);
  const named = statuses.flatMap(({ recipients }) => recipients);
  const failed = named.filter(({ action }) => !successes.has(action));
  if (named.length > 0 && failed.length === 0) return { kind: 'none', reason: 'reports that an email was delivered' };
  const reportingMta = statuses.find((status) => status.reportingMta !== undefined)?.reportingMta;
  const toBounce = (recipients: readonly FailedRecipient[], unreadableCount: number): BounceReport => ({
    kind: 'bounce',
    recipients,
    unreadableCount,
    email: reported,
    ...defined({ reportingMta }),
  });

  const readable = failed.flatMap((status) => toFailed(status, email.text));
  if (readable.length > 0) return toBounce(readable, failed.length - readable.length);
  const isReport = statuses.length > 0 || isFromMailSystem(email);
  const notice = isReport ? readNotice(email, reported) : undefined;
  if (notice?.isCertain) return toBounce(withStatus(notice.recipients, failed), 0);
  const inner = email.parts
    .flatMap((part) => part.email ?? [])
    .map(readReport)
    .find(({ kind }) => kind === 'bounce' || kind === 'complaint');
  if (inner !== undefined) return inner;
  if (notice !== undefined && notice.recipients.length > 0) return toBounce(withStatus(notice.recipients, failed), 0);
  return isReport
    ? { kind: 'unreadable', reason: 'a report that names no recipient' }
    : { kind: 'none', reason: describeOtherEmail(email) };
}

/** Returns the machine-readable parts. Where the MIME structure was lost on the way, they are in the text. */
function deliveryStatusesOf({ parts, text }: ReceivedEmail): string[] {
  const found = parts
    .filter(({ type }) => /^message\/(?:global-)?delivery-status$/.test(type))
    .map((part) => part.text);
  return found.length === 0 && /^final-recipient[ \t]?:/im.test(text) ? [text] : found;
}

/** RFC 3464, section 2.3.3, and a word that is used instead. */
const successes = new Set(['delivered', 'relayed', 'expanded', 'deliverable']);

function toFailed({ address, action, diagnosticCode, ...details }: RecipientStatus, notice: string): FailedRecipient[] {
  if (address === undefined) return [];
  const words = diagnosticCode ?? wordsAbout(address, notice);
  return [
    { address, action: action === 'delayed' ? 'delayed' : 'failed', ...details, ...defined({ diagnosticCode: words }) },
  ];
}

/** Adds what a machine-readable part says about its only recipient, whose address is in the words alone. */
function withStatus(
  recipients: readonly FailedRecipient[],
  [only, ...more]: readonly RecipientStatus[],
): readonly FailedRecipient[] {
  if (only === undefined || more.length > 0) return recipients;
  return recipients.map((recipient) => ({
    ...recipient,
    ...defined({ status: only.status, diagnosticCode: only.diagnosticCode ?? recipient.diagnosticCode }),
  }));
}
