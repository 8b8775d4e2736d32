import { rateCountedBy, rateLabels } from '../domain/explain.ts';
import type { ParsedMessage } from '../domain/feedback/feedback-event.ts';
import type { RecipientEvent } from '../domain/feedback/recipient-event.ts';
import { maskAddress } from '../domain/mask-address.ts';
import type { SuppressionRecord } from '../domain/suppression/record.ts';
import { formatTimestamp } from '../domain/timestamp.ts';

/** What the pipeline tells of its work. No entry holds a full address, nor any text a stranger wrote. */
export type FeedbackLogEntry =
  /** One recipient of one event, durable. */
  | {
      readonly kind: 'recipient';
      /** Masked. */
      readonly address: string;
      readonly class: RecipientEvent['class'];
      readonly rule: string;
      /** What the address is now; `untouched`: there is no record, as the event says nothing of it or what it says has ended. */
      readonly status: SuppressionRecord['status'] | 'untouched';
      /** When the suppression ends, ISO 8601, if it does. Late feedback can come after that. */
      readonly until?: string;
      readonly countsToward: 'bounceRate' | 'complaintRate' | null;
      /** It counts toward nothing because its mail is more than 30 days old: a redrive, or an old sample. */
      readonly isOldEmail: boolean;
      /** One of several that may have complained. */
      readonly suspected: boolean;
      /** The record knew the event already: it is neither suppressed nor counted a second time. */
      readonly isDuplicate: boolean;
      readonly eventId: string;
    }
  /** A message that was not acted on, or not wholly. */
  | {
      readonly kind: 'message';
      readonly outcome: 'ignored' | 'untrusted' | 'unreadable' | 'failed';
      readonly message: string;
      readonly reason: string;
    }
  /** The end of a batch: how many messages were what, and how many of them are not done. */
  | ({ readonly kind: 'batch'; readonly failed: number } & { readonly [outcome in ParsedMessage['kind']]: number }); // `volume`: sends and deliveries, which have no line of their own

export type FeedbackLog = (entry: FeedbackLogEntry) => void;

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
    isDuplicate: !committed.isNew,
    eventId: event.id,
  };
}

/** One JSON object per line: what CloudWatch Logs Insights can query. What is false or null is left out: bytes are billed. */
export function jsonLine(entry: FeedbackLogEntry): string {
  return JSON.stringify(entry, (_name, value) => (value === false || value === null ? undefined : value));
}

/** For a person at a terminal. */
export function formatFeedbackEntry(entry: FeedbackLogEntry): string {
  switch (entry.kind) {
    case 'recipient': {
      const until = entry.until === undefined ? '' : ` until ${entry.until}`;
      const known = entry.isDuplicate ? '  known already' : '';
      const class_ = entry.suspected ? `${entry.class}, suspected` : entry.class;
      const old = entry.isOldEmail ? '  not counted: the mail is more than 30 days old' : '';
      const counts = entry.countsToward === null ? old : `  counts toward ${rateLabels[entry.countsToward]}`;
      return `${entry.address}  ${class_} (rule ${entry.rule}) → ${entry.status}${until}${counts}${known}`;
    }
    case 'message':
      return `message ${entry.message}  ${entry.outcome}: ${entry.reason}`;
    case 'batch':
      return (
        `${entry.feedback} feedback, ${entry.volume} volume, ${entry.ignored} ignored, ${entry.untrusted} untrusted, ` +
        `${entry.unreadable} unreadable; ` +
        `${entry.failed} to be delivered again`
      );
    default:
      return entry satisfies never;
  }
}
