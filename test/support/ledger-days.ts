import { reputationWindow } from '../../local/ses-simulator/reputation-rates.ts';
import { historyOf, type Ledger, startOfDay } from '../../shared/domain/aws-window/ledger.ts';
import { emptyLedger, fittedDays, updateLedger } from '../../shared/domain/aws-window/update-ledger.ts';
import { contentOf } from '../../shared/domain/aws-window/window.ts';
import type { SendingBucket } from '../../shared/domain/reputation/backtest.ts';
import type { CounterBucket } from '../../shared/domain/reputation/counter-bucket.ts';
import { makeHiddenWindow } from './hidden-window.ts';

const hour = 3_600_000;
const day = 24 * hour;

/** What a stack knew on one day: nothing, or a window that is off by this share. */
export type DayCheck = {
  readonly seed: number;
  readonly day: number;
  readonly isKnown: boolean;
  readonly sizeOff: number;
};

/**
 * Updates the ledger of an account with a hidden window, as a stack does that begins some days before the end: SES's figures for the days before it,
 * counters of 32 days, and the values that CloudWatch has for 60 days.
 *
 * @param step days from one update to the next
 */
export function checkDays(
  seed: number,
  { before, step }: { readonly before: number; readonly step: number },
): DayCheck[] {
  const { buckets, points, rule } = makeHiddenWindow(seed);
  const [first, end] = [buckets[0]?.start ?? 0, (buckets.at(-1)?.start ?? 0) + hour];
  const begin = startOfDay(end - before * day);
  const ses = sumByDay(buckets.filter(({ start }) => start < begin));
  const checks: DayCheck[] = [];
  let ledger: Ledger = emptyLedger;
  for (let now = begin + 3 * hour; now <= end; now += step * day) {
    const countedFrom = Math.max(begin, startOfDay(now - 32 * day));
    const counters = buckets.filter(({ start }) => start >= countedFrom && start < now).map(toCounters);
    const shown = points.filter(({ at }) => at <= now && at > now - fittedDays * day);
    ledger = updateLedger(ledger, { buckets: counters, countedFrom, now }, { ses, points: shown });
    const { fit } = ledger;
    if (fit.kind === 'unknown') {
      checks.push({ seed, day: (now - begin) / day, isKnown: false, sizeOff: 0 });
      continue;
    }
    const history = historyOf(ledger, counters, now);
    const passed = (now - first) / hour;
    const truth = reputationWindow(buckets.slice(0, passed), rule, { end: passed, now: Number.POSITIVE_INFINITY });
    const sends = contentOf(history, fit.rule, history.to)?.sends ?? 0;
    const sizeOff = truth === undefined ? Number.POSITIVE_INFINITY : Math.abs(sends - truth.sends) / truth.sends;
    checks.push({ seed, day: (now - begin) / day, isKnown: true, sizeOff });
  }
  return checks;
}

function toCounters({ start, sends, hardBounces, complaints }: SendingBucket): CounterBucket {
  return { start, sends, hard: hardBounces, complaints, prevented: 0 };
}

function sumByDay(buckets: readonly SendingBucket[]): SendingBucket[] {
  const days = new Map<number, SendingBucket>();
  for (const one of buckets) {
    const start = startOfDay(one.start);
    const sum = days.get(start) ?? { start, sends: 0, hardBounces: 0, complaints: 0 };
    days.set(start, {
      start,
      sends: sum.sends + one.sends,
      hardBounces: sum.hardBounces + one.hardBounces,
      complaints: sum.complaints + one.complaints,
    });
  }
  return [...days.values()];
}
