import { defined } from '../../defined.ts';
import { day, hour } from '../../durations.ts';
import type { AlarmStatus } from '../alarm-status.ts';
import type { FeedbackCounts } from '../notice.ts';
import type { RateName } from '../rate-name.ts';
import type { ReceivedCounts } from '../received-counts.ts';
import { type ScopeSnapshot, storedAlarm } from '../scope-snapshot.ts';
import { startOfComparison, sumBetween, watchSince } from './comparison.ts';
import type { RuleEvaluation } from './rule.ts';

/** How bounces, and complaints, are compared. */
type FeedbackComparison = {
  /** Which of the received feedback it is. */
  readonly part: keyof ReceivedCounts;
  /** The window. There are a hundred times fewer complaints, so they need a longer one. */
  readonly windowMs: number;
  /** With fewer in SES's count, or fewer that are missing, no alarm is raised: they may still be on their way. */
  readonly minCount: number;
  readonly minMissing: number;
};

export const feedbackComparisons: Readonly<Record<RateName, FeedbackComparison>> = {
  bounceRate: { part: 'bounces', windowMs: day, minCount: 20, minMissing: 10 },
  complaintRate: { part: 'complaints', windowMs: 7 * day, minCount: 5, minMissing: 3 },
};

/**
 * Evaluates whether the bounces (or the complaints) that SES counts arrive here. Feedback gets lost when SES removes the SNS topic of an
 * identity, as it does without notice after it fails to publish, and when an application sends without the configuration set. Bounces and
 * complaints have topics of their own, so each can be lost alone.
 */
export function evaluateMissingFeedback(snapshot: ScopeSnapshot, metric: RateName): RuleEvaluation {
  const { scope, policy } = snapshot;
  // The alarm of the bounces keeps the name under which both were watched before.
  const name = { scope, rule: 'missing-feedback', ...(metric === 'complaintRate' && { metric }) } as const;
  const before = storedAlarm(snapshot, name);
  const { isFirstEvaluation, cusum } = watchSince(before, snapshot.now);
  const counts = isFirstEvaluation ? undefined : countFeedback(snapshot, metric, before.cusum.from);
  const { enabled, minShare } = policy.missingFeedback;
  return {
    name,
    before,
    result: {
      status: enabled ? counts && nextMissingFeedbackStatus(before.status, counts, metric, minShare) : 'ok',
      isSending: counts !== undefined && counts.ses > 0,
      requestsPause: false,
      ...(isFirstEvaluation && { isFirstEvaluation, cusum }),
    },
    figures: { bad: 0, total: 0, ...defined({ ses: counts && { feedback: counts } }) },
  };
}

/** Both counts begin at the same full hour. SES's count ends earlier, so that feedback that is on its way is not missing. */
function countFeedback(
  { sesMetrics, received, now }: ScopeSnapshot,
  metric: RateName,
  watchedSince: number,
): FeedbackCounts | undefined {
  const points = sesMetrics.feedback?.[metric];
  const { part, windowMs } = feedbackComparisons[metric];
  const from = startOfComparison(now, windowMs, watchedSince);
  if (points === undefined || from === undefined) return undefined;
  return {
    ses: sumBetween(points, from, now - feedbackDelayMs),
    received: [...received].reduce((sum, [at, counts]) => sum + (at >= from ? counts[part] : 0), 0),
  };
}

/** How long feedback may take from SES's count to this stack's, also after a large mailing. */
export const feedbackDelayMs = hour / 2;

/**
 * Returns the next status of the alarm: critical if less than `minShare` of the feedback arrived, and `ok` again once more than half of the
 * rest does. An alarm stays raised while SES counts no feedback at all, because nothing then shows that feedback arrives again.
 */
export function nextMissingFeedbackStatus(
  status: AlarmStatus,
  { ses, received }: FeedbackCounts,
  metric: RateName,
  minShare: number,
): AlarmStatus {
  const { minCount, minMissing } = feedbackComparisons[metric];
  if (status === 'ok')
    return ses >= minCount && ses - received >= minMissing && received < minShare * ses ? 'critical' : 'ok';
  return ses > 0 && received > ((1 + minShare) / 2) * ses ? 'ok' : status;
}
