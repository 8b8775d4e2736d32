import type { Address } from '../address.ts';
import { defined } from '../defined.ts';
import type { Bounce, Complaint, FeedbackEvent, Mail, Recipient } from '../feedback/feedback-event.ts';
import { matchRecipients, type NamedRecipient } from '../feedback/match-recipients.ts';
import { groupBy } from '../group-by.ts';
import { type Answer, readAnswer } from '../verdict/read-answer.ts';
import { vagueRecipientWording } from '../verdict/recipient-wording.ts';
import { recipientNamed } from '../verdict/subject-wording.ts';
import { verdictOnAnswer } from '../verdict/verdict.ts';
import type { BounceReport, ComplaintReport, FailedRecipient, ReportedEmail } from './email-report.ts';

/** What is known about the email that a report is about, beside the report. */
export type ReportContext = {
  /** Identifies the report if it does not name the email: a hash of it. */
  readonly fallbackId: string;
  /** Time of the report, epoch milliseconds. */
  readonly at: number;
  /** The only recipient of the email, if it is known, whatever address the report names. */
  readonly recipient?: Address;
};

/**
 * Turns a report into the events that SES would publish. A report can have several recipients with different results, so there is one event for
 * each kind of result.
 */
export function reportToFeedback(report: BounceReport | ComplaintReport, context: ReportContext): FeedbackEvent[] {
  const { email } = report;
  const id = sesMessageId(email) ?? email.messageId ?? context.fallbackId;
  const common = {
    channel: 'email' as const,
    at: context.at,
    ...(sesMessageId(email) === undefined && { isSentElsewhere: true as const }),
  };
  const mail: Mail = {
    id: id.slice(0, 256),
    sentAt: Math.min(email.sentAt ?? context.at, context.at),
    tags: {},
    ...defined({ source: email.sender?.original }),
  };
  if (report.kind === 'complaint') {
    const named = report.recipients.map((address): NamedRecipient => ({ address }));
    const matched = matchTo(named, context.recipient);
    if (matched.recipients.length === 0) return [];
    const complaint: Complaint = {
      kind: 'complaint',
      ...common,
      mail,
      ...matched,
      ...defined({ feedbackType: report.feedbackType }),
    };
    return [complaint];
  }
  const results = report.recipients.flatMap((recipient) => toResults(recipient, context.recipient));
  return [...groupBy(results, ({ bounceType }) => bounceType)].map(
    ([bounceType, some], index): Bounce => ({
      kind: 'bounce',
      ...common,
      bounceType,
      mail,
      recipients: some.map(({ recipient }) => recipient),
      namedCount: new Set(some.map(({ recipient }) => recipient.key)).size,
      unreadableCount: index === 0 ? report.unreadableCount : 0,
      ...defined({ reportingMta: report.reportingMta }),
    }),
  );
}

/**
 * Returns SES's id of an email that SES sent: SES replaces the `Message-ID`.
 *
 * @see https://docs.aws.amazon.com/ses/latest/dg/header-fields.html
 */
export function sesMessageId({ messageId = '' }: Pick<ReportedEmail, 'messageId'>): string | undefined {
  return /^([\da-f]{16}-[\da-f-]{36}-[\da-f]{6})@(?:[a-z0-9-]{1,32}\.)?amazonses\.com$/i.exec(messageId)?.[1];
}

function matchTo(named: readonly NamedRecipient[], only: Address | undefined) {
  const { recipients, unreadableCount } = matchRecipients(named, only && [only]);
  return { recipients, unreadableCount, namedCount: new Set(recipients.map(({ key }) => key)).size + unreadableCount };
}

type Result = { readonly bounceType: string; readonly recipient: Recipient };

function toResults({ address, original, action, ...fields }: FailedRecipient, only: Address | undefined): Result[] {
  const answer = readAnswer(fields);
  const bounceType = bounceTypeOf(action, answer);
  const details = { action, ...fields, ...defined({ status: fields.status ?? (answer.status || undefined) }) };
  const sentTo = only ?? original;
  const { recipients } = matchRecipients([{ address, ...details }], sentTo && [sentTo]);
  // An email that was forwarded bounced at the address that it was forwarded to. That address is shown, and nothing follows for it.
  const forwardedTo =
    only === undefined && original !== undefined ? [{ ...address, ...details, isUnaddressed: true as const }] : [];
  return [...recipients, ...forwardedTo].map((recipient) => ({ bounceType, recipient }));
}

/**
 * Returns SES's word for a result. SES has seen the whole dialogue, a report may say little: nothing is called permanent without a reason that is
 * understood, and without a code the reason must be plain.
 */
function bounceTypeOf(action: FailedRecipient['action'], answer: Answer): string {
  if (action === 'delayed') return 'Delayed';
  const { fault, row } = verdictOnAnswer(answer);
  const first = (answer.status || answer.replyCode).charAt(0);
  if (first === '4') return 'Transient';
  if (fault === 'unknown') return 'Undetermined';
  return first === '5' || (fault === 'recipient' && !vagueRows.has(row)) ? 'Permanent' : 'Transient';
}

const vagueRows = new Set([...vagueRecipientWording, ...recipientNamed].map(({ id }) => id));
