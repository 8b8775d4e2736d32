import { day } from '../durations.ts';
import type { Cumulative } from './cumulative.ts';

/**
 * A rule by which AWS may choose the emails of its rates: the latest `emails`, but at least those of `days`. Both are 0 or more; one of them is
 * above 0.
 */
export type WindowRule = { readonly emails: number; readonly days: number };

/** The emails of a window. */
export type WindowContent = {
  /** The window begins after this time, epoch milliseconds. */
  readonly from: number;
  readonly sends: number;
  readonly hardBounces: number;
  readonly complaints: number;
  /** What decides where the window begins. */
  readonly boundBy: keyof WindowRule;
};

/** Returns the content of a window that ends at a time, or `undefined` if the history does not reach back far enough. */
export function contentOf(history: Cumulative, { emails, days }: WindowRule, to: number): WindowContent | undefined {
  const sent = history.sends(to);
  if (emails > sent) return undefined;
  const byEmails = emails === 0 ? to : history.timeOfSends(sent - emails);
  const byDays = to - days * day;
  const from = Math.min(byEmails, byDays);
  if (from < history.from) return undefined;
  return {
    from,
    sends: sent - history.sends(from),
    hardBounces: history.hardBounces(to) - history.hardBounces(from),
    complaints: history.complaints(to) - history.complaints(from),
    boundBy: byDays < byEmails ? 'days' : 'emails',
  };
}
