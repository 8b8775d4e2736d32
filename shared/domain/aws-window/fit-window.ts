import { day, hour } from '../durations.ts';
import type { RateName } from '../reputation/rate-name.ts';
import type { Cumulative } from './cumulative.ts';
import { contentOf, type WindowRule } from './window.ts';
import { allDelays, type Candidate, coarseCandidates, neighborsOf } from './window-candidates.ts';

/** The rates that AWS shows for an account at one time. A rate is missing where CloudWatch has no value. */
export type MetricPoint = { readonly at: number } & { readonly [rate in RateName]?: number };

/** The rule that explains the rates of AWS, or why none is known. */
export type WindowFit =
  | {
      readonly kind: 'known';
      readonly rule: WindowRule;
      /** The rules with the smallest and the largest window of those that explain the values about as well. What they disagree about is not known. */
      readonly bounds: readonly WindowRule[];
      readonly reason: string;
    }
  | { readonly kind: 'unknown'; readonly reason: string };

/** The error of each rate: the root mean square, in units of {@link resolutionOf}. `undefined`: AWS shows no such rate. */
type Misfit = { readonly [rate in RateName]?: number };
type Scored = { readonly candidate: Candidate; readonly score: number };

const rates: readonly RateName[] = ['bounceRate', 'complaintRate'];
/** Windows that differ by less are the same, for every purpose that the fit has. */
const maxDifference = 0.05;
/** A rule remains possible if its error is at most this many times that of the best one. */
const possibleFactor = 1.5;
/** A rule that explains less of what AWS's rates do explains nothing: they may hardly change. */
const minExplained = 0.8;
const minPoints = 60;
const maxPoints = 200;
/** By how much the best rule is changed, to find out how well it is known. */
const changes = [0.005, 0.01, 0.02, 0.03, 0.04, 0.06, 0.08, 0.12, 0.2, 0.3].flatMap((change) => [-change, change]);
/** The share of the points, the older ones, to which rules are fitted. The others test the result. */
const trainingShare = 0.7;

/**
 * Infers the window of AWS's rates from what the account sent and the rates that AWS showed. It is known only if one rule explains the older
 * rates, explains the newer ones as well, and no other rule that explains them chooses a window that is more than 5 % larger or smaller.
 */
export function fitWindow(history: Cumulative, points: readonly MetricPoint[]): WindowFit {
  const usable = points.filter(({ at }) => at > history.from + day && at <= history.to + hour);
  if (usable.length < minPoints)
    return unknown(`needs ${minPoints} values of AWS within the history, and has ${usable.length}`);
  const split = Math.floor(usable.length * trainingShare);
  const [training, test] = [thin(usable.slice(0, split)), thin(usable.slice(split))];
  const scoreOn = (some: readonly MetricPoint[]) => {
    const resolution = resolutionOf(usable);
    return (candidate: Candidate) => scoreOf(history, candidate, some, resolution);
  };
  const score = scoreOn(training);
  const scored = search(coarseCandidates(history), score);
  const [best] = scored.toSorted((a, b) => a.score - b.score);
  if (best === undefined) return unknown('the history is shorter than every window that was tried');

  if (explainedBy(history, best.candidate, training) < minExplained)
    return unknown('no window explains the values of AWS, or they hardly change');
  if (scoreOn(test)(best.candidate) > 2 * best.score + 1)
    return unknown('the rule that explains the older values of AWS does not explain the newer ones');
  const possible = scored.filter((one) => one.score <= possibleFactor * best.score + 0.5);
  const times = [...test.map(({ at }) => at), history.to];
  if (possible.some(({ candidate }) => times.some((at) => isOtherSize(history, best.candidate, candidate, at))))
    return unknown('several windows explain the values of AWS equally well');
  const ruleOf = (candidate: Candidate) => bindingPart(history, candidate, usable);
  return {
    kind: 'known',
    rule: ruleOf(best.candidate),
    bounds: boundsOf(history, possible).map(ruleOf),
    reason: `explains ${usable.length} values of AWS, and no other window does`,
  };
}

function unknown(reason: string): WindowFit {
  return { kind: 'unknown', reason };
}

/** Scores the candidates, and then those near the best ones, in ever smaller steps. */
function search(candidates: readonly Candidate[], score: (candidate: Candidate) => number): Scored[] {
  const scored: Scored[] = [];
  const add = (some: readonly Candidate[]) => {
    for (const candidate of some) scored.push({ candidate, score: score(candidate) });
  };
  const valid = () => scored.filter((one) => Number.isFinite(one.score)).sort((a, b) => a.score - b.score);
  /** Of each kind, as an account whose volume hardly changes has windows of each kind that explain about the same. */
  const bestOfEachKind = (count: number) => {
    const ordered = valid();
    return kinds.flatMap((isOfKind) => ordered.filter(({ candidate }) => isOfKind(candidate)).slice(0, count));
  };
  add(candidates);
  for (const step of [0.04, 0.02, 0.01, 0.005, 0.002, 0.001])
    for (const { candidate } of bestOfEachKind(2)) add(neighborsOf(candidate, step));
  // How far they can be changed shows what is possible.
  for (const { candidate } of bestOfEachKind(1))
    for (const change of changes)
      for (const delayMs of allDelays) {
        const { emails, days } = candidate;
        add([
          { emails: emails * (1 + change), days, delayMs },
          { emails, days: days * (1 + change), delayMs },
        ]);
      }
  return valid();
}

const kinds: readonly ((rule: WindowRule) => boolean)[] = [
  ({ days }) => days === 0,
  ({ emails }) => emails === 0,
  ({ emails, days }) => emails > 0 && days > 0,
];

/** Returns the error of a candidate in both rates, or infinity if the history is too short for it. */
function scoreOf(
  history: Cumulative,
  candidate: Candidate,
  points: readonly MetricPoint[],
  resolution: Required<Misfit>,
): number {
  const sums = { bounceRate: 0, complaintRate: 0 };
  const counts = { bounceRate: 0, complaintRate: 0 };
  let missing = 0;
  for (const point of points) {
    const content = contentOf(history, candidate, point.at - candidate.delayMs);
    if (content === undefined || content.sends <= 0) {
      missing++;
      continue;
    }
    for (const rate of rates) {
      const value = point[rate];
      if (value === undefined) continue;
      const bad = rate === 'bounceRate' ? content.hardBounces : content.complaints;
      sums[rate] += ((bad / content.sends - value) / resolution[rate]) ** 2;
      counts[rate]++;
    }
  }
  if (missing > points.length / 3) return Number.POSITIVE_INFINITY;
  return rates.reduce((sum, rate) => sum + (counts[rate] === 0 ? 0 : Math.sqrt(sums[rate] / counts[rate])), 0);
}

/** Returns how much of the variation of the bounce rate a candidate explains, from 0 to 1. */
function explainedBy(history: Cumulative, candidate: Candidate, points: readonly MetricPoint[]): number {
  const values = points.flatMap(({ bounceRate }) => bounceRate ?? []);
  const mean = values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
  const spread = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / Math.max(1, values.length));
  const bounces = points.map(({ at, bounceRate }) => ({ at, ...(bounceRate !== undefined && { bounceRate }) }));
  const error = scoreOf(history, candidate, bounces, { bounceRate: 1, complaintRate: 1 });
  return spread === 0 ? 0 : 1 - error / spread;
}

/** Returns how fine the values of each rate are: what they vary by, so that both rates weigh the same. */
function resolutionOf(points: readonly MetricPoint[]): Required<Misfit> {
  const of = (rate: RateName) => {
    const values = points.flatMap((point) => point[rate] ?? []);
    const [low, high] = [Math.min(...values), Math.max(...values)];
    return Math.max((high - low) / 100, 1e-6);
  };
  return { bounceRate: of('bounceRate'), complaintRate: of('complaintRate') };
}

function isOtherSize(history: Cumulative, one: Candidate, other: Candidate, at: number): boolean {
  const [a, b] = [one, other].map((candidate) => contentOf(history, candidate, at - candidate.delayMs)?.sends);
  if (a === undefined || b === undefined) return false;
  return Math.abs(a - b) > maxDifference * Math.max(a, b);
}

/** Returns the candidates with the smallest and the largest window at the end of the history. */
function boundsOf(history: Cumulative, possible: readonly Scored[]): readonly Candidate[] {
  const sized = possible
    .map(({ candidate }) => ({ candidate, sends: contentOf(history, candidate, history.to)?.sends ?? 0 }))
    .sort((a, b) => a.sends - b.sends);
  return [sized[0], sized.at(-1)].flatMap((one) => one?.candidate ?? []);
}

/** Leaves out the part of a rule that never decides where the window begins. */
function bindingPart(
  history: Cumulative,
  { emails, days, delayMs }: Candidate,
  points: readonly MetricPoint[],
): WindowRule {
  const bounds = points.flatMap(({ at }) => contentOf(history, { emails, days }, at - delayMs)?.boundBy ?? []);
  const byDays = bounds.filter((bound) => bound === 'days').length / Math.max(1, bounds.length);
  const decides = (share: number) => share >= 0.05;
  return { emails: decides(1 - byDays) ? emails : 0, days: decides(byDays) ? days : 0 };
}

/** Returns some of the points, evenly distributed. */
function thin(points: readonly MetricPoint[]): readonly MetricPoint[] {
  const every = Math.ceil(points.length / maxPoints);
  return points.filter((_, index) => index % every === 0);
}
