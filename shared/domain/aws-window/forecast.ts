import { day, hour } from '../durations.ts';
import type { Thresholds } from '../reputation/headroom.ts';
import type { RateName } from '../reputation/rate-name.ts';
import type { Cumulative } from './cumulative.ts';
import type { Eligibility } from './eligibility.ts';
import { contentOf, type WindowRule } from './window.ts';

/** A rule, and the shares of the emails that count. @default all emails count */
export type PossibleRule = WindowRule & { readonly eligible?: Eligibility };

/** What follows from a window for one rate. */
export type WindowForecast = {
  /** AWS's rate, without the delay of its figures. */
  readonly rate: number;
  readonly bad: number;
  /** The emails that count. */
  readonly sends: number;
  /** How many more bounces (or complaints) leave the rate at or below each threshold, at the size that the window has. */
  readonly left: { readonly review: number; readonly pause: number };
  /**
   * When the rate falls below the review threshold, if nothing more goes wrong and the volume stays that of the last 28 days. Epoch
   * milliseconds. Missing if it is below the threshold, or if that takes more than two years.
   */
  readonly recoversAt?: number;
};

const maxForecastDays = 730;

/** Returns what follows for a rate at the end of a history, or `undefined` if the history is shorter than the window. */
export function forecast(
  history: Cumulative,
  { eligible, ...rule }: PossibleRule,
  rate: RateName,
  { review, pause }: Thresholds,
): WindowForecast | undefined {
  const content = contentOf(history, rule, history.to);
  if (content === undefined || content.sends === 0) return undefined;
  const share = eligible?.[rate] ?? 1;
  const sends = share * content.sends;
  const bad = rate === 'bounceRate' ? content.hardBounces : content.complaints;
  const left = (threshold: number) => Math.max(0, Math.floor(threshold * sends - bad + 1e-9));
  const result = { rate: bad / sends, bad, sends, left: { review: left(review), pause: left(pause) } };
  if (bad / sends < review) return result;

  const future = createFuture(history, { ...rule, ...(eligible && { eligible }) }, rate);
  for (let at = history.to + hour; at <= history.to + maxForecastDays * day; at += hour) {
    const value = future(at);
    if (value !== undefined && value < review) return { ...result, recoversAt: at };
  }
  return result;
}

/** A rate at a time, epoch milliseconds. */
export type RatePoint = { readonly at: number; readonly rate: number };

/**
 * Returns AWS's rate day by day: as it was, and as it will be if nothing more goes wrong and the volume stays that of the last 28 days. Days for
 * which the history is too short are left out.
 */
export function courseOfRate(
  history: Cumulative,
  rule: PossibleRule,
  rate: RateName,
  { daysBefore, daysAfter }: { readonly daysBefore: number; readonly daysAfter: number },
): { readonly past: readonly RatePoint[]; readonly future: readonly RatePoint[] } {
  const share = rule.eligible?.[rate] ?? 1;
  const past = Array.from({ length: daysBefore + 1 }, (_, index) => history.to - (daysBefore - index) * day).flatMap(
    (at): RatePoint[] => {
      const content = contentOf(history, rule, at);
      if (content === undefined || content.sends === 0) return [];
      const bad = rate === 'bounceRate' ? content.hardBounces : content.complaints;
      return [{ at, rate: bad / (share * content.sends) }];
    },
  );
  const rateAt = createFuture(history, rule, rate);
  const future = Array.from({ length: daysAfter }, (_, index) => history.to + (index + 1) * day).flatMap(
    (at): RatePoint[] => {
      const value = rateAt(at);
      return value === undefined ? [] : [{ at, rate: value }];
    },
  );
  return { past, future };
}

/** Returns a function that returns the rate at a time after the end of the history, or `undefined` if no emails count then. */
function createFuture(history: Cumulative, { eligible, ...rule }: PossibleRule, rate: RateName) {
  const badOf = (time: number) => (rate === 'bounceRate' ? history.hardBounces(time) : history.complaints(time));
  const share = eligible?.[rate] ?? 1;
  const from = Math.max(history.from, history.to - 28 * day);
  const perMs = (history.sends(history.to) - history.sends(from)) / Math.max(1, history.to - from);
  return (at: number): number | undefined => {
    const future = perMs * (at - history.to);
    // What is sent from now on pushes the oldest emails out of a window by count; time does so in one by days.
    const byEmails = history.timeOfSends(history.sends(history.to) - Math.max(0, rule.emails - future));
    const start = Math.min(rule.emails === 0 ? Number.POSITIVE_INFINITY : byEmails, at - rule.days * day, history.to);
    const old = history.sends(history.to) - history.sends(start);
    const total = old + Math.min(future, perMs * Math.max(0, at - Math.max(history.to, start)));
    return total > 0 ? (badOf(history.to) - badOf(start)) / (share * total) : undefined;
  };
}
