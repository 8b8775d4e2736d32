import { day } from '../durations.ts';
import { awsThresholds } from '../policy/thresholds.ts';
import type { Thresholds } from '../reputation/headroom.ts';
import type { RateName } from '../reputation/rate-name.ts';
import type { Cumulative } from './cumulative.ts';
import type { FittedRule, WindowFit } from './fit-window.ts';
import { forecast, type PossibleRule, type WindowForecast } from './forecast.ts';
import { type PossibleRules, type Recovery, recoveryOf } from './recovery.ts';
import { contentOf, type WindowRule } from './window.ts';

/** The day whose emails raise a rate most. */
export type HeaviestDay = {
  /** Start of the day (UTC), epoch milliseconds. */
  readonly start: number;
  readonly bad: number;
  /** The emails that count. */
  readonly sends: number;
};

/** What follows from a window for one rate, when the rate recovers, and which day weighs on it. */
export type RateOutlook = WindowForecast & {
  readonly thresholds: Thresholds;
  /** Missing if the rate is below the review threshold, or if that is not known. */
  readonly recovery?: Recovery;
  /** Missing if no day is worse than the others. */
  readonly heaviestDay?: HeaviestDay;
};

export type OutlookByRate = Readonly<Partial<Record<RateName, RateOutlook>>>;

/** AWS's rates: by the window that was inferred, or else by the two windows between which AWS's own is likely to be. */
export type Outlook =
  | { readonly kind: 'known'; readonly rule: FittedRule; readonly reason: string; readonly rates: OutlookByRate }
  | { readonly kind: 'range'; readonly reason: string; readonly ranges: readonly WindowRange[] };

/** `rates` is empty where the history is shorter than the window. */
export type WindowRange = { readonly name: string; readonly rates: OutlookByRate };

/** AWS's own notices about small accounts name windows of 10,192 to 10,476 emails, over 75 to 346 days. */
const noticedEmails = 10_000;

/** The window that AWS's own notices name. */
export const noticedWindow: WindowRule = { emails: noticedEmails, days: 0 };

const ranges: readonly (readonly [string, WindowRule])[] = [
  ['the last 24 hours', { emails: 0, days: 1 }],
  ['the last 10,000 emails', noticedWindow],
];

/** A day with fewer bounces above the average, as a share of all, explains little. */
const minExcess = 0.05;

/** AWS's thresholds of each rate. */
export const awsThresholdsByRate: Readonly<Record<RateName, Thresholds>> = {
  bounceRate: { review: awsThresholds.review.bounceRate, pause: awsThresholds.pause.bounceRate },
  complaintRate: { review: awsThresholds.review.complaintRate, pause: awsThresholds.pause.complaintRate },
};

/** Returns what follows for the rates at the end of a history. */
export function outlookOf(history: Cumulative, fit: WindowFit, thresholds = awsThresholdsByRate): Outlook {
  const { reason } = fit;
  const ratesBy = (rules: PossibleRules): OutlookByRate => {
    const rateOf = (rate: RateName) => rateOutlook(history, rules, rate, thresholds[rate]);
    const [bounceRate, complaintRate] = [rateOf('bounceRate'), rateOf('complaintRate')];
    return { ...(bounceRate && { bounceRate }), ...(complaintRate && { complaintRate }) };
  };
  if (fit.kind === 'known') return { kind: 'known', rule: fit.rule, reason, rates: ratesBy(fit) };
  return {
    kind: 'range',
    reason,
    ranges: ranges.map(([name, rule]) => ({ name, rates: ratesBy({ rule, bounds: [] }) })),
  };
}

function rateOutlook(
  history: Cumulative,
  rules: PossibleRules,
  rate: RateName,
  thresholds: Thresholds,
): RateOutlook | undefined {
  const found = forecast(history, rules.rule, rate, thresholds);
  if (found === undefined) return undefined;
  const recovery = found.recoversAt === undefined ? undefined : recoveryOf(history, rules, rate, thresholds);
  const heaviestDay = findHeaviestDay(history, rules.rule, rate);
  return { ...found, thresholds, ...(recovery && { recovery }), ...(heaviestDay && { heaviestDay }) };
}

/** Returns the day of a window with the most bounces (or complaints) above those that its emails have at the rate of the whole window. */
function findHeaviestDay(history: Cumulative, rule: PossibleRule, rate: RateName): HeaviestDay | undefined {
  const content = contentOf(history, rule, history.to);
  if (content === undefined || content.sends === 0) return undefined;
  const badOf = (time: number) => (rate === 'bounceRate' ? history.hardBounces(time) : history.complaints(time));
  const average = (badOf(history.to) - badOf(content.from)) / content.sends;
  const share = rule.eligible?.[rate] ?? 1;
  let heaviest: HeaviestDay | undefined;
  let most = minExcess * average * content.sends;
  for (let start = Math.floor(content.from / day) * day; start < history.to; start += day) {
    const [from, to] = [Math.max(start, content.from), Math.min(start + day, history.to)];
    const [bad, sends] = [badOf(to) - badOf(from), history.sends(to) - history.sends(from)];
    const excess = bad - average * sends;
    if (excess < Math.max(1, most)) continue;
    most = excess;
    heaviest = { start, bad, sends: share * sends };
  }
  return heaviest;
}
