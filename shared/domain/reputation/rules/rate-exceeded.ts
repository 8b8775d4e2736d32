import { defined } from '../../defined.ts';
import { sendingEntityOf } from '../entity-status.ts';
import { headroomToNextThreshold } from '../headroom.ts';
import type { RateName } from '../rate-name.ts';
import { peakRate } from '../rolling-rates.ts';
import type { ScopeSnapshot } from '../scope-snapshot.ts';
import type { RateMeasurement } from './measure-rate.ts';
import type { RuleEvaluation } from './rule.ts';

/**
 * Evaluates whether more emails bounce, or are complained about, than chance explains at the review threshold. The statistical test is in
 * cusum.ts.
 */
export function evaluateRateExceeded(
  snapshot: ScopeSnapshot,
  metric: RateName,
  { alarm, buckets, rates, thresholds, cusum, excess, isRecovering, recent, awsRate }: RateMeasurement,
): RuleEvaluation {
  const { scope, policy, until } = snapshot;
  const { status, ...marks } = cusum;
  const { bad, total, since } = excess;
  // The emails that raised the alarm were sent before it was raised.
  const peak = peakRate(buckets, Math.min(alarm.since ?? until, since), until);
  const { enabled, minSends } = policy.autoPause;
  const mayPause = enabled && sendingEntityOf(scope) !== undefined && total >= minSends;
  const entity = snapshot.entityStatuses?.get(scope);
  const pauseObstacle = snapshot.pauseObstacles?.[metric];
  return {
    name: { scope, rule: 'rate-exceeded', metric },
    before: alarm,
    result: {
      status,
      cusum: marks,
      ...defined({ peak }),
      ...(isRecovering && { isRecovering }),
      isSending: rates['24h'].total > 0,
      requestsPause: mayPause && pauseObstacle === undefined,
    },
    figures: {
      bad,
      total,
      ...(Number.isFinite(since) && { elevatedSince: since }),
      rates,
      thresholds,
      headroom: headroomToNextThreshold(thresholds, rates['24h'], recent),
      ...defined({ ses: entity && { entity }, awsRate }),
      ...(mayPause && status === 'critical' && alarm.autoPause === undefined && defined({ pauseObstacle })),
    },
  };
}
