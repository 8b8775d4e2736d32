import { historyOf } from '../../shared/domain/aws-window/ledger.ts';
import { afterMailing } from '../../shared/domain/aws-window/mailing.ts';
import { outlookOf } from '../../shared/domain/aws-window/outlook.ts';
import { emptyLedger } from '../../shared/domain/aws-window/update-ledger.ts';
import { day } from '../../shared/domain/durations.ts';
import type { Policy } from '../../shared/domain/policy/policy.ts';
import { strictestThresholds } from '../../shared/domain/policy/thresholds.ts';
import { type AwsRate, awsRateOf } from '../../shared/domain/reputation/aws-rate.ts';
import { rateBucketOf } from '../../shared/domain/reputation/counter-bucket.ts';
import type { Thresholds } from '../../shared/domain/reputation/headroom.ts';
import { rateBetween } from '../../shared/domain/reputation/rolling-rates.ts';
import { settlementDelayMs, slotStart } from '../../shared/domain/reputation/time-slots.ts';
import type { ScopeState } from '../../shared/monitoring/reputation-store.ts';

/** How many emails of a mailing bounce, as far as that can be said before. */
export type Expectation = {
  /** Emails that are sent. */
  readonly sends: number;
  /** Of these, the emails to addresses that are expected to bounce in any case. */
  readonly undeliverable: number;
  /** The share of the others that bounces. */
  readonly baseRate: number;
  readonly bounces: number;
};

/** AWS's bounce rate by one window. A rate is missing where nothing was sent. */
export type MailingEstimate = { readonly window: string; readonly before?: number; readonly after: number };

export type MailingForecast = {
  readonly isWindowKnown: boolean;
  /** Why AWS's window is known, or not. */
  readonly reason: string;
  readonly thresholds: Thresholds;
  /** One by AWS's window, or one for each end of a range. */
  readonly estimates: readonly MailingEstimate[];
  /** The threshold that one of the estimates reaches. Missing if none does. */
  readonly reaches?: keyof Thresholds;
};

export function expectBounces({ sends, undeliverable, baseRate }: Omit<Expectation, 'bounces'>): Expectation {
  return { sends, undeliverable, baseRate, bounces: Math.round(undeliverable + baseRate * (sends - undeliverable)) };
}

/** The account has bounced with this rate lately. Fewer emails say little about the next ones. */
const minSends = 1000;

/** Returns the share of the emails of the last 30 days that bounced, or `undefined` if there are too few. */
export function recentBounceRate({ buckets }: ScopeState, now: number): number | undefined {
  const rateBuckets = buckets.map((bucket) => rateBucketOf(bucket, 'bounceRate'));
  const { total, rate } = rateBetween(rateBuckets, now - 30 * day, slotStart(now - settlementDelayMs));
  return total < minSends ? undefined : rate;
}

/** Returns AWS's bounce rate before and after a mailing that begins now. */
export function forecastMailing(
  { ledger = emptyLedger, buckets }: ScopeState,
  { sends, bounces }: Expectation,
  { policy, now }: { readonly policy: Policy; readonly now: number },
): MailingForecast {
  const { review, pause } = strictestThresholds(policy);
  const thresholds = { review: review.bounceRate, pause: pause.bounceRate };
  const history = historyOf(ledger, buckets, slotStart(now - settlementDelayMs));
  const rateOf = (of: typeof history): AwsRate => awsRateOf(outlookOf(of, ledger.fit), 'bounceRate');
  const before = rateOf(history);
  const after = rateOf(afterMailing(history, { sends, hardBounces: bounces }));
  const estimates = after.estimates.map(({ window, rate }): MailingEstimate => {
    const present = before.estimates.find((one) => one.window === window);
    return { window, ...(present && { before: present.rate }), after: rate };
  });
  // Nothing was sent yet, as far as the stack knows.
  if (estimates.length === 0 && sends > 0) estimates.push({ window: 'the mailing alone', after: bounces / sends });
  const highest = Math.max(0, ...estimates.map((one) => one.after));
  const reached = (['pause', 'review'] as const).find((name) => highest >= thresholds[name]);
  return {
    isWindowKnown: after.isWindowKnown,
    reason: after.reason,
    thresholds,
    estimates,
    ...(reached && { reaches: reached }),
  };
}
