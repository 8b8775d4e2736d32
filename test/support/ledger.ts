import type { WindowFit } from '../../shared/domain/aws-window/fit-window.ts';
import type { Ledger, LedgerDay } from '../../shared/domain/aws-window/ledger.ts';
import type { WindowRule } from '../../shared/domain/aws-window/window.ts';

const day = 24 * 3_600_000;

/** Builds days that end with the day before a time, oldest first. */
export function daysBefore(
  now: number,
  counts: readonly Partial<Pick<LedgerDay, 'sends' | 'hardBounces' | 'complaints' | 'source'>>[],
): LedgerDay[] {
  const today = Math.floor(now / day) * day;
  return counts.map((one, index) => ({
    start: today - (counts.length - index) * day,
    sends: 0,
    hardBounces: 0,
    complaints: 0,
    source: 'counters',
    ...one,
  }));
}

/** Builds a fit that knows this window: all emails count. */
export function knownWindow(rule: WindowRule): WindowFit {
  const all = { ...rule, eligible: { bounceRate: 1, complaintRate: 1 } };
  return {
    kind: 'known',
    rule: all,
    bounds: [all],
    reason: 'explains 300 values of AWS, and no other window does',
    test: { candidate: { ...rule, delayMs: 0 }, maxScore: 1, resolution: { bounceRate: 0.001, complaintRate: 0.0001 } },
  };
}

/** Builds a ledger that is up to date. */
export function ledgerAt(now: number, days: readonly LedgerDay[], fit: WindowFit): Ledger {
  return { version: 3, days, fit, since: now - 10 * day, testedUntil: now - day, updatedAt: now };
}
