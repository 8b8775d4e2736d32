import { defined } from '../../defined.ts';
import { day, hour } from '../../durations.ts';
import { initialAlarm } from '../alarm.ts';
import type { AlarmStatus } from '../alarm-status.ts';
import type { FeedbackCounts } from '../notice.ts';
import { type ScopeSnapshot, storedAlarm } from '../scope-snapshot.ts';
import type { RuleEvaluation } from './rule.ts';

/**
 * Evaluates whether the bounces and complaints that SES counts arrive here. Feedback gets lost when SES removes the SNS topic of an
 * identity, as it does without notice after it fails to publish, and when an application sends without the configuration set.
 */
export function evaluateMissingFeedback(snapshot: ScopeSnapshot): RuleEvaluation {
  const { scope, now } = snapshot;
  const name = { scope, rule: 'missing-feedback' } as const;
  const before = storedAlarm(snapshot, name);
  const from = Math.floor(now / hour) * hour - day;
  const counts = countFeedback(snapshot, from);
  // Feedback that SES counted before the stack was deployed is not missing. The first evaluation therefore only stores its time.
  const isFirstEvaluation = before.version === 0;
  const hasRunForADay = !isFirstEvaluation && before.cusum.from <= from;
  return {
    name,
    before,
    result: {
      status: hasRunForADay && counts ? nextMissingFeedbackStatus(before.status, counts) : undefined,
      isSending: counts !== undefined && counts.ses > 0,
      requestsPause: false,
      ...(isFirstEvaluation && { isFirstEvaluation, cusum: { ...initialAlarm.cusum, from: now } }),
    },
    figures: { bad: 0, total: 0, ...defined({ ses: counts && { feedback: counts } }) },
  };
}

/** SES counts from the start of the hour a day ago, so the received feedback is added up from there, too. */
function countFeedback({ sesMetrics, received }: ScopeSnapshot, from: number): FeedbackCounts | undefined {
  const { feedbackCount } = sesMetrics;
  if (feedbackCount === undefined) return undefined;
  return {
    ses: feedbackCount,
    received: [...received].reduce((sum, [at, count]) => sum + (at >= from ? count : 0), 0),
  };
}

/** Fewer bounces and complaints than this raise no alarm, because all of them may still be on their way. */
export const minFeedbackCount = 20;

/**
 * Returns the next status of the alarm: critical if less than half of the feedback arrived, and `ok` again once more than 80 % does. An
 * alarm stays raised while SES counts no feedback at all, because nothing then shows that feedback arrives again.
 */
export function nextMissingFeedbackStatus(status: AlarmStatus, { ses, received }: FeedbackCounts): AlarmStatus {
  if (status === 'ok') return ses >= minFeedbackCount && received < 0.5 * ses ? 'critical' : 'ok';
  return ses > 0 && received > 0.8 * ses ? 'ok' : status;
}
