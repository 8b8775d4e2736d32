import { day, hour } from '../durations.ts';
import type { Cumulative } from './cumulative.ts';
import { explainsNewer, fitWindow, type WindowFit } from './fit-window.ts';
import { historyOf, type Ledger, type LedgerInput, mergeDays, startOfDay } from './ledger.ts';
import type { MetricPoint } from './score-rule.ts';

/** What SES publishes about the account in CloudWatch. */
export type AccountFigures = Pick<LedgerInput, 'ses'> & {
  /** `Reputation.BounceRate` and `Reputation.ComplaintRate`, oldest first. */
  readonly points: readonly MetricPoint[];
};

/** CloudWatch has the last values of a day some time after its end. */
const publicationDelayMs = 2 * hour;

/** A ledger of an account of which nothing is known. */
export const emptyLedger: Ledger = {
  version: 0,
  days: [],
  fit: { kind: 'unknown', reason: 'the ledger has not been filled yet' },
  since: 0,
  testedUntil: 0,
  updatedAt: 0,
};

/** Returns whether a ledger is to be updated: once a day, after the day that it is about. */
export function isLedgerDue({ version, updatedAt }: Ledger, now: number): boolean {
  return version === 0 || startOfDay(now - publicationDelayMs) > startOfDay(updatedAt - publicationDelayMs);
}

/**
 * Returns the ledger of the next day. A window that is known is tested with what AWS has shown since. If it explains that, it stays; if not, it
 * is not known any more, and the search starts over with the values from then on.
 */
export function updateLedger(
  ledger: Ledger,
  { buckets, countedFrom, now }: Pick<LedgerInput, 'buckets' | 'countedFrom' | 'now'>,
  { ses, points }: AccountFigures,
): Ledger {
  const days = mergeDays({ stored: ledger.days, buckets, countedFrom, ses, now });
  const history = historyOf({ days }, buckets, now);
  const next = { version: ledger.version + 1, days, updatedAt: now };
  const { fit, since, testedUntil } = ledger;
  const newer = points.filter(({ at }) => at > testedUntil);
  const newest = points.at(-1)?.at ?? testedUntil;
  if (fit.kind === 'known') {
    if (explainsNewer(history, fit, newer)) return { ...next, fit, since, testedUntil: Math.max(testedUntil, newest) };
    // The same window may have become known better.
    const again = fitWindow(history, points);
    if (again.kind === 'known') return { ...next, fit: again, since: now, testedUntil: newest };
    const reason = 'the window that was known does not explain the newest values of AWS';
    return { ...next, fit: { kind: 'unknown', reason }, since: now, testedUntil: newest };
  }
  const found = fitAnySpan(history, newer);
  if (found.kind === 'unknown') return { ...next, fit: found, since: since === 0 ? now : since, testedUntil };
  return { ...next, fit: found, since: now, testedUntil: newest };
}

/**
 * Fits all values, or else the newest ones alone: AWS may have changed its window, and of the older values the ledger has only the days, which says
 * little about a short window.
 */
function fitAnySpan(history: Cumulative, points: readonly MetricPoint[]): WindowFit {
  const found = fitWindow(history, points);
  if (found.kind === 'known') return found;
  const lately = points.filter(({ at }) => at > history.to - recentDays * day);
  const again = lately.length < points.length ? fitWindow(history, lately) : found;
  return again.kind === 'known' ? again : found;
}

/** The newest values that are fitted alone. With a window of as many days, they are about hours that the counters have. */
const recentDays = 15;

/** How far back the values of AWS are read for the fit. CloudWatch returns at most 1,440 values at once: hours of this many days. */
export const fittedDays = 60;

/** How many days a known window has explained values that it was not inferred from. */
export function daysTested({ fit, since, testedUntil }: Ledger): number {
  return fit.kind === 'known' ? Math.max(0, Math.floor((testedUntil - since) / day)) : 0;
}
