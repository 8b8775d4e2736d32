import { isAheadOfSes } from './describe-aws-rate.ts';
import { describeRate, formatCount, formatPercent, unitOf } from './format-rate.ts';
import { headline } from './headline.ts';
import type { Notice } from './notice.ts';

/** An SMS of up to 140 ASCII characters is sent as one message. */
const maxSmsLength = 140;

/** Formats a notice as one SMS. */
export function formatSms(notice: Notice): string {
  const { kind, durationMinutes } = notice;
  const lasted = kind === 'resolved' ? ` after ${describeDuration(durationMinutes ?? 0)}` : '';
  // A text that is too long loses the end of the scope, never the figures. Those take up to 100 characters.
  const figures = `${lasted}${shareForSms(notice)}${headroomForSms(notice)}`;
  return toAscii(`${`SES ${headline(notice)}`.slice(0, maxSmsLength - figures.length)}${figures}`);
}

/** The share since the rate rose, or the 24-hour rate if the alarm is resolved or the rate is not elevated now. */
function shareForSms({ rule, kind, bad, total, elevatedSince, rates, ses, awsRate }: Notice): string {
  if (rule === 'near-threshold') {
    const rate = isAheadOfSes(awsRate, ses?.rate) ? awsRate?.estimates[0]?.rate : ses?.rate;
    return rate === undefined ? '' : `, ${formatPercent(rate)}`;
  }
  if (rates === undefined) return '';
  return `, ${describeRate(kind === 'resolved' || elevatedSince === undefined ? rates['24h'] : { bad, total })}`;
}

function headroomForSms({ headroom, metric = 'bounceRate', kind, rule, awsRate }: Notice): string {
  const [known] = rule === 'near-threshold' && awsRate?.isWindowKnown ? awsRate.estimates : [];
  if (known && kind !== 'resolved')
    return `, ${formatCount(known.remaining.review)} ${unitOf(metric, known.remaining.review)} left before review`;
  if (headroom === undefined || rule === 'near-threshold' || kind === 'resolved') return '';
  const { remaining, to } = headroom;
  if (remaining === 0) return `, no headroom to the ${to} threshold`;
  return `, ${formatCount(remaining)} more ${unitOf(metric, remaining)} to the ${to} threshold`;
}

/** Replaces what is not printable ASCII by question marks. */
export function toAscii(text: string): string {
  return text.replaceAll(/[^\x20-\x7e]/g, '?');
}

/** `40 min`, `3.5 h`, `2.1 days`. */
export function describeDuration(minutes: number): string {
  if (minutes < 90) return `${Math.max(1, Math.round(minutes))} min`;
  const hours = minutes / 60;
  return hours < 48 ? `${Number(hours.toFixed(1))} h` : `${Number((hours / 24).toFixed(1))} days`;
}
