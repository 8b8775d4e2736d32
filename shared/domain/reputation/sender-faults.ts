import { hour } from '../durations.ts';
import type { FaultCause } from '../verdict/fault.ts';

/** One recipient that an email did not reach through the sender's fault. */
export type SenderFault = {
  /** What the sender has to repair. */
  readonly cause: FaultCause;
  /** The mailbox provider that answered. */
  readonly provider: string;
  /** The domain of the sender, or the IP address that sent the email. Missing if the event does not say. */
  readonly sentFrom?: string;
  /** Time of the feedback, epoch milliseconds. Faults are counted at this time, because the sender is at fault now, not when it sent. */
  readonly at: number;
};

/** The recipients that one cause has hit in one hour. */
export type SenderFaultBucket = {
  /** Start of the hour, epoch milliseconds. */
  readonly start: number;
  readonly cause: FaultCause;
  /** By mailbox provider. */
  readonly providers: Readonly<Record<string, number>>;
  /** By domain or IP address of the sender. */
  readonly sentFrom: Readonly<Record<string, number>>;
};

/** A provider, a domain or an IP address, and the number of recipients. */
export type NamedCount = { readonly name: string; readonly count: number };

/** What the notice of a sender's fault reports. */
export type SenderFaultFigures = {
  /** Recipients that were hit in this hour and the one before. */
  readonly recipients: number;
  /** Most recipients first. */
  readonly providers: readonly NamedCount[];
  readonly sentFrom: readonly NamedCount[];
};

/** This hour and the one before. */
const windowMs = 2 * hour;
/** How far back the usual number is measured. */
export const faultHistoryMs: number = 24 * hour;

/** Returns the start of the window: the hour before this one. */
function windowStart(now: number): number {
  return Math.floor(now / hour) * hour - hour;
}

/** Adds up what one cause has hit in this hour and the one before. */
export function recentFaults(buckets: readonly SenderFaultBucket[], cause: string, now: number): SenderFaultFigures {
  const recent = buckets.filter((bucket) => bucket.cause === cause && bucket.start >= windowStart(now));
  const providers = addUp(recent.map((bucket) => bucket.providers));
  return {
    recipients: providers.reduce((sum, { count }) => sum + count, 0),
    providers,
    sentFrom: addUp(recent.map(({ sentFrom }) => sentFrom)),
  };
}

/** Returns how many recipients the cause usually hits in a window of two hours: the mean of the 22 hours before it. */
export function usualFaults(buckets: readonly SenderFaultBucket[], cause: string, now: number): number {
  const end = windowStart(now);
  const before = buckets.filter(
    (bucket) => bucket.cause === cause && bucket.start < end && bucket.start >= end + windowMs - faultHistoryMs,
  );
  const total = before.flatMap(({ providers }) => Object.values(providers)).reduce((sum, count) => sum + count, 0);
  return (total * windowMs) / (faultHistoryMs - windowMs);
}

function addUp(counts: readonly Readonly<Record<string, number>>[]): NamedCount[] {
  const sums = new Map<string, number>();
  for (const [name, count] of counts.flatMap((one) => Object.entries(one)))
    sums.set(name, (sums.get(name) ?? 0) + count);
  return [...sums].map(([name, count]) => ({ name, count })).sort(compareCounts);
}

/** Orders by count, the highest first, and equal counts by name. */
function compareCounts(a: NamedCount, b: NamedCount): number {
  if (a.count !== b.count) return b.count - a.count;
  // Stryker disable next-line EqualityOperator: no two names are equal
  return a.name < b.name ? -1 : 1;
}
