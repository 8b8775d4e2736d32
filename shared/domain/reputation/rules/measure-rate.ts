import { historyOf } from '../../aws-window/ledger.ts';
import { type Outlook, outlookOf } from '../../aws-window/outlook.ts';
import { hour } from '../../durations.ts';
import { strictestThresholds, thresholdsFor } from '../../policy/thresholds.ts';
import type { Alarm } from '../alarm.ts';
import { type AwsRate, awsRateOf } from '../aws-rate.ts';
import { rateBucketOf } from '../counter-bucket.ts';
import { type CusumState, hourFrom, initialCusum, maturityMs } from '../cusum.ts';
import type { Excess } from '../cusum-sums.ts';
import { evaluateCusum } from '../evaluate-cusum.ts';
import type { RecentRate, Thresholds } from '../headroom.ts';
import type { RateBucket } from '../rate-bucket.ts';
import type { RateName } from '../rate-name.ts';
import { type RollingRate, rollingRates, type WindowName } from '../rolling-rates.ts';
import { type ScopeSnapshot, storedAlarm } from '../scope-snapshot.ts';

/** The measurements of one rate of a scope that both rate rules use. */
export type RateMeasurement = {
  /** The stored alarm of the rule `rate-exceeded`. */
  readonly alarm: Alarm;
  /** Oldest first. */
  readonly buckets: readonly RateBucket[];
  readonly rates: Readonly<Record<WindowName, RollingRate>>;
  readonly thresholds: Thresholds;
  /** The state of the CUSUM after this evaluation. */
  readonly cusum: CusumState;
  readonly excess: Excess;
  /** Whether the alarm is raised and the rate of the newest emails is low again. */
  readonly isRecovering: boolean;
  /** The emails whose rate and volume the forecast extrapolates. */
  readonly recent: RecentRate;
  /** The account's rate as AWS computes it, as far as that is known. */
  readonly awsRate?: AwsRate;
};

/** The measurements of both rates, made once for all rules of a scope. */
export type RateMeasurements = Readonly<Record<RateName, RateMeasurement>>;

/** Measures both rates of a scope, over the buckets that are settled. */
export function measureRates(snapshot: ScopeSnapshot): RateMeasurements {
  const outlook = outlookOfAccount(snapshot);
  const measure = (metric: RateName) => measureRate(snapshot, metric, outlook);
  return { bounceRate: measure('bounceRate'), complaintRate: measure('complaintRate') };
}

function outlookOfAccount({ scope, ledger, buckets, until, policy }: ScopeSnapshot): Outlook | undefined {
  if (scope !== 'account' || ledger === undefined) return undefined;
  const { review, pause } = strictestThresholds(policy);
  return outlookOf(historyOf(ledger, buckets, until), ledger.fit, {
    bounceRate: { review: review.bounceRate, pause: pause.bounceRate },
    complaintRate: { review: review.complaintRate, pause: pause.complaintRate },
  });
}

function measureRate(snapshot: ScopeSnapshot, metric: RateName, outlook: Outlook | undefined): RateMeasurement {
  const { scope, policy, until, scopeCount, isResumed } = snapshot;
  const alarm = storedAlarm(snapshot, { scope, rule: 'rate-exceeded', metric });
  const buckets = snapshot.buckets.map((bucket) => rateBucketOf(bucket, metric));
  const { review, pause } = thresholdsFor(policy, scope);
  const { state, excess, isRecovering } = evaluateCusum({ status: alarm.status, ...alarm.cusum }, buckets, {
    threshold: review[metric],
    maturityMs: maturityMs[metric],
    until,
    scopeCount: scope === 'account' ? 1 : scopeCount,
  });
  const cusum = alarm.autoPause?.kind === 'done' ? afterPause(alarm, isResumed, until) : state;
  const rates = rollingRates(buckets, until);
  return {
    alarm,
    buckets,
    rates,
    thresholds: { review: review[metric], pause: pause[metric] },
    cusum,
    excess,
    isRecovering,
    recent: recentRate(cusum, excess, rates['6h'], until),
    ...(outlook && { awsRate: awsRateOf(outlook, metric) }),
  };
}

/**
 * A paused configuration set sends little, so its rate cannot end the alarm: only an operator who resumes sending does. The CUSUM then
 * starts again with the next hour, so that earlier emails are no reason for another pause.
 */
function afterPause({ status, cusum }: Alarm, isResumed: boolean, until: number): CusumState {
  return isResumed ? { ...initialCusum, from: hourFrom(until) } : { status, ...cusum };
}

/** While the rate is elevated, the next emails are expected to be like those since it rose, otherwise like those of the last 6 hours. */
function recentRate({ status }: CusumState, { since, bad, total }: Excess, last6h: RollingRate, until: number) {
  const isElevated = Number.isFinite(since) && status !== 'ok';
  return isElevated ? { bad, total, hours: (until - since) / hour } : { ...last6h, hours: 6 };
}
