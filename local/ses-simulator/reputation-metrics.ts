import { day, hour } from '../../shared/domain/durations.ts';
import { type ReputationRule, reputationRates, type SimulatedHour } from './reputation-rates.ts';
import type { SesState, SimulatedSends } from './state.ts';

/** The rates of one hour, as CloudWatch has them. `at` is in epoch milliseconds. */
export type ReputationPoint = { readonly at: number; readonly bounceRate: number; readonly complaintRate: number };

/** The emails of one day. `start` is in epoch milliseconds. */
export type SimulatedDay = {
  readonly start: number;
  readonly sends: number;
  readonly hardBounces: number;
  readonly complaints: number;
};

/**
 * Returns what SES publishes in CloudWatch about the emails of `sendStatistics`: its rates of each hour, by the rule in the state, and its counts
 * of each day that is over. Without a rule there are no rates.
 */
export function accountFigures(
  { sendStatistics, reputationRule }: Pick<SesState, 'sendStatistics' | 'reputationRule'>,
  now: number,
): { readonly points: readonly ReputationPoint[]; readonly ses: readonly SimulatedDay[] } {
  const first = Math.min(...sendStatistics.map(({ at }) => at));
  if (!Number.isFinite(first)) return { points: [], ses: [] };
  const today = Math.floor(now / day) * day;
  const ses = [...groupBy(sendStatistics, day)].map(([start, counted]) => ({ start, ...counted }));
  return {
    points: reputationRule ? pointsOf(sendStatistics, reputationRule, { first, now }) : [],
    ses: ses.filter(({ start }) => start < today).sort((a, b) => a.start - b.start),
  };
}

function pointsOf(
  sends: readonly SimulatedSends[],
  rule: ReputationRule,
  { first, now }: { readonly first: number; readonly now: number },
): ReputationPoint[] {
  const start = Math.floor(first / hour) * hour;
  const byHour = groupBy(sends, hour);
  const hours = Array.from(
    { length: Math.max(0, Math.ceil((now - start) / hour)) },
    (_, index): SimulatedHour => byHour.get(start + index * hour) ?? { sends: 0, hardBounces: 0, complaints: 0 },
  );
  return hours.flatMap((_, index) => {
    const rates = reputationRates(hours, rule, index);
    return rates ? [{ at: start + index * hour, ...rates }] : [];
  });
}

function groupBy(sends: readonly SimulatedSends[], lengthMs: number): Map<number, Omit<SimulatedDay, 'start'>> {
  const groups = new Map<number, Omit<SimulatedDay, 'start'>>();
  for (const one of sends) {
    const start = Math.floor(one.at / lengthMs) * lengthMs;
    const sum = groups.get(start) ?? { sends: 0, hardBounces: 0, complaints: 0 };
    groups.set(start, {
      sends: sum.sends + one.sends,
      hardBounces: sum.hardBounces + one.bounces,
      complaints: sum.complaints + one.complaints,
    });
  }
  return groups;
}
