import type { AddressKey } from './address.ts';
import { defined } from './defined.ts';
import type { EmailReport } from './email-report/email-report.ts';
import { type ReportContext, reportToFeedback } from './email-report/report-to-feedback.ts';
import { classify } from './feedback/classify.ts';
import { separateReports } from './feedback/count-reports.ts';
import { type RawMessage, unwrapMessage } from './feedback/envelope.ts';
import type { EventName, TrustedSources } from './feedback/feedback-event.ts';
import { describeIgnored, parse } from './feedback/parse.ts';
import type { Metric, RecipientEvent } from './feedback/recipient-event.ts';
import { separateTenants } from './feedback/separate-tenants.ts';
import type { Policy } from './policy/policy.ts';
import { decide, isStrike } from './suppression/decide.ts';
import { policyOfList } from './suppression/list-policy.ts';
import { isSuppressedAt, type SuppressionRecord } from './suppression/record.ts';
import { formatTimestamp } from './timestamp.ts';
import type { Fault } from './verdict/fault.ts';

/** The effect that one message would have on an empty table. */
export type Explanation = {
  /** `foreign`: from an account or a topic that is not a trusted source. */
  readonly outcome: 'feedback' | 'ignored' | 'foreign' | 'unreadable';
  readonly event: EventName | null;
  /**
   * Why the message is not feedback; for feedback, which part of the message is unreadable. `null` if there is nothing
   * to explain.
   */
  readonly reason: string | null;
  readonly recipients: readonly ExplainedRecipient[];
};

/** The decision about one address, and the rule behind it. */
export type ExplainedRecipient = {
  readonly address: AddressKey;
  readonly class: RecipientEvent['class'];
  readonly decision: 'suppress' | 'watch' | 'none';
  /** How long the suppression lasts, in milliseconds from the event. Missing if it is permanent, or if there is none. */
  readonly suppressedForMs?: number;
  /** When the suppression ends, ISO 8601. `null` if it is permanent. Missing if there is none. */
  readonly until?: string | null;
  /** Whether the event counts as a strike: enough of them suppress the address. */
  readonly strike: boolean;
  /** Who is at fault. */
  readonly fault: Fault;
  /** The mailbox provider that answered, or that the address belongs to: `google`, or `other`. */
  readonly provider: string;
  readonly countsToward: 'bounceRate' | 'complaintRate' | null;
  /** Whether the complaint names several recipients, and this address is only one of those who may have complained. */
  readonly suspected: boolean;
  /** The SES tenant, if it has a list of its own: the decision holds for its emails only. */
  readonly tenant?: string;
  /** Id of a rule in docs/bounce-classes.md. */
  readonly rule: string;
};

/**
 * Explains one message without a store. The function decides as if it received the feedback at the time of the event,
 * so that an old sample still counts.
 *
 * @param table the records before the message, by address, or by address and list for a tenant's list. The records that it changes are replaced. Default: an empty table
 */
export function explain(
  raw: RawMessage,
  trustedSources: TrustedSources,
  policy: Policy,
  table: Map<string, SuppressionRecord> = new Map(),
): Explanation {
  const message = parse(unwrapMessage(raw), trustedSources);
  switch (message.kind) {
    case 'feedback': {
      const { event } = message;
      return {
        outcome: 'feedback',
        event: event.kind,
        reason: describeUnreadableRecipients(event.unreadableCount),
        recipients: classify(event, policy).map((recipient) => explainRecipient(recipient, policy, table)),
      };
    }
    // A Send or Delivery event changes no record. Sends are the denominator of the rates.
    case 'volume': {
      const { kind } = message.event;
      return { outcome: 'ignored', event: kind, reason: describeIgnored(kind), recipients: [] };
    }
    case 'ignored':
      return { outcome: 'ignored', event: message.name, reason: message.reason, recipients: [] };
    case 'untrusted':
      return { outcome: 'foreign', event: message.name, reason: message.reason, recipients: [] };
    case 'unreadable':
      return { outcome: 'unreadable', event: null, reason: message.reason, recipients: [] };
    // Stryker disable next-line ConditionalExpression: unreachable; it makes the type checker report a missing case
    default:
      return message satisfies never;
  }
}

function explainRecipient(
  event: RecipientEvent,
  policy: Policy,
  table: Map<string, SuppressionRecord>,
): ExplainedRecipient {
  // A complaint of one of several recipients is counted in a record of the report, if no other message has counted it.
  const parts = separateTenants(separateReports([event]), policy);
  const decisions = parts.map((part) => {
    const decision = decide(table.get(recordId(part)), part, policyOfList(policy, part.list), part.at);
    // Stryker disable next-line ConditionalExpression: a record is never removed, but the type checker does not know
    if (decision.record !== undefined) table.set(recordId(part), decision.record);
    return decision;
  });
  // The last part with an effect: the account's list, where the policy shares the reason, and else the tenant's.
  const shown = parts.findLast(({ effect }) => effect !== 'watch' && effect !== 'count') ?? parts[0] ?? event;
  const record = table.get(recordId(shown));
  const isSuppressed = isSuppressedAt(record, event.at);
  // Stryker disable next-line OptionalChaining: without a record, nothing is suppressed
  const until = isSuppressed ? record?.until : undefined;
  return {
    address: event.address,
    class: event.class,
    decision: record === undefined ? 'none' : isSuppressed ? 'suppress' : 'watch',
    ...(until !== undefined && { suppressedForMs: until - event.at }),
    countsToward: decisions.some(({ counts }) => counts.length > 0) ? rateCountedBy(event.metric) : null,
    suspected: event.suspected,
    ...defined({ tenant: shown.list === undefined ? undefined : event.tenant }),
    rule: event.rule,
    ...(isSuppressed && { until: until === undefined ? null : formatTimestamp(until) }),
    strike: isStrike(event),
    // Stryker disable next-line StringLiteral: only events that no message reports have none
    fault: event.fault ?? 'unknown',
    provider: event.provider ?? 'other',
  };
}

function recordId({ address, list }: RecipientEvent): string {
  return list === undefined ? address : `${address} ${list}`;
}

/** The effect that one email would have on an empty table, if it reports a bounce or a complaint of an email that was ours. */
export type EmailExplanation = Omit<Explanation, 'recipients'> & {
  readonly recipients: readonly (ExplainedRecipient & {
    /** RFC 3463 enhanced status code of the failure. `null` if the report has none. */
    readonly status: string | null;
  })[];
};

/**
 * Explains one email, as {@link explain} does a message of SES.
 *
 * @param report what the email reports
 * @param context see {@link ReportContext}
 */
export function explainReport(
  report: EmailReport,
  context: ReportContext,
  policy: Policy,
  table: Map<string, SuppressionRecord> = new Map(),
): EmailExplanation {
  if (report.kind === 'none') return { outcome: 'ignored', event: null, reason: report.reason, recipients: [] };
  if (report.kind === 'unreadable')
    return { outcome: 'unreadable', event: null, reason: report.reason, recipients: [] };
  const events = reportToFeedback(report, context).flatMap((event) => classify(event, policy));
  if (events.length === 0)
    return { outcome: 'unreadable', event: report.kind, reason: 'a complaint that names no recipient', recipients: [] };
  const unreadableCount = report.kind === 'bounce' ? report.unreadableCount : 0;
  return {
    outcome: 'feedback',
    event: report.kind,
    reason: describeUnreadableRecipients(unreadableCount),
    recipients: events.map((event) => ({
      ...explainRecipient(event, policy, table),
      status: event.status ?? null,
    })),
  };
}

/** Names of the rates for use in a sentence. */
export const rateLabels = { bounceRate: 'the bounce rate', complaintRate: 'the complaint rate' };

/** Returns the rate that has the counter as its numerator, or `null` if no rate has. */
export function rateCountedBy(metric: Metric | null): ExplainedRecipient['countsToward'] {
  if (metric === 'hard') return 'bounceRate';
  return metric === 'complaints' ? 'complaintRate' : null;
}

/** Describes how many recipients of a message have no valid address, or returns `null` if all of them have one. */
export function describeUnreadableRecipients(count: number): string | null {
  if (count === 0) return null;
  return count === 1 ? '1 recipient is not a valid address' : `${count} recipients are not valid addresses`;
}
