import type { AddressKey } from './address.ts';
import { classify } from './feedback/classify.ts';
import type { RawMessage } from './feedback/envelope.ts';
import type { EventName, TrustedSources } from './feedback/feedback-event.ts';
import { parse } from './feedback/parse.ts';
import type { Metric, RecipientEvent } from './feedback/recipient-event.ts';
import type { Policy } from './policy/policy.ts';
import { decide } from './suppression/decide.ts';

/** What one message would do to an empty table. */
export type Explanation = {
  readonly outcome: 'feedback' | 'ignored' | 'foreign' | 'unreadable';
  readonly event: EventName | null;
  /** Why it is no feedback; with feedback, what of it could not be read. */
  readonly reason: string | null;
  readonly recipients: readonly ExplainedRecipient[];
};

/** What becomes of one address, and by which rule. */
export type ExplainedRecipient = {
  /** The address as it would be the key. */
  readonly address: AddressKey;
  readonly class: RecipientEvent['class'];
  readonly decision: 'suppress' | 'watch' | 'none';
  readonly countsToward: 'bounceRate' | 'complaintRate' | null;
  readonly suspected: boolean;
  readonly rule: string;
};

/** Explains one message without a store, as if it were processed the moment the feedback happened: an old sample is no old mail. */
export function explain(delivery: RawMessage, ours: TrustedSources, policy: Policy): Explanation {
  const message = parse(delivery, ours);
  switch (message.kind) {
    case 'feedback': {
      const { event } = message;
      return {
        outcome: 'feedback',
        event: event.kind,
        reason: describeUnreadableRecipients(event.unreadableCount),
        recipients: classify(event, policy).map((recipient) => explainRecipient(recipient, policy)),
      };
    }
    // It changes no record, and counts on the other side of the rates.
    case 'volume': {
      const { kind } = message.event;
      return { outcome: 'ignored', event: kind, reason: `a ${kind} event is not feedback`, recipients: [] };
    }
    case 'ignored':
      return { outcome: 'ignored', event: message.name, reason: message.reason, recipients: [] };
    case 'untrusted':
      return { outcome: 'foreign', event: message.name, reason: message.reason, recipients: [] };
    case 'unreadable':
      return { outcome: 'unreadable', event: null, reason: message.reason, recipients: [] };
    // Stryker disable next-line ConditionalExpression: never reached; it makes the type checker ask for new outcomes
    default:
      return message satisfies never;
  }
}

function explainRecipient(event: RecipientEvent, policy: Policy): ExplainedRecipient {
  const { record, counts } = decide(undefined, event, policy, event.at);
  return {
    address: event.address,
    class: event.class,
    decision: record === undefined ? 'none' : record.status === 'suppressed' ? 'suppress' : 'watch',
    countsToward: counts.length > 0 ? rateCountedBy(event.metric) : null,
    suspected: event.suspected,
    rule: event.rule,
  };
}

/** For sentences. */
export const rateLabels = { bounceRate: 'the bounce rate', complaintRate: 'the complaint rate' };

/** The rate whose numerator a counter is. */
export function rateCountedBy(metric: Metric | null): ExplainedRecipient['countsToward'] {
  if (metric === 'hard') return 'bounceRate';
  return metric === 'complaints' ? 'complaintRate' : null;
}

/** What to say of list entries that hold no address; `null` where all do. */
export function describeUnreadableRecipients(count: number): string | null {
  if (count === 0) return null;
  return count === 1 ? '1 recipient is no address' : `${count} recipients are no addresses`;
}
