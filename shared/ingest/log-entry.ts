import { rateCountedBy, rateLabels } from '../domain/explain.ts';
import type { ParsedMessage } from '../domain/feedback/feedback-event.ts';
import type { RecipientEvent } from '../domain/feedback/recipient-event.ts';
import { maskAddress } from '../domain/mask-address.ts';
import type { SuppressionRecord } from '../domain/suppression/record.ts';
import { formatTime, formatTimestamp } from '../domain/timestamp.ts';

/** A log entry of the ingest flow. No entry contains a full address, or any text from the message itself. */
export type FeedbackLogEntry =
  /** One recipient of one event, after the event was stored. */
  | {
      readonly kind: 'recipient';
      /** Masked. */
      readonly address: string;
      readonly class: RecipientEvent['class'];
      readonly rule: string;
      /**
       * The status of the address. `untouched`: it has no record, because the event does not affect it or its effect
       * has ended.
       */
      readonly status: SuppressionRecord['status'] | 'untouched';
      /** When the suppression ends, ISO 8601. Missing if it is permanent. In the past if the feedback arrived late. */
      readonly until?: string;
      readonly countsToward: 'bounceRate' | 'complaintRate' | null;
      /** Whether the event was not counted because its email is more than 30 days old, as after a redrive. */
      readonly isOldEmail: boolean;
      /** Whether the complaint names several recipients, and this is only one of those who may have complained. */
      readonly suspected: boolean;
      /** The SES tenant, if it has a list of its own: the status is that of this list. */
      readonly tenant?: string;
      /** Whether the record already contained the event. A duplicate is not counted again. */
      readonly isDuplicate: boolean;
      readonly eventId: string;
    }
  /** A message that had no effect, or only a partial effect. */
  | {
      readonly kind: 'message';
      readonly outcome: 'ignored' | 'untrusted' | 'unreadable' | 'failed';
      readonly message: string;
      readonly reason: string;
    }
  /** The memory of deliveries could not be read or written. No message waits for it. */
  | { readonly kind: 'deliveries'; readonly outcome: 'not read' | 'not written'; readonly reason: string }
  /**
   * The end of a batch: the number of messages of each kind, and of those that failed and are delivered again. Messages of the kind
   * `volume` (sends and deliveries) have no entry of their own.
   */
  | ({ readonly kind: 'batch'; readonly failed: number } & { readonly [outcome in ParsedMessage['kind']]: number });

export type FeedbackLog = (entry: FeedbackLogEntry) => void;

/** Returns the log entry for an event that was stored. */
export function recipientEntry(
  event: RecipientEvent,
  committed: { isNew: boolean; record?: SuppressionRecord; counts: readonly unknown[] },
): FeedbackLogEntry {
  return {
    kind: 'recipient',
    address: maskAddress(event.address),
    class: event.class,
    rule: event.rule,
    status: committed.record?.status ?? 'untouched',
    ...(committed.record?.until && { until: formatTimestamp(committed.record.until) }),
    countsToward: committed.isNew && committed.counts.length > 0 ? rateCountedBy(event.metric) : null,
    isOldEmail: committed.isNew && event.metric !== null && committed.counts.length === 0,
    suspected: event.suspected,
    ...(event.tenant !== undefined && { tenant: event.tenant }),
    isDuplicate: !committed.isNew,
    eventId: event.id,
  };
}

/**
 * Formats an entry as one line of JSON for CloudWatch Logs Insights. Leaves out `false` and `null`, because CloudWatch
 * charges by the byte.
 */
export function toJsonLine(entry: FeedbackLogEntry): string {
  return JSON.stringify(entry, (_name, value) => (value === false || value === null ? undefined : value));
}

/** Formats an entry as one line for a terminal. */
export function formatFeedbackEntry(entry: FeedbackLogEntry): string {
  switch (entry.kind) {
    case 'recipient': {
      const until = entry.until === undefined ? '' : ` until ${formatTime(Date.parse(entry.until))}`;
      const duplicate = entry.isDuplicate ? '  duplicate, not counted again' : '';
      const class_ = entry.suspected ? `${entry.class}, suspected` : entry.class;
      const old = entry.isOldEmail ? '  not counted: the email is more than 30 days old' : '';
      const counts = entry.countsToward === null ? old : `  counts toward ${rateLabels[entry.countsToward]}`;
      const tenant = entry.tenant === undefined ? '' : ` for tenant ${entry.tenant}`;
      return `${entry.address}  ${class_} (rule ${entry.rule}) → ${entry.status}${until}${tenant}${counts}${duplicate}`;
    }
    case 'message':
      return `message ${entry.message}  ${entry.outcome}: ${entry.reason}`;
    case 'deliveries':
      return `memory of deliveries ${entry.outcome}: ${entry.reason}`;
    case 'batch':
      return (
        `messages: ${entry.feedback} feedback, ${entry.volume} sends and deliveries, ${entry.ignored} ignored, ` +
        `${entry.untrusted} untrusted, ${entry.unreadable} unreadable; ${entry.failed} failed and will be redelivered`
      );
    default:
      return entry satisfies never;
  }
}
