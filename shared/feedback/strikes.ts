import type { Policy } from './policy.ts';
import type { Cause } from './suppression-record.ts';

const day = 24 * 60 * 60 * 1000;

/**
 * Adds a strike. Kept are the newest of each day, as many as the policy asks for, and twice its longest window: a strike may
 * come in 30 days late and still complete a window with some that lie 30 days before it.
 */
export function addStrike(strikes: readonly number[], at: number, soft: Policy['soft']): readonly number[] {
  const all = [...strikes, at].sort((a, b) => a - b);
  const newest = all.at(-1) ?? at;
  return all.filter((strike, index) => {
    const laterThatDay = all.slice(index + 1).filter((other) => dayOf(other) === dayOf(strike)).length;
    return strike > newest - 60 * day && laterThatDay < soft.strikes;
  });
}

/**
 * The suppression that the strikes add up to, if they do: some window of `withinDays` holds `strikes` of them on `onDays`
 * days. It starts with the strike that completes the first such window and lasts from the one that completes the last.
 */
export function softCause(strikes: readonly number[], soft: Policy['soft']): Cause | undefined {
  const completing = strikes.filter((end, index) => {
    const window = strikes.slice(0, index + 1).filter((strike) => strike > end - soft.withinDays * day);
    return window.length >= soft.strikes && new Set(window.map(dayOf)).size >= soft.onDays;
  });
  const [since] = completing;
  const last = completing.at(-1);
  return since === undefined || last === undefined ? undefined : { since, last, until: last + soft.suppressDays * day };
}

function dayOf(time: number): number {
  return Math.floor(time / day);
}
