import type { MetricPoint } from '../../../shared/domain/aws-window/score-rule.ts';
import { daysTested, emptyLedger, isLedgerDue, updateLedger } from '../../../shared/domain/aws-window/update-ledger.ts';
import { daysBefore, knownWindow, ledgerAt } from '../../support/ledger.ts';
import { day, hour, noon } from '../../support/ses.ts';

const now = noon;
/** 1,000 emails a day, of which 1 to 5 % bounce. */
const days = daysBefore(
  now,
  Array.from({ length: 60 }, (_, index) => ({ sends: 1000, hardBounces: 10 * (1 + (index % 5)) })),
);
const window = knownWindow({ emails: 0, days: 2 });
const ledger = ledgerAt(now, days, window);
const input = { buckets: [], countedFrom: now };
/** The values of each hour, as the mean of two whole days before it, or others. */
const points = (hours: number, from: number, valueAt: (at: number) => number): MetricPoint[] =>
  Array.from({ length: hours }, (_, index) => {
    const at = from + (index + 1) * hour;
    return { at, bounceRate: valueAt(at), complaintRate: 0 };
  });
const dayAt = (at: number) => days.find(({ start }) => start <= at && at < start + day) ?? { sends: 0, hardBounces: 0 };
const windowAt = (at: number) => {
  const hours = Array.from({ length: 48 }, (_, index) => dayAt(at - (index + 1) * hour));
  const sum = (name: 'sends' | 'hardBounces') => hours.reduce((total, one) => total + one[name], 0);
  return sum('hardBounces') / sum('sends');
};

test('a window that explains the values since stays, and has been tested for longer', () => {
  const explained = points(18, ledger.testedUntil, windowAt);
  const next = updateLedger(ledger, { ...input, now: now + hour }, { ses: [], points: explained });
  expect(next).toMatchObject({ fit: window, since: ledger.since, version: 4, testedUntil: explained.at(-1)?.at });
  expect([daysTested(ledger), daysTested(next)]).toEqual([9, 9]);
  expect(daysTested({ ...next, testedUntil: ledger.since + 12.5 * day })).toBe(12);
});

test('without values, a window is neither confirmed nor refuted', () => {
  const { fit, testedUntil } = updateLedger(ledger, { ...input, now: now + day }, { ses: [], points: [] });
  expect([fit, testedUntil]).toEqual([window, ledger.testedUntil]);
});

test('a window that does not explain the values since is not known any more, and the search starts over', () => {
  const old = points(100, ledger.testedUntil - 100 * hour, windowAt);
  const others = points(20, ledger.testedUntil, (at) => 0.2 + windowAt(at));
  const next = updateLedger(ledger, { ...input, now: now + hour }, { ses: [], points: [...old, ...others] });
  expect(next.fit).toEqual({
    kind: 'unknown',
    reason: 'the window that was known does not explain the newest values of AWS',
  });
  expect([next.since, daysTested(next)]).toEqual([now + hour, 0]);
  // The values until then are not used again.
  const later = points(15, now, windowAt);
  const after = updateLedger(next, { ...input, now: now + day }, { ses: [], points: [...old, ...others, ...later] });
  expect(after.fit).toMatchObject({ reason: expect.stringMatching(/has 1\d$/) });
});

test('an update is due once a day, two hours after midnight, and when there was none', () => {
  const midnight = noon - 12 * hour;
  const updated = { ...ledger, updatedAt: midnight + 3 * hour };
  const isDueAt = (time: number) => isLedgerDue(updated, midnight + time);
  expect([4, 23, 25.9, 26, 40].map((hours) => isDueAt(hours * hour))).toEqual([false, false, false, true, true]);
  expect(isLedgerDue(emptyLedger, noon)).toBe(true);
});
