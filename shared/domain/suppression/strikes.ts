import { day } from '../durations.ts';
import type { Policy } from '../policy/policy.ts';
import type { Cause } from './record.ts';

/** What makes a streak of soft bounces one. */
type Streak = Omit<Policy['soft'], 'endedByDelivery'>;

/**
 * Twice the longest window, and a day as windows are counted in whole days (UTC): a strike may come in 30 days late, and complete
 * a window with some 30 days before it.
 */
export const strikeMemory = 61 * day;

/**
 * Adds a strike. Of a day (UTC) are kept the oldest, as many as the policy asks for, and the newest: no window can need more,
 * so what is kept does not depend on the order they come in.
 */
export function addStrike(strikes: readonly number[], at: number, soft: Streak): readonly number[] {
  const all = [...strikes, at].sort((a, b) => a - b);
  const oldestKept = dayOf(Math.max(...all) - strikeMemory);
  return all.filter((strike, index) => {
    const isAmongOldest = dayOf(all[index - soft.strikes] ?? 0) < dayOf(strike);
    const isNewest = dayOf(all[index + 1] ?? Number.POSITIVE_INFINITY) > dayOf(strike);
    return dayOf(strike) > oldestKept && (isAmongOldest || isNewest);
  });
}

/**
 * The suppression that the strikes add up to, if they do: `strikes` of them within `withinDays` days (UTC), on `onDays` of them.
 * It starts with the strike that completes the first such window and lasts from the one that completes the last.
 */
export function softBounceCause(strikes: readonly number[], soft: Streak): Cause | undefined {
  const completing = strikes.filter((end) => {
    const window = strikes.filter((strike) => strike <= end && dayOf(strike) > dayOf(end) - soft.withinDays);
    return window.length >= soft.strikes && new Set(window.map(dayOf)).size >= soft.onDays;
  });
  if (completing.length === 0) return undefined;
  const last = Math.max(...completing);
  return { since: Math.min(...completing), last, until: last + soft.suppressDays * day };
}

function dayOf(time: number): number {
  return Math.floor(time / day);
}
