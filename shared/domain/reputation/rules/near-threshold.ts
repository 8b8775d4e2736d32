import { defined } from '../../defined.ts';
import { hour } from '../../durations.ts';
import { strictestThresholds } from '../../policy/thresholds.ts';
import type { AlarmStatus } from '../alarm-status.ts';
import type { AwsRate } from '../aws-rate.ts';
import { isAheadOfSes } from '../describe-aws-rate.ts';
import { headroomToNextThreshold } from '../headroom.ts';
import type { RateName } from '../rate-name.ts';
import { type ScopeSnapshot, storedAlarm } from '../scope-snapshot.ts';
import type { Datapoint } from '../ses-metrics.ts';
import type { RateMeasurement } from './measure-rate.ts';
import type { RuleEvaluation } from './rule.ts';

/**
 * Evaluates how close the rate that SES itself measures for the account is to the review threshold. AWS decides by that rate, so the
 * thresholds are those of AWS, or stricter ones of the policy. Laxer ones are ignored.
 *
 * SES's rate is hours late. If its window is known, what has bounced meanwhile counts, too.
 */
export function evaluateNearThreshold(
  snapshot: ScopeSnapshot,
  metric: RateName,
  { rates, recent, awsRate }: RateMeasurement,
): RuleEvaluation {
  const { scope, policy, sesMetrics, now, until } = snapshot;
  const name = { scope, rule: 'near-threshold', metric } as const;
  const before = storedAlarm(snapshot, name);
  const { review, pause } = strictestThresholds(policy);
  const thresholds = { review: review[metric], pause: pause[metric] };
  const series = sesMetrics.reputation?.[metric] ?? [];
  const newest = series.at(-1)?.value;
  const ofIncident = series.filter(({ at }) => at >= (before.since ?? now - hour)).map(({ value }) => value);
  const { bad, total } = rates['24h'];
  return {
    name,
    before,
    result: {
      status: nextNearThresholdStatus(
        before.status,
        withPresent(series, awsRate, until),
        thresholds.review,
        policy.headroom,
      ),
      ...(ofIncident.length > 0 && { peak: { rate: Math.max(...ofIncident) } }),
      isSending: total > 0,
      requestsPause: false,
    },
    figures: {
      bad,
      total,
      rates,
      thresholds,
      headroom: headroomToNextThreshold(thresholds, rates['24h'], recent),
      ...defined({ ses: newest === undefined ? undefined : { rate: newest }, awsRate }),
    },
  };
}

/** Adds the present rate of AWS's window to the rates that SES has published, if it is higher. */
function withPresent(series: readonly Datapoint[], awsRate: AwsRate | undefined, until: number): readonly Datapoint[] {
  const newest = series.at(-1);
  const [present] = isAheadOfSes(awsRate, newest?.value) ? (awsRate?.estimates ?? []) : [];
  if (present === undefined) return series;
  return [...series, { at: Math.max(until, newest?.at ?? until), value: present.rate }];
}

/** The levels at which the alarm is raised, as shares of the review threshold: 0.6 is 60 % of it. */
export type NearThresholdLevels = { readonly approaching: number; readonly critical: number };

/**
 * Returns the next status for the rate that SES measures. The newest value raises the alarm. The alarm is cleared when all values of an
 * hour are more than a tenth below the level `approaching`. The result depends only on the values, so neither the time nor the frequency
 * of the calls matters.
 *
 * @param series oldest first; the caller decides how far it reaches back
 * @returns `undefined` if there is no value
 */
export function nextNearThresholdStatus(
  status: AlarmStatus,
  series: readonly Datapoint[],
  threshold: number,
  levels: NearThresholdLevels,
): AlarmStatus | undefined {
  const newest = series.at(-1);
  if (newest === undefined) return undefined;
  if (newest.value >= levels.critical * threshold) return 'critical';
  if (status === 'ok') return newest.value >= levels.approaching * threshold ? 'approaching' : 'ok';
  const isHigh = ({ value }: Datapoint) => value >= 0.9 * levels.approaching * threshold;
  const low = series.slice(series.findLastIndex(isHigh) + 1);
  const lowFor = newest.at - (low[0]?.at ?? newest.at);
  return lowFor >= hour ? 'ok' : status;
}
