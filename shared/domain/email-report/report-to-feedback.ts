import { defined } from '../defined.ts';
import type { Bounce, FeedbackEvent, Mail, Recipient } from '../feedback/feedback-event.ts';
import { matchRecipients, type NamedRecipient } from '../feedback/match-recipients.ts';
import { groupBy } from '../group-by.ts';
import { type Answer, readAnswer } from '../verdict/read-answer.ts';
import { vagueRecipientWording } from '../verdict/recipient-wording.ts';
import { recipientNamed } from '../verdict/subject-wording.ts';
import { verdictOnAnswer } from '../verdict/verdict.ts';
import type { BounceReport, ComplaintReport, FailedRecipient, ReportedEmail } from './email-report.ts';
import type { ReportTie } from './tie-report.ts';

/** What is known about a report, beside its content. */
export type ReportContext = {
  /** Identifies the report if it does not name the email: a hash of it. */
  readonly fallbackId: string;
  /** Time of the report, epoch milliseconds. */
  readonly at: number;
  readonly tie: ReportTie;
};

/**
 * Turns a report into the events that SES would publish. A report can have several recipients with different results, so there is one event for
 * each kind of result. Nothing follows from a report that is not tied to an email: its recipients are only watched.
 */
export function reportToFeedback(report: BounceReport | ComplaintReport, context: ReportContext): FeedbackEvent[] {
  const { email } = report;
  const { at, tie, fallbackId } = context;
  const sesId = tie.kind === 'none' ? undefined : sesMessageId(email);
  const id = sesId ?? `email:${email.messageId ?? fallbackId}`;
  const common = {
    channel: 'email' as const,
    at,
    ...(sesId === undefined && { isSentElsewhere: true as const }),
    mail: {
      id: id.slice(0, 256),
      sentAt: Math.min(email.sentAt ?? at, at),
      tags: {},
      ...(tie.kind === 'recipient' && { destination: [tie.recipient] }),
      ...defined({ source: email.sender?.original }),
    } satisfies Mail,
  };
  if (report.kind === 'complaint') {
    const named = report.recipients.map((address): NamedRecipient => ({ address }));
    const complaint = { kind: 'complaint', ...common, ...defined({ feedbackType: report.feedbackType }) } as const;
    // A signed return path says who complained, even if the report does not.
    const entries = named.length === 0 && tie.kind === 'recipient' ? [{ address: tie.recipient }] : named;
    const recipients = matchToTie(entries, tie);
    return recipients.length === 0 ? [] : [{ ...complaint, recipients, ...countOf(recipients) }];
  }
  const results = toResults(report.recipients, tie);
  return [...groupBy(results, ({ bounceType }) => bounceType)].map(([bounceType, some], index): Bounce => {
    const recipients = some.map(({ recipient }) => recipient);
    return {
      kind: 'bounce',
      ...common,
      bounceType,
      recipients,
      ...countOf(recipients),
      unreadableCount: index === 0 ? report.unreadableCount : 0,
      ...defined({ reportingMta: report.reportingMta }),
    };
  });
}

/**
 * Returns SES's id of an email that SES sent: SES replaces the `Message-ID`.
 *
 * @see https://docs.aws.amazon.com/ses/latest/dg/header-fields.html
 */
function sesMessageId({ messageId = '' }: Pick<ReportedEmail, 'messageId'>): string | undefined {
  return /^([\da-f]{16}-[\da-f-]{36}-[\da-f]{6})@(?:[a-z0-9-]{1,32}\.)?amazonses\.com$/i.exec(messageId)?.[1];
}

function countOf(recipients: readonly Recipient[]) {
  return { namedCount: new Set(recipients.map(({ key }) => key)).size, unreadableCount: 0 };
}

/** Relates what a report names to the recipient that is known, or marks it if the email is not known. */
function matchToTie(named: readonly NamedRecipient[], tie: ReportTie): readonly Recipient[] {
  const { recipients } = matchRecipients(named, tie.kind === 'recipient' ? [tie.recipient] : undefined);
  return tie.kind === 'none' ? recipients.map((recipient) => ({ ...recipient, isUnaddressed: true })) : recipients;
}

type Result = { readonly bounceType: string; readonly recipient: Recipient };

function toResults(failed: readonly FailedRecipient[], tie: ReportTie): Result[] {
  const results = failed.map(({ address, original, action, ...fields }) => {
    const answer = readAnswer(fields);
    // Exim writes 5.0.0, and the server's own status into the diagnostic code.
    const status = answer.status || fields.status;
    const named = { address, action, ...fields, ...defined({ status }) };
    return { named, original, bounceType: bounceTypeOf(action, answer) };
  });
  // Each entry has an address, so each has a recipient.
  const recipients = matchToTie(
    results.map(({ named }) => named),
    tie,
  );
  return results.flatMap(({ named, original, bounceType }, index) => {
    const recipient = recipients[index];
    // The address that the email was forwarded to is shown, and nothing follows for it.
    const isForwarded = original !== undefined && tie.kind === 'email';
    const forwarded = isForwarded ? matchRecipients([named], [original]).recipients : [];
    const shown =
      recipient === undefined ? [] : [isForwarded ? { ...recipient, isUnaddressed: true as const } : recipient];
    return [...forwarded, ...shown].map((one) => ({ bounceType, recipient: one }));
  });
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
