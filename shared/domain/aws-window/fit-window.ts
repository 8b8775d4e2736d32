import { day, hour } from '../durations.ts';
import { rateNames } from '../reputation/rate-name.ts';
import type { Cumulative } from './cumulative.ts';
import type { Eligibility } from './eligibility.ts';
import { type MetricPoint, type Resolution, resolutionOf, type ScoredRule, scoreRule } from './score-rule.ts';
import { contentOf, type WindowRule } from './window.ts';
import { allDelays, type Candidate, coarseCandidates, neighborsOf } from './window-candidates.ts';

/** A rule, and the share of the emails that counts. */
export type FittedRule = WindowRule & { readonly eligible: Eligibility };

/** The rule that explains the rates of AWS. */
export type KnownWindow = {
  readonly kind: 'known';
  readonly rule: FittedRule;
  /** The rules with the smallest and the largest window of those that explain the values about as well. What they disagree about is not known. */
  readonly bounds: readonly FittedRule[];
  readonly reason: string;
  /** What later values are tested with. */
  readonly test: { readonly candidate: Candidate; readonly maxScore: number; readonly resolution: Resolution };
};

/** The rule that explains the rates of AWS, or why none is known. */
export type WindowFit = KnownWindow | { readonly kind: 'unknown'; readonly reason: string };

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
  const usable = usablePoints(history, points);
  if (usable.length < minPoints)
    return unknown(`needs ${minPoints} values of AWS within the history, and has ${usable.length}`);
  const split = Math.floor(usable.length * trainingShare);
  const resolution = resolutionOf(usable);
  const training = { points: thin(usable.slice(0, split)), resolution };
  const test = { points: thin(usable.slice(split)), resolution };
  const scored = search(coarseCandidates(history), (candidate) => scoreRule(history, candidate, training));
  const [best] = scored.toSorted((a, b) => a.score - b.score);
  if (best === undefined) return unknown('the history is shorter than every window that was tried');

  if (best.explained < minExplained) return unknown('no window explains the values of AWS, or they hardly change');
  const maxScore = 2 * best.score + 1;
  if (scoreRule(history, best.candidate, test, best.eligible).score > maxScore)
    return unknown('the rule that explains the older values of AWS does not explain the newer ones');
  const possible = scored.filter((one) => one.score <= possibleFactor * best.score + 0.5);
  const times = [...test.points.map(({ at }) => at), history.to];
  if (possible.some((one) => times.some((at) => isOtherSize(history, best, one, at))))
    return unknown('several windows explain the values of AWS equally well');
  const ruleOf = ({ candidate, eligible }: ScoredRule) => ({ ...bindingPart(history, candidate, usable), eligible });
  return {
    kind: 'known',
    rule: ruleOf(best),
    bounds: boundsOf(history, possible).map(ruleOf),
    reason: `explains ${usable.length} values of AWS, to within ${formatError(best.bounceError)}, and no other window does`,
    test: { candidate: best.candidate, maxScore, resolution },
  };
}

/** Returns whether a window explains values that AWS has shown since it was inferred. Where there are none, it does. */
export function explainsNewer(
  history: Cumulative,
  { rule, test }: KnownWindow,
  points: readonly MetricPoint[],
): boolean {
  const usable = thin(usablePoints(history, points));
  if (usable.length === 0) return true;
  const own = resolutionOf(usable);
  // Values that hardly change must not be explained better than those the window was inferred from.
  const resolution = {
    bounceRate: Math.max(own.bounceRate, test.resolution.bounceRate),
    complaintRate: Math.max(own.complaintRate, test.resolution.complaintRate),
  };
  return scoreRule(history, test.candidate, { points: usable, resolution }, rule.eligible).score <= test.maxScore;
}

function unknown(reason: string): WindowFit {
  return { kind: 'unknown', reason };
}

function usablePoints(history: Cumulative, points: readonly MetricPoint[]): readonly MetricPoint[] {
  return points.filter(({ at }) => at > history.from + day && at <= history.to + hour);
}

/** `0.012 percentage points`. */
function formatError(error: number): string {
  return `${Number((100 * error).toPrecision(2))} percentage points`;
}

/** Scores the candidates, and then those near the best ones, in ever smaller steps. */
function search(candidates: readonly Candidate[], score: (candidate: Candidate) => ScoredRule): ScoredRule[] {
  const scored: ScoredRule[] = [];
  const add = (some: readonly Candidate[]) => {
    for (const candidate of some) scored.push(score(candidate));
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

/** Returns whether two rules choose windows of different sizes, or of different numbers of emails that count. */
function isOtherSize(history: Cumulative, one: ScoredRule, other: ScoredRule, at: number): boolean {
  const [a, b] = [one, other].map(({ candidate }) => contentOf(history, candidate, at - candidate.delayMs)?.sends);
  if (a === undefined || b === undefined) return false;
  const differ = (x: number, y: number) => Math.abs(x - y) > maxDifference * Math.max(x, y);
  return differ(a, b) || rateNames.some((rate) => differ(a * one.eligible[rate], b * other.eligible[rate]));
}

/** Returns the candidates with the smallest and the largest window at the end of the history. */
function boundsOf(history: Cumulative, possible: readonly ScoredRule[]): readonly ScoredRule[] {
  const sized = possible
    .map((one) => ({ one, sends: contentOf(history, one.candidate, history.to)?.sends ?? 0 }))
    .sort((a, b) => a.sends - b.sends);
  return [sized[0], sized.at(-1)].flatMap((found) => found?.one ?? []);
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
