import { awsThresholds } from '../policy/thresholds.ts';
import { describeRate, formatCount, formatPercent, formatWindow, labels, shellQuote } from './format-rate.ts';
import type { Notice } from './notice.ts';
import type { RateName } from './rate-name.ts';
import type { Contributor } from './top-contributors.ts';

/** The parts of an SNS message, by protocol: https://docs.aws.amazon.com/sns/latest/api/API_Publish.html */
export type NoticeMessage = {
  /** Less than 100 characters of printable ASCII: SNS refuses others. */
  readonly subject: string;
  /** For `MessageStructure: json`: text for people, the notice itself for machines, a line for a telephone. */
  readonly parts: Readonly<Record<string, string>>;
  /** For filter policies. */
  readonly attributes: Readonly<Record<'rule' | 'metric' | 'scope' | 'kind' | 'status', string>>;
};

const maxSubject = 99;
/** One SMS of plain letters. */
const maxShort = 140;

/** A notice as SNS takes it. */
export function toNoticeMessage(notice: Notice): NoticeMessage {
  const text = formatNotice(notice);
  const json = JSON.stringify(notice);
  const forMachines = ['sqs', 'lambda', 'http', 'https', 'firehose'];
  return {
    subject: `[ses-feedback] ${headline(notice)}`.replaceAll(/[^\x20-\x7e]/g, '?').slice(0, maxSubject),
    parts: {
      default: text,
      email: text,
      sms: formatSms(notice),
      ...Object.fromEntries(forMachines.map((protocol) => [protocol, json])),
    },
    attributes: {
      rule: notice.rule,
      metric: notice.metric ?? 'none',
      scope: notice.scope,
      kind: notice.kind,
      status: notice.to,
    },
  };
}

/** `CRITICAL: bounce rate of account`: what it is about. */
export function headline({ kind, to, rule, metric, scope }: Notice): string {
  const state = kind === 'resolved' ? 'RESOLVED' : to.toUpperCase();
  const where = rule === 'near-threshold' ? 'at SES' : `of ${scope === 'account' ? 'the account' : scope}`;
  const what = metric === undefined ? labels.rules[rule] : `${labels.rates[metric]} ${where}`;
  return `${state}${kind === 'reminder' ? ' (still)' : ''}: ${what}`;
}

/** The whole notice, for people. */
export function formatNotice(notice: Notice): string {
  const paragraphs = [
    [headline(notice), whatHappened(notice)],
    figures(notice),
    causes(notice),
    brake(notice),
    [`Next: ${notice.command}`, `Alarm ${notice.id}, ${moment(notice.at)}`],
  ];
  return `${paragraphs
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}

function whatHappened(notice: Notice): string {
  const { kind, rule, since, durationMinutes, peak } = notice;
  if (kind === 'resolved') {
    const worst = peak === undefined ? '' : `; at its worst ${describePeak(peak)}`;
    return `It is over. It lasted ${duration(durationMinutes ?? 0)}, since ${moment(since)}${worst}.`;
  }
  const until = kind === 'reminder' ? ` Raised ${moment(since)}, and not over.` : '';
  return `${meaning[rule](notice)} (rule ${rule})${until}`;
}

const meaning: Record<Notice['rule'], (notice: Notice) => string> = {
  'rate-exceeded': ({ kind, bad, total, elevatedSince, metric = 'bounceRate', to, thresholds }) => {
    const review = thresholds?.review ?? 0;
    if (elevatedSince === undefined) {
      return `It grows no more, and is over when enough has been sent at less than ${formatPercent(review / 2)}, half of the line.`;
    }
    const share = `Of the mails sent since ${moment(elevatedSince)}, ${describeRate({ bad, total })} ${labels.verbs[metric]}`;
    const line = `${formatPercent(review)}, ${whose('review', review, metric)}`;
    if (kind === 'reminder') return `${share}. The line is ${line}.`;
    if (to === 'approaching') {
      return `${share}: more than chance explains at a rate of ${formatPercent(0.8 * review)}. The line is ${line}.`;
    }
    // The upper level can be reached by the newest mails alone.
    const those = bad > review * total ? '' : ', the newest of them';
    return `${share}${those}: more than chance explains at a rate of ${line}.`;
  },
  'near-threshold': ({ ses, thresholds }) =>
    `SES's own rate is ${formatPercent(ses?.rate ?? 0)}. AWS reviews at ${formatPercent(thresholds?.review ?? 0)}, and may pause the account at ${formatPercent(thresholds?.pause ?? 0)}.`,
  'account-status': ({ ses }) =>
    ses?.enforcementStatus === 'SHUTDOWN'
      ? 'AWS has paused the account: SES sends nothing.'
      : 'AWS has put the account under review. It may pause the account next.',
  'missing-feedback': ({ ses }) =>
    `In the last 24 hours SES counted ${formatCount(ses?.feedback?.ses ?? 0)} bounces and complaints, and ${formatCount(ses?.feedback?.received ?? 0)} came in here. ` +
    'Either SES has removed the topic of an identity, as it does without a word when it cannot publish, or mail is sent without the configuration set. Suppression and rates miss what does not come in.',
};

function figures({ rates, headroom, metric = 'bounceRate', kind, thresholds }: Notice): string[] {
  if (rates === undefined) return [];
  const shown = Object.entries(rates).map(([window, rate]) => formatWindow(window, rate));
  const left =
    headroom === undefined || thresholds === undefined || kind === 'resolved'
      ? []
      : ['', describeHeadroom(headroom, thresholds, metric)];
  return [`${labels.rates[metric]}, with the range the true rate is in (95 %):`, ...shown, ...left];
}

function describeHeadroom(
  { to, remaining, hoursToThreshold, basedOnHours }: NonNullable<Notice['headroom']>,
  lines: NonNullable<Notice['thresholds']>,
  metric: RateName,
): string {
  const target = `${formatPercent(lines[to])}, ${whose(to, lines[to], metric)}`;
  // None is left before the line is reached, too: the next one passes it.
  if (remaining === 0) return `Headroom: none. With one more the rate of 24 hours is at ${target}, or above.`;
  const since = `of the last ${duration(60 * basedOnHours)}`;
  const pace =
    hoursToThreshold === undefined
      ? `at the rate ${since} it moves away from it`
      : `at the rate and pace ${since} in ${duration(60 * hoursToThreshold)}`;
  return `Headroom: ${formatCount(remaining)} more ${labels.units[metric]} until ${target}; ${pace}.`;
}

/** A line is AWS's, or one of the policy's own. */
function whose(which: 'review' | 'pause', line: number, metric: RateName): string {
  if (line !== awsThresholds[which][metric]) return 'the line you have set';
  return which === 'review' ? 'where AWS reviews' : 'where AWS may pause';
}

/** Sub-types and providers are counted for the account alone. */
function causes({ contributors: found, scope }: Notice): string[] {
  if (found.length === 0) return [];
  const of = scope === 'account' ? 'it' : 'what went bad in the whole account';
  return [`Most of ${of} has in common:`, ...found.map(describeCause)];
}

function describeCause({ kind, name, bad, of }: Contributor): string {
  const label = { scope: 'sent from', 'sub-type': 'reported as', provider: 'recipients at' }[kind];
  return `  ${label.padEnd(15)}${name}  (${formatPercent(bad / of)})`;
}

function brake({ pausedConfigurationSet, resumedConfigurationSet, pauseError }: Notice): string[] {
  if (resumedConfigurationSet !== undefined)
    return [`Sending with the configuration set ${resumedConfigurationSet} was resumed. The brake is armed again.`];
  if (pausedConfigurationSet === undefined) return [];
  const command = `  aws sesv2 put-configuration-set-sending-options --configuration-set-name ${shellQuote(pausedConfigurationSet)}`;
  const sending = `Sending with the configuration set ${pausedConfigurationSet}`;
  return pauseError === undefined
    ? [`${sending} is paused by ses-feedback. When the cause is gone:`, `${command} --sending-enabled`]
    : [
        `${sending} should be paused, and that failed: ${pauseError}. To pause it by hand:`,
        `${command} --no-sending-enabled`,
      ];
}

function describePeak({ rate, bad = 0, total }: NonNullable<Notice['peak']>): string {
  return total === undefined ? formatPercent(rate) : `${describeRate({ bad, total })} in 24 hours`;
}

/** A line for a telephone. */
export function formatSms(notice: Notice): string {
  const { headroom, metric = 'bounceRate', kind, durationMinutes, rule } = notice;
  const left =
    headroom === undefined || rule === 'near-threshold' || kind === 'resolved'
      ? ''
      : `, ${formatCount(headroom.remaining)} ${labels.units[metric]} to ${headroom.to} line`;
  const lasted = kind === 'resolved' ? ` after ${duration(durationMinutes ?? 0)}` : '';
  // Where it is too long the scope loses its end, and not the figures: they are never more than a hundred characters.
  const figures = `${lasted}${shareOf(notice)}${left}`;
  const head = `SES ${headline(notice)}`.slice(0, maxShort - figures.length);
  return `${head}${figures}`.replaceAll(/[^\x20-\x7e]/g, '?');
}

/** What the alarm went by; when it is over, or that says nothing any more, the rate of 24 hours. */
function shareOf({ rule, kind, bad, total, elevatedSince, rates, ses }: Notice): string {
  if (rule === 'near-threshold') return ses?.rate === undefined ? '' : `, ${formatPercent(ses.rate)}`;
  if (rates === undefined) return '';
  return `, ${describeRate(kind === 'resolved' || elevatedSince === undefined ? rates['24h'] : { bad, total })}`;
}

/** `40 min`, `3.5 h`, `2.1 days`. */
function duration(minutes: number): string {
  if (minutes < 90) return `${Math.max(1, Math.round(minutes))} min`;
  const hours = minutes / 60;
  return hours < 48 ? `${Number(hours.toFixed(1))} h` : `${Number((hours / 24).toFixed(1))} days`;
}

/** `2026-11-20 12:00 UTC`. */
function moment(stamp: string): string {
  return `${stamp.slice(0, 16).replace('T', ' ')} UTC`;
}
