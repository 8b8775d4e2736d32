import { day } from '../domain/durations.ts';
import { rateBucketOf } from '../domain/reputation/counter-bucket.ts';
import type { EvaluatedAlarm } from '../domain/reputation/evaluate-scope.ts';
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
 * the mailbox provider. Reads all scopes, because the other scopes may not have been evaluated for the same time window
 * yet. The notice is useful without contributors, so whatever cannot be read is left out.
 */
export async function findContributors(
  { name: { metric, scope }, figures }: EvaluatedAlarm,
  { now, until }: { readonly now: number; readonly until: number },
  { store, remaining }: FindContributorsDependencies,
): Promise<Contributor[]> {
  if (metric === undefined) return [];
  const from = figures.elevatedSince ?? until - day;
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
  const ratesOfLastDay = figures.elevatedSince === undefined ? figures.rates : undefined;
  return topContributors(
    {
      metric: metric === 'bounceRate' ? 'hard' : 'complaints',
      bad: ratesOfLastDay?.['24h'].bad ?? figures.bad,
      threshold: figures.thresholds?.review ?? 0,
    },
    shares,
    counts,
  );
}
