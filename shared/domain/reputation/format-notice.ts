import { awsThresholds } from '../policy/thresholds.ts';
import { describeRate, formatCount, formatPercent, formatWindow, labels, shellQuote, unitOf } from './format-rate.ts';
import type { NextHeadroom, Thresholds } from './headroom.ts';
import type { Notice } from './notice.ts';
import type { RateName } from './rate-name.ts';
import type { Contributor } from './top-contributors.ts';

/**
 * A notice as an SNS message.
 *
 * @see https://docs.aws.amazon.com/sns/latest/api/API_Publish.html
 */
export type NoticeMessage = {
  /** Fewer than 100 characters of printable ASCII, because SNS rejects anything else. */
  readonly subject: string;
  /** The message by protocol, for `MessageStructure: json`: text for people, a short text for SMS, JSON for machines. */
  readonly parts: Readonly<Record<string, string>>;
  /** For the filter policies of subscriptions. */
  readonly attributes: Readonly<Record<'rule' | 'metric' | 'scope' | 'kind' | 'status', string>>;
};

const maxSubjectLength = 99;
/** An SMS of up to 140 ASCII characters is sent as one message. */
const maxSmsLength = 140;

/** Converts a notice to an SNS message. */
export function toNoticeMessage(notice: Notice): NoticeMessage {
  const text = formatNotice(notice);
  const json = JSON.stringify(notice);
  const machineProtocols = ['sqs', 'lambda', 'http', 'https', 'firehose'];
  return {
    subject: toAscii(`[ses-feedback] ${headline(notice)}`).slice(0, maxSubjectLength),
    parts: {
      default: text,
      email: text,
      sms: formatSms(notice),
      ...Object.fromEntries(machineProtocols.map((protocol) => [protocol, json])),
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

/** Returns the first line of a notice: `CRITICAL: bounce rate of the account`. */
export function headline({ kind, to, rule, metric, scope }: Notice): string {
  const status = kind === 'resolved' ? 'RESOLVED' : to.toUpperCase();
  const where = rule === 'near-threshold' ? 'measured by SES' : `of ${scope === 'account' ? 'the account' : scope}`;
  const subject = metric === undefined ? labels.rules[rule] : `${labels.rates[metric]} ${where}`;
  return `${status}${kind === 'reminder' ? ' (still)' : ''}: ${subject}`;
}

/** Formats a notice as text for people. */
export function formatNotice(notice: Notice): string {
  const paragraphs = [
    [headline(notice), describeAlarm(notice)],
    describeFigures(notice),
    describeContributors(notice),
    describePause(notice),
    [nextStep(notice), `Alarm ${notice.id}, ${formatTime(notice.at)}`],
  ];
  return `${paragraphs
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}

function describeAlarm(notice: Notice): string {
  const { kind, rule, since, durationMinutes, peak } = notice;
  if (kind === 'resolved') {
    const worst = peak === undefined ? '' : ` Peak: ${describePeak(peak)}.`;
    return `The alarm lasted ${formatDuration(durationMinutes ?? 0)}, since ${formatTime(since)}.${worst}`;
  }
  const reminder = kind === 'reminder' ? ` Raised ${formatTime(since)}, not resolved yet.` : '';
  return `${descriptions[rule](notice)}${reminder}`;
}

const descriptions: Record<Notice['rule'], (notice: Notice) => string> = {
  'rate-exceeded': ({ kind, bad, total, elevatedSince, metric = 'bounceRate', to, thresholds }) => {
    const review = thresholds?.review ?? 0;
    const threshold = thresholdName('review', review, metric);
    if (elevatedSince === undefined) {
      return `The ${labels.rates[metric]} is not elevated at the moment. The alarm resolves once enough emails have been sent at a rate below ${formatPercent(review / 2)}, half of the ${formatPercent(review)} ${threshold}.`;
    }
    const share = `Of the emails sent since ${formatTime(elevatedSince)}, ${describeRate({ bad, total })} ${labels.verbs[metric]}`;
    // By the time of a reminder, the rate may no longer be significantly above the threshold.
    if (kind === 'reminder') return `${share}. The ${threshold} is ${formatPercent(review)}.`;
    if (to === 'approaching') {
      return `${share}: significantly above ${formatPercent(0.8 * review)}, and approaching the ${formatPercent(review)} ${threshold}.`;
    }
    // The most recent emails can exceed the threshold before the average of all emails since then does.
    return bad > review * total
      ? `${share}: significantly above the ${formatPercent(review)} ${threshold}.`
      : `${share}. The rate of the most recent ones is significantly above the ${formatPercent(review)} ${threshold}.`;
  },
  'near-threshold': ({ ses, thresholds = { review: 0, pause: 0 }, metric = 'bounceRate' }) => {
    const { review, pause } = thresholds;
    return `SES measures a ${labels.rates[metric]} of ${formatPercent(ses?.rate ?? 0)}. The ${thresholdName('review', review, metric)} is ${formatPercent(review)}, the ${thresholdName('pause', pause, metric)} ${formatPercent(pause)}.`;
  },
  'account-status': ({ ses }) =>
    ses?.enforcementStatus === 'SHUTDOWN'
      ? 'AWS has paused the account. SES sends no emails.'
      : 'AWS has put the account under review, and may pause it next.',
  'missing-feedback': ({ ses }) =>
    `In the last 24 hours, SES counted ${formatCount(ses?.feedback?.ses ?? 0)} bounces and complaints, but ses-feedback received only ${formatCount(ses?.feedback?.received ?? 0)}. ` +
    'Either SES removed the notification topic of an identity, which happens without notice when SES cannot publish to it, or emails are sent without the configuration set. ' +
    'Until this is fixed, addresses in the missing feedback are not suppressed, and the rates are incomplete.',
};

function describeFigures({ rates, headroom, metric = 'bounceRate', kind, thresholds }: Notice): string[] {
  if (rates === undefined) return [];
  const rows = Object.entries(rates).map(([window, rate]) => formatWindow(window, rate));
  const forecast =
    headroom === undefined || thresholds === undefined || kind === 'resolved'
      ? []
      : ['', describeHeadroom(headroom, thresholds, metric)];
  return [`Recent ${labels.rates[metric]}, with 95 % confidence interval:`, ...rows, ...forecast];
}

function describeHeadroom(
  { to, remaining, hoursToThreshold, basedOnHours }: NextHeadroom,
  thresholds: Thresholds,
  metric: RateName,
): string {
  const threshold = `the ${formatPercent(thresholds[to])} ${thresholdName(to, thresholds[to], metric)}`;
  // The rate need not have reached the threshold: the next bounce may take it past.
  if (remaining === 0)
    return `Headroom: none. One more ${unitOf(metric, 1)} puts the 24-hour rate at or above ${threshold}.`;
  const count = `${formatCount(remaining)} more ${unitOf(metric, remaining)}`;
  const period = `of the last ${formatDuration(60 * basedOnHours)}`;
  return hoursToThreshold === undefined
    ? `Headroom: ${count} until the 24-hour rate reaches ${threshold}. At the rate ${period}, the distance grows.`
    : `Headroom: ${count} until the 24-hour rate reaches ${threshold}, expected in ${formatDuration(60 * hoursToThreshold)} at the rate and pace ${period}.`;
}

/** Names a threshold by who set it: AWS, or the policy of the stack. */
function thresholdName(which: 'review' | 'pause', threshold: number, metric: RateName): string {
  return threshold === awsThresholds[which][metric] ? `AWS ${which} threshold` : `${which} threshold in your policy`;
}

/** Sub-types and mailbox providers are counted for the account only, so a notice of another scope says so. */
function describeContributors({ contributors, scope, metric = 'bounceRate' }: Notice): string[] {
  if (contributors.length === 0) return [];
  const where = scope === 'account' ? '' : ' in the whole account';
  return [`Top contributors (share of ${unitOf(metric, 2)}${where}):`, ...contributors.map(describeContributor)];
}

function describeContributor({ kind, name, bad, of }: Contributor): string {
  const label = { scope: 'sent from', 'sub-type': 'reported as', provider: 'recipients at' }[kind];
  return `  ${label.padEnd(15)}${name}  (${formatPercent(bad / of)})`;
}

function describePause({ pausedConfigurationSet, resumedConfigurationSet, pauseError }: Notice): string[] {
  if (resumedConfigurationSet !== undefined)
    return [`Sending with configuration set ${resumedConfigurationSet} was resumed. Auto-pause is active again.`];
  if (pausedConfigurationSet === undefined) return [];
  const command = `  aws sesv2 put-configuration-set-sending-options --configuration-set-name ${shellQuote(pausedConfigurationSet)}`;
  const sending = `sending with configuration set ${pausedConfigurationSet}`;
  return pauseError === undefined
    ? [`ses-feedback paused ${sending}. Once the cause is fixed, resume it with:`, `${command} --sending-enabled`]
    : [
        `ses-feedback could not pause ${sending}: ${pauseError}. To pause it manually, run:`,
        `${command} --no-sending-enabled`,
      ];
}

/** The package is not published: outside the checkout, `npx ses-feedback` would install another package of that name, if there is one. */
function nextStep({ command }: Notice): string {
  const where = command.startsWith('npx ses-feedback') ? ' (in the ses-feedback checkout)' : '';
  return `Next${where}: ${command}`;
}

function describePeak({ rate, bad = 0, total }: NonNullable<Notice['peak']>): string {
  return total === undefined ? formatPercent(rate) : `${describeRate({ bad, total })} in 24 hours`;
}

/** Formats a notice as one SMS. */
export function formatSms(notice: Notice): string {
  const { headroom, metric = 'bounceRate', kind, durationMinutes, rule } = notice;
  const left =
    headroom === undefined || rule === 'near-threshold' || kind === 'resolved'
      ? ''
      : `, ${formatCount(headroom.remaining)} ${unitOf(metric, headroom.remaining)} to ${headroom.to} threshold`;
  const lasted = kind === 'resolved' ? ` after ${formatDuration(durationMinutes ?? 0)}` : '';
  // A text that is too long loses the end of the scope, never the figures. Those take up to 100 characters.
  const figures = `${lasted}${shareForSms(notice)}${left}`;
  return toAscii(`${`SES ${headline(notice)}`.slice(0, maxSmsLength - figures.length)}${figures}`);
}

/** The share since the rate rose, or the 24-hour rate if the alarm is resolved or the rate is not elevated now. */
function shareForSms({ rule, kind, bad, total, elevatedSince, rates, ses }: Notice): string {
  if (rule === 'near-threshold') return ses?.rate === undefined ? '' : `, ${formatPercent(ses.rate)}`;
  if (rates === undefined) return '';
  return `, ${describeRate(kind === 'resolved' || elevatedSince === undefined ? rates['24h'] : { bad, total })}`;
}

function toAscii(text: string): string {
  return text.replaceAll(/[^\x20-\x7e]/g, '?');
}

/** `40 min`, `3.5 h`, `2.1 days`. */
function formatDuration(minutes: number): string {
  if (minutes < 90) return `${Math.max(1, Math.round(minutes))} min`;
  const hours = minutes / 60;
  return hours < 48 ? `${Number(hours.toFixed(1))} h` : `${Number((hours / 24).toFixed(1))} days`;
}

/** `2026-11-20 12:00 UTC`. */
function formatTime(timestamp: string): string {
  return `${timestamp.slice(0, 16).replace('T', ' ')} UTC`;
}
