import { defined } from '../../defined.ts';
import { day } from '../../durations.ts';
import type { AlarmStatus } from '../alarm-status.ts';
import type { SendCounts } from '../notice.ts';
import { type ScopeSnapshot, storedAlarm } from '../scope-snapshot.ts';
import { startOfComparison, sumBetween, watchSince } from './comparison.ts';
import { feedbackDelayMs } from './missing-feedback.ts';
import type { RuleEvaluation } from './rule.ts';

/** With fewer sends in SES's count no alarm is raised. */
export const minSends = 200;
/** As many bounces and complaints without a single send cannot be chance. */
const minFeedback = 20;

/**
 * Evaluates whether the Send events arrive. They are the denominator of every rate: without them the rates are too high, and without any of
 * them no rate can be evaluated at all. In the account, they are compared with SES's own count. In the other scopes, for which SES has no
 * count, only bounces without a single send are noticed.
 */
export function evaluateMissingSends(snapshot: ScopeSnapshot): RuleEvaluation {
  const { scope, now, policy } = snapshot;
  const name = { scope, rule: 'missing-sends' } as const;
  const before = storedAlarm(snapshot, name);
  const isAccount = scope === 'account';
  const { isFirstEvaluation, cusum } = watchSince(before, now);
  const isWatched = policy.missingFeedback.enabled && policy.sendsFrom === 'events';
  const counts = countSends(snapshot, isFirstEvaluation ? now : before.cusum.from);
  return {
    name,
    before,
    result: {
      status: isWatched ? nextMissingSendsStatus(before.status, counts, policy.missingFeedback.minShare) : 'ok',
      isSending: counts.feedback > 0 || (counts.ses ?? 0) > 0,
      requestsPause: false,
      ...(isAccount && isFirstEvaluation && { isFirstEvaluation, cusum }),
    },
    figures: { bad: 0, total: 0, ses: { sends: counts } },
  };
}

/** Counts up to when the rates are evaluated: later events may still wait in the volume queue. */
function countSends({ scope, buckets, sesMetrics, now, until }: ScopeSnapshot, watchedSince: number): SendCounts {
  const end = Math.min(until, now - feedbackDelayMs);
  const from = scope === 'account' ? startOfComparison(now, day, watchedSince) : undefined;
  const start = from ?? now - day;
  const counted = buckets.filter((bucket) => bucket.start >= start && bucket.start < end);
  const ses = sesMetrics.sends && from !== undefined ? sumBetween(sesMetrics.sends, from, end) : undefined;
  return {
    received: counted.reduce((sum, { sends }) => sum + sends, 0),
    feedback: counted.reduce((sum, { hard, complaints }) => sum + hard + complaints, 0),
    ...defined({ ses }),
  };
}

/** Returns the next status of the alarm. It stays raised until sends arrive again. */
export function nextMissingSendsStatus(
  status: AlarmStatus,
  { received, feedback, ses }: SendCounts,
  minShare: number,
): AlarmStatus {
  const isMissing = received === 0 && feedback >= minFeedback;
  const expected = ses ?? 0;
  if (status === 'ok') return isMissing || (expected >= minSends && received < minShare * expected) ? 'critical' : 'ok';
  const isBack = ses === undefined || received > ((1 + minShare) / 2) * ses;
  return received > 0 && isBack ? 'ok' : status;
}
