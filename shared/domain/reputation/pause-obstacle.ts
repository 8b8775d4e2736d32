import { day, minute } from '../durations.ts';
import { thresholdsFor } from '../policy/thresholds.ts';
import { rateBucketOf } from './counter-bucket.ts';
import { formatPercent, labels } from './format-rate.ts';
import type { RateName } from './rate-name.ts';
import { rollingRates } from './rolling-rates.ts';
import { sumBetween } from './rules/comparison.ts';
import { minSends } from './rules/missing-sends.ts';
import type { ScopeSnapshot } from './scope-snapshot.ts';

/** Send events may wait this long before the rates are doubtful. */
const maxVolumeDelayMs = 10 * minute;

/**
 * Returns why no configuration set may be paused automatically because of a rate, or `undefined` if nothing speaks against it. If Send events
 * are lost or late, every rate of this stack is too high, although nothing is wrong with the emails.
 *
 * @param account the snapshot of the account
 */
export function pauseObstacle(account: ScopeSnapshot, metric: RateName): string | undefined {
  const { sesMetrics, policy, until } = account;
  const { volumeDelayMs = 0, volumeDeadLetters = 0, sends, reputation } = sesMetrics;
  if (volumeDeadLetters > 0) return 'Send events are in the dead-letter queue, so the rate may be too high';
  if (volumeDelayMs > maxVolumeDelayMs) return 'Send events are delayed, so the rate may be too high';
  const { '24h': own } = rollingRates(
    account.buckets.map((bucket) => rateBucketOf(bucket, metric)),
    until,
  );
  if (sends !== undefined) {
    const ses = sumBetween(sends, until - day, until);
    if (ses >= minSends && own.total < policy.missingFeedback.minShare * ses)
      return 'SES counts more emails than arrived here as Send events, so the rate may be too high';
    return undefined;
  }
  // Without SES's count of the emails, its rate has to do. It covers a longer time, so only a large difference counts.
  const newest = reputation?.[metric].at(-1);
  const isContradicted =
    newest !== undefined &&
    // Stryker disable next-line ConditionalExpression: nothing is less than undefined, but the type checker needs it
    own.rate !== undefined &&
    newest.value < thresholdsFor(policy, 'account').review[metric] / 2 &&
    newest.value < own.rate / 2;
  return isContradicted
    ? `SES itself measures a ${labels.rates[metric]} of ${formatPercent(newest.value)} for the account`
    : undefined;
}
