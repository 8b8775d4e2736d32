import { day, hour } from '../durations.ts';
import type { SendingBucket } from '../reputation/backtest.ts';
import { type CounterBucket, rateBucketOf } from '../reputation/counter-bucket.ts';
import { accumulate, type Cumulative, type HistoryBucket } from './cumulative.ts';
import type { WindowFit } from './fit-window.ts';

/** Where the numbers of a day are from: our own counters, SES's figures in CloudWatch, or a history that an operator has imported. */
export type LedgerSource = 'counters' | 'ses' | 'imported';

/** What was sent on one day (UTC), and what came of it. `start` is in epoch milliseconds. `sends` are the emails that SES attempted to deliver. */
export type LedgerDay = SendingBucket & { readonly source: LedgerSource };

/** What the account has sent for 400 days, and what is known of the window of AWS's rates. Times are in epoch milliseconds. */
export type Ledger = {
  /** Increases with each write. 0: never written. */
  readonly version: number;
  /** Ascending. Days without any emails are left out. */
  readonly days: readonly LedgerDay[];
  readonly fit: WindowFit;
  /** Since when the fit is what it is: known, or not. */
  readonly since: number;
  /** The fit explains what AWS has shown until then. */
  readonly testedUntil: number;
  readonly updatedAt: number;
};

/** How long a day stays in the ledger. AWS's own notices name windows of up to 346 days. */
export const ledgerDays = 400;

/** Counters that have seen fewer of the emails of a day are incomplete: the stack is new, its events were lost, or others send from the account. */
const minCounted = 0.9;

export type LedgerInput = {
  readonly stored: readonly LedgerDay[];
  /** All counters since `countedFrom`, oldest first. */
  readonly buckets: readonly CounterBucket[];
  readonly countedFrom: number;
  /** What SES counted, by day. Empty if it could not be read. */
  readonly ses: readonly SendingBucket[];
  readonly now: number;
};

/**
 * Returns the days of the ledger that are over. Each is counted anew from what was read, until no more feedback changes it, so that a run that is
 * missed or repeated changes nothing. Where the counters are incomplete, an imported history comes first, and SES's figures next.
 */
export function mergeDays({ stored, buckets, countedFrom, ses, now }: LedgerInput): LedgerDay[] {
  const counted = countedDays(buckets);
  const byStart = (days: readonly SendingBucket[]) => new Map(days.map((one) => [startOfDay(one.start), one]));
  const [before, figures] = [new Map(stored.map((one) => [one.start, one])), byStart(ses)];
  const firstComplete = startOfDay(countedFrom + day - 1);
  const starts = new Set([...before.keys(), ...counted.keys(), ...figures.keys()]);
  const isKept = (start: number) => start >= startOfDay(now) - ledgerDays * day && start + day <= now;
  return [...starts]
    .filter(isKept)
    .sort((a, b) => a - b)
    .flatMap((start) => {
      const ours = start >= firstComplete ? counted.get(start) : undefined;
      const old = before.get(start);
      const figure = figures.get(start);
      const reference = old?.source === 'imported' ? old : figure && fromSes(start, figure);
      if (start < firstComplete) return old ?? reference ?? [];
      if (ours === undefined) return reference ?? old ?? [];
      return reference === undefined || ours.accepted >= minCounted * reference.sends ? ours.day : reference;
    });
}

/** Returns the days with those of an imported history, which replace what is not from the counters. */
export function importDays(stored: readonly LedgerDay[], imported: readonly SendingBucket[]): LedgerDay[] {
  const days = new Map(stored.map((one) => [one.start, one]));
  for (const one of sumByDay(imported))
    if (days.get(one.start)?.source !== 'counters') days.set(one.start, { ...one, source: 'imported' });
  return [...days.values()].sort((a, b) => a.start - b.start);
}

/** Returns the history of the account: whole days from the ledger, and the counters of those days that it has from them, hour by hour. */
export function historyOf({ days }: Pick<Ledger, 'days'>, buckets: readonly CounterBucket[], now: number): Cumulative {
  // Of its first day, the counters that were read may have a part only.
  const firstDay = startOfDay(buckets[0]?.start ?? now);
  const wholeDays = days.filter(({ start, source }) => start <= firstDay || source !== 'counters');
  const covered = new Set(wholeDays.map(({ start }) => start));
  const fromDays = wholeDays.map(({ source: _, ...bucket }): HistoryBucket => ({ ...bucket, lengthMs: day }));
  const fromCounters = buckets
    .filter(({ start }) => start < now && !covered.has(startOfDay(start)))
    .map((bucket) => toSendingBucket(bucket));
  const all = [...fromDays, ...fromCounters].sort((a, b) => a.start - b.start);
  // The history reaches to the present, also if nothing was sent lately.
  const last = {
    start: Math.max(now, (all.at(-1)?.start ?? 0) + 1),
    sends: 0,
    hardBounces: 0,
    complaints: 0,
    lengthMs: 1,
  };
  return accumulate([...all, last], hour);
}

type CountedDay = { readonly day: LedgerDay; readonly accepted: number };

function countedDays(buckets: readonly CounterBucket[]): Map<number, CountedDay> {
  const accepted = new Map<number, number>();
  for (const { start, sends } of buckets)
    accepted.set(startOfDay(start), (accepted.get(startOfDay(start)) ?? 0) + sends);
  const days = sumByDay(buckets.map(toSendingBucket));
  return new Map(
    days.map((one) => [one.start, { day: { ...one, source: 'counters' }, accepted: accepted.get(one.start) ?? 0 }]),
  );
}

function sumByDay(buckets: readonly SendingBucket[]): SendingBucket[] {
  const days = new Map<number, SendingBucket>();
  for (const { start, sends, hardBounces, complaints } of buckets) {
    const key = startOfDay(start);
    const before = days.get(key) ?? { start: key, sends: 0, hardBounces: 0, complaints: 0 };
    days.set(key, {
      start: key,
      sends: before.sends + sends,
      hardBounces: before.hardBounces + hardBounces,
      complaints: before.complaints + complaints,
    });
  }
  return [...days.values()];
}

function toSendingBucket(bucket: CounterBucket): SendingBucket {
  const { total, bad } = rateBucketOf(bucket, 'bounceRate');
  return { start: bucket.start, sends: total, hardBounces: bad, complaints: bucket.complaints };
}

function fromSes(start: number, { sends, hardBounces, complaints }: SendingBucket): LedgerDay {
  return { start, sends, hardBounces, complaints, source: 'ses' };
}

export function startOfDay(time: number): number {
  return Math.floor(time / day) * day;
}
