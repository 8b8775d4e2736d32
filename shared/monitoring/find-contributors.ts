import { day } from '../domain/durations.ts';
import type { AwsRate } from '../domain/reputation/aws-rate.ts';
import { rateBucketOf } from '../domain/reputation/counter-bucket.ts';
import type { EvaluatedAlarm } from '../domain/reputation/evaluate-scope.ts';
import type { RateName } from '../domain/reputation/rate-name.ts';
import { rateBetween } from '../domain/reputation/rolling-rates.ts';
import { type Contributor, type ScopeShare, topContributors } from '../domain/reputation/top-contributors.ts';
import type { ReputationStore } from './reputation-store.ts';

export type FindContributorsDependencies = {
  readonly store: ReputationStore;
  /** Returns the milliseconds left to work in. */
  readonly remaining: () => number;
};

/** Time kept back for writing and publishing the notice. */
const publishReserveMs = 10_000;
/** The number of scopes read at the same time. */
const concurrency = 8;

/**
 * Returns what the bounces or complaints behind an alarm have in common: the scope they were sent in, their sub-type,
 * the mailbox provider.
 */
export async function findContributors(
  { name: { metric, scope, rule }, figures }: EvaluatedAlarm,
  { now, until }: { readonly now: number; readonly until: number },
  dependencies: FindContributorsDependencies,
): Promise<Contributor[]> {
  if (metric === undefined) return [];
  const threshold = figures.thresholds?.review ?? 0;
  // AWS's rate is high because of a day that may be weeks ago.
  const heaviest = rule === 'near-threshold' ? figures.awsRate?.heaviestDay : undefined;
  if (heaviest !== undefined)
    return contributorsOfPeriod({ ...dayOf(heaviest), scope, metric, threshold }, now, dependencies);
  const ratesOfLastDay = figures.elevatedSince === undefined ? figures.rates : undefined;
  const period = {
    from: figures.elevatedSince ?? until - day,
    until,
    bad: ratesOfLastDay?.['24h'].bad ?? figures.bad,
  };
  return contributorsOfPeriod({ ...period, scope, metric, threshold }, now, dependencies);
}

/** Returns the period of the day that raises AWS's rate most. */
export function dayOf({
  day: start,
  bad,
}: NonNullable<AwsRate['heaviestDay']>): Pick<FeedbackPeriod, 'from' | 'until' | 'bad'> {
  return { from: Date.parse(start), until: Date.parse(start) + day, bad };
}

/** The bounces or complaints about the emails that were sent in a scope from one time until another. */
export type FeedbackPeriod = {
  readonly scope: string;
  readonly metric: RateName;
  readonly from: number;
  readonly until: number;
  readonly bad: number;
  /** The review threshold. */
  readonly threshold: number;
};

/**
 * Returns what the bounces or complaints of a period have in common. Reads all scopes, because the other scopes may not have been evaluated for
 * the same period yet. An alarm is useful without contributors, so whatever cannot be read is left out.
 */
export async function contributorsOfPeriod(
  { scope, metric, from, until, threshold, ...period }: FeedbackPeriod,
  now: number,
  { store, remaining }: FindContributorsDependencies,
): Promise<Contributor[]> {
  const counts = await store.contributors(from, until).catch(() => ({}));
  const shares: ScopeShare[] = [];
  const others = scope === 'account' ? await store.knownScopes().catch(() => []) : [];
  for (let next = 0; next < others.length && remaining() > publishReserveMs; next += concurrency) {
    const reads = others.slice(next, next + concurrency).map(async (other) => {
      const { buckets } = await store.read(other, now);
      const rateBuckets = buckets.map((bucket) => rateBucketOf(bucket, metric));
      const { bad, total } = rateBetween(rateBuckets, from, until);
      shares.push({ scope: other, bad, total });
    });
    await Promise.allSettled(reads);
  }
  return topContributors(
    { metric: metric === 'bounceRate' ? 'hard' : 'complaints', bad: period.bad, threshold },
    shares,
    counts,
  );
}
