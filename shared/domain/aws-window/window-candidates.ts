import { day, hour } from '../durations.ts';
import type { Cumulative } from './cumulative.ts';
import type { WindowRule } from './window.ts';

/** A rule, and how late AWS's figures are, in milliseconds. */
export type Candidate = WindowRule & { readonly delayMs: number };

/** How late AWS's figures may be. */
export const allDelays: readonly number[] = [0, 1, 2, 4, 8, 16, 24, 36, 48].map((hours) => hours * hour);

/** Returns numbers from the first to the last, each larger than the one before by a share. */
function geometric(first: number, last: number, growth: number): number[] {
  const count = Math.floor(Math.log(last / first) / Math.log(1 + growth));
  return Array.from({ length: Math.max(0, count + 1) }, (_, index) => first * (1 + growth) ** index);
}

/** Returns rules of each kind, for a history: the latest emails, the latest days, and both. */
export function coarseCandidates(history: Cumulative): Candidate[] {
  const sends = history.sends(history.to);
  const days = (history.to - history.from) / day;
  const rules: WindowRule[] = [
    ...geometric(50, 0.9 * sends, 0.05).map((emails) => ({ emails, days: 0 })),
    ...geometric(0.5, 0.9 * days, 0.05).map((length) => ({ emails: 0, days: length })),
    ...geometric(100, 0.8 * sends, 0.35).flatMap((emails) =>
      geometric(1, 0.8 * days, 0.35).map((length) => ({ emails, days: length })),
    ),
  ];
  return rules.flatMap((rule) => [2 * hour, day].map((delayMs) => ({ ...rule, delayMs })));
}

/** Returns candidates near one, in steps of a share of it. */
export function neighborsOf({ emails, days, delayMs }: Candidate, step: number): Candidate[] {
  const changes = [-2, -1, 0, 1, 2].map((times) => (1 + step) ** times);
  const delays = allDelays.filter((one) => Math.abs(allDelays.indexOf(one) - nearestIndex(delayMs)) <= 1);
  const rules = changes.flatMap((e) => changes.map((d) => ({ emails: emails * e, days: days * d })));
  const unique = rules.filter(
    (rule, index) => rules.findIndex((one) => one.emails === rule.emails && one.days === rule.days) === index,
  );
  return unique.flatMap((rule) => delays.map((one) => ({ ...rule, delayMs: one })));
}

function nearestIndex(delayMs: number): number {
  const distances = allDelays.map((one) => Math.abs(one - delayMs));
  return distances.indexOf(Math.min(...distances));
}
