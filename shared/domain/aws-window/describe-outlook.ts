import { day } from '../durations.ts';
import { describeRate, formatCount, formatPercent, labels, unitOf } from '../reputation/format-rate.ts';
import { type RateName, rateNames } from '../reputation/rate-name.ts';
import { formatTimestamp } from '../timestamp.ts';
import type { FittedRule } from './fit-window.ts';
import type { Outlook, OutlookByRate, RateOutlook } from './outlook.ts';
import type { WindowRule } from './window.ts';

/** Returns text for people: how AWS's rates are computed, and what is left. Lines after the first are indented by two spaces. */
export function describeOutlook(outlook: Outlook, rates: readonly RateName[] = rateNames): string[] {
  const describeAll = (byRate: OutlookByRate) => rates.flatMap((rate) => describeRateOutlook(rate, byRate[rate]));
  if (outlook.kind === 'known')
    return [
      `AWS computes its rates over ${describeWindow(outlook.rule)}. This window ${outlook.reason}.`,
      ...describeEligibility(outlook.rule),
      ...describeAll(outlook.rates),
    ];
  return [
    `AWS's window is not known: ${outlook.reason}. A range:`,
    ...outlook.ranges.flatMap(({ name, rates: byRate }) => {
      const lines = describeAll(byRate);
      if (lines.length === 0) return [`  Over ${name}: nothing was sent, or the history is shorter.`];
      return [`  Over ${name}:`, ...lines.map((line) => `  ${line}`)];
    }),
  ];
}

/** Returns a window in words: `the last 10,240 emails`. */
export function describeWindow({ emails, days }: WindowRule): string {
  return [
    ...(emails === 0 ? [] : [`the last ${formatCount(Math.round(emails))} emails`]),
    ...(days === 0 ? [] : [`${emails === 0 ? '' : 'at least '}the last ${days.toFixed(1)} days`]),
  ].join(', ');
}

/** A share above this is the rounding of all. */
const almostAll = 0.99;

function describeEligibility({ eligible }: FittedRule): string[] {
  const parts = rateNames
    .filter((rate) => eligible[rate] < almostAll)
    .map((rate) => `${formatPercent(eligible[rate])} in the ${labels.rates[rate]}`);
  return parts.length === 0 ? [] : [`  Of these emails, AWS counts ${parts.join(', and ')}.`];
}

function describeRateOutlook(rate: RateName, found: RateOutlook | undefined): string[] {
  if (found === undefined) return [];
  const share = describeRate({ bad: Math.round(found.bad), total: Math.round(found.sends) });
  return [
    `  ${labels.rates[rate]}: ${share}; ${describeLeft(rate, found.left)}${describeRecovery(found)}`,
    ...describeHeaviestDay(rate, found),
  ];
}

/** Returns how many bounces or complaints are left: `315 bounces left before review, 815 before pause`. */
export function describeLeft(rate: RateName, { review, pause }: RateOutlook['left']): string {
  return `${formatCount(review)} ${unitOf(rate, review)} left before review, ${formatCount(pause)} before pause`;
}

function describeRecovery({ recovery, ...found }: RateOutlook): string {
  if (recovery === undefined)
    return found.rate < found.thresholds.review ? '' : '; it is not known when it will be below review again';
  const { at, earliest, latest } = recovery;
  const when = at === undefined ? `between ${dayOf(earliest)} and ${dayOf(latest)}` : `on ${dayOf(at)}`;
  return `; below review ${when}, if nothing more goes wrong`;
}

function describeHeaviestDay(rate: RateName, { heaviestDay, bad }: RateOutlook): string[] {
  if (heaviestDay === undefined) return [];
  const { start, sends } = heaviestDay;
  const own = describeRate({ bad: Math.round(heaviestDay.bad), total: Math.round(sends) });
  return [
    `    ${dayOf(start)} contributes most: ${own}, ${formatPercent(heaviestDay.bad / bad)} of the ${unitOf(rate, 2)}`,
  ];
}

function dayOf(time: number): string {
  return formatTimestamp(Math.floor(time / day) * day).slice(0, 10);
}
