import { day } from '../durations.ts';
import type { Policy } from '../policy/policy.ts';
import { strikeRetentionMs } from '../retention.ts';
import type { Cause } from './record.ts';

/** The settings that decide when strikes suppress. */
type StrikeSettings = Omit<Policy['soft'], 'endedByDelivery'>;

/**
 * Returns the strikes with one more, oldest first. Of each day (UTC), keeps the oldest ones, as many as the policy asks for, and the newest
 * one. No window needs more, so the result does not depend on the order in which strikes arrive.
 *
 * @param at when the soft bounce happened, epoch milliseconds
 */
export function addStrike(strikes: readonly number[], at: number, soft: StrikeSettings): readonly number[] {
  const all = [...strikes, at].sort((a, b) => a - b);
  const lastDroppedDay = dayOf(Math.max(...all) - strikeRetentionMs);
  return all.filter((strike, index) => {
    const isAmongOldest = dayOf(all[index - soft.strikes] ?? 0) < dayOf(strike);
    const isNewest = dayOf(all[index + 1] ?? Number.POSITIVE_INFINITY) > dayOf(strike);
    return dayOf(strike) > lastDroppedDay && (isAmongOldest || isNewest);
  });
}

/**
 * Returns the suppression the strikes amount to, or `undefined` if they are too few: at least `strikes` of them within `withinDays` days
 * (UTC), on at least `onDays` of these days. It starts with the strike that completes the first such window, and lasts `suppressDays` from
 * the strike that completes the last one.
 */
export function softBounceCause(strikes: readonly number[], soft: StrikeSettings): Cause | undefined {
  const completing = strikes.filter((end) => {
    const window = strikes.filter((strike) => strike <= end && dayOf(strike) > dayOf(end) - soft.withinDays);
    return window.length >= soft.strikes && new Set(window.map(dayOf)).size >= soft.onDays;
  });
  if (completing.length === 0) return undefined;
  const last = Math.max(...completing);
  return { since: Math.min(...completing), last, until: last + soft.suppressDays * day };
}

/** Returns the suppression that all strikes amount to, or `undefined` if they are too few. */
export function strikeCause(
  strikes: readonly number[],
  domainStrikes: readonly number[],
  soft: StrikeSettings,
): Cause | undefined {
  const causes = [softBounceCause(strikes, soft), noDomainCause(domainStrikes)].flatMap((cause) => cause ?? []);
  if (causes.length === 0) return undefined;
  const last = Math.max(...causes.map((cause) => cause.last));
  return { since: Math.min(...causes.map(({ since }) => since)), last, until: last + soft.suppressDays * day };
}

/** Returns the first and the latest of the strikes for which the domain did not exist, with one more. */
export function addDomainStrike(strikes: readonly number[], at: number): readonly number[] {
  return [...new Set([Math.min(at, ...strikes), Math.max(at, ...strikes)])];
}

/**
 * Returns the suppression of an address whose domain did not exist on two days (UTC), or `undefined` if it was only one. A domain seldom
 * comes back, so it does not matter how many emails and how much time lie between the two.
 */
function noDomainCause(strikes: readonly number[]): Pick<Cause, 'since' | 'last'> | undefined {
  const [since = 0, last = since] = strikes;
  return dayOf(last) > dayOf(since) ? { since, last } : undefined;
}

/** Returns the number of the UTC day since the epoch. */
function dayOf(time: number): number {
  return Math.floor(time / day);
}
