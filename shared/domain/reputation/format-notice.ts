import { hour } from '../durations.ts';
import { awsThresholds } from '../policy/thresholds.ts';
import { maturityMs } from './cusum.ts';
import { describeAwsRate, isAheadOfSes } from './describe-aws-rate.ts';
import { describeContributor } from './describe-contributor.ts';
import { describeProviderOutage } from './describe-provider-outage.ts';
import { describeSenderFault } from './describe-sender-fault.ts';
import type { SendingEntity } from './entity-status.ts';
import { describeRate, formatCount, formatPercent, formatWindow, labels, unitOf } from './format-rate.ts';
import { describeDuration, formatSms, toAscii } from './format-sms.ts';
import { describeAccountStatus, describeEntity, headline } from './headline.ts';
import type { NextHeadroom, Thresholds } from './headroom.ts';
import type { Notice } from './notice.ts';
import { sendingCommand } from './notice-actions.ts';
import type { RateName } from './rate-name.ts';

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

/** Formats a notice as text for people. */
export function formatNotice(notice: Notice): string {
  const paragraphs = [
    [headline(notice), describeAlarm(notice)],
    describeFigures(notice),
    describeAwsRate(notice),
    describeContributors(notice),
    describeFindings(notice),
    describePause(notice),
    [
      nextStep(notice),
      ...(notice.actions ?? []).map(({ title, command }) => `${title}: ${command}`),
      `Runbook: docs/runbook.md#${notice.rule}`,
      `Alarm ${notice.id}, ${formatTime(notice.at)}`,
    ],
  ];
  return `${paragraphs
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}

function describeAlarm(notice: Notice): string {
  const { kind, rule, since, durationMinutes, peak } = notice;
  if (kind === 'resolved') {
    const highest = peak === undefined || isCounted(rule) ? '' : ` ${describePeak(peak)}.`;
    return `The alarm lasted ${describeDuration(durationMinutes ?? 0)}, since ${formatTime(since)}.${highest}`;
  }
  const reminder = kind === 'reminder' ? ` The alarm has been active since ${formatTime(since)}.` : '';
  return `${descriptions[rule](notice)}${reminder}`;
}

/** Rules about a number of recipients, and no rate. */
function isCounted(rule: Notice['rule']): boolean {
  return rule === 'sender-fault' || rule === 'provider-outage';
}

const descriptions: Record<Notice['rule'], (notice: Notice) => string> = {
  'rate-exceeded': ({ kind, bad, total, elevatedSince, metric = 'bounceRate', to, thresholds }) => {
    const review = thresholds?.review ?? 0;
    const threshold = thresholdName('review', review, metric);
    if (elevatedSince === undefined) {
      return `The ${labels.rates[metric]} is not elevated at the moment. The alarm resolves once enough emails at a rate below ${formatPercent(review / 2)} (half of the ${formatPercent(review)} ${threshold}) are ${maturityMs[metric] / hour} hours old, because feedback can take that long.`;
    }
    const share = `Of the emails sent since ${formatTime(elevatedSince)}, ${describeRate({ bad, total })} ${labels.verbs[metric]}`;
    // By the time of a reminder, the rate may no longer be significantly above the threshold.
    if (kind === 'reminder') return `${share}. The ${threshold} is ${formatPercent(review)}.`;
    if (to === 'approaching') {
      return `${share}: significantly above ${formatPercent(0.8 * review)} (80 % of the ${formatPercent(review)} ${threshold}), but not yet significantly above ${formatPercent(review)}.`;
    }
    // The most recent emails can exceed the threshold before the average of all emails since then does.
    return bad > review * total
      ? `${share}: significantly above the ${formatPercent(review)} ${threshold}.`
      : `${share}. The rate of the most recent emails is significantly above the ${formatPercent(review)} ${threshold}.`;
  },
  'near-threshold': ({ ses, awsRate, thresholds = { review: 0, pause: 0 }, metric = 'bounceRate' }) => {
    const { review, pause } = thresholds;
    const published =
      ses?.rate === undefined
        ? `SES has published no ${labels.rates[metric]} in the last day.`
        : `SES measures a ${labels.rates[metric]} of ${formatPercent(ses.rate)}.`;
    const present = isAheadOfSes(awsRate, ses?.rate)
      ? ` With what has happened since, it is ${formatPercent(awsRate?.estimates[0]?.rate ?? 0)}.`
      : '';
    return `${published}${present} The ${thresholdName('review', review, metric)} is ${formatPercent(review)}, the ${thresholdName('pause', pause, metric)} ${formatPercent(pause)}.`;
  },
  'account-status': ({ ses }) => describeAccountStatus(ses).text,
  'sending-status': ({ scope, to, ses }) => {
    const entity = describeEntity(scope);
    const cause = ses?.entity?.cause === undefined ? '' : ` The reason that SES gives: ${ses.entity.cause}`;
    return to === 'critical'
      ? `SES sends no emails of ${entity} until it is reinstated.${cause}`
      : `SES has an open finding about the reputation of ${entity}, and may pause it next.`;
  },
  'missing-feedback': ({ ses, metric }) => {
    const [what, period] = metric === 'complaintRate' ? ['complaints', '7 days'] : ['bounces', '24 hours'];
    return (
      `In the last ${period}, SES counted ${formatCount(ses?.feedback?.ses ?? 0)} ${what}, but ses-feedback received only ${formatCount(ses?.feedback?.received ?? 0)}. ` +
      'Either SES removed the notification topic of an identity, which happens without notice when SES cannot publish to it, or emails are sent without the configuration set. ' +
      `Until this is fixed, addresses in the missing ${what} are not suppressed, and the rates are incomplete. ` +
      'If others send from this account as well, set missingFeedback in the policy.'
    );
  },
  'sender-fault': describeSenderFault,
  'provider-outage': describeProviderOutage,
  'missing-sends': ({ ses }) => {
    const { received = 0, feedback = 0, ses: counted } = ses?.sends ?? {};
    const compared =
      counted === undefined
        ? `${formatCount(feedback)} bounces and complaints arrived`
        : `SES counted ${formatCount(counted)} emails`;
    return (
      `In the last 24 hours, ${compared}, but only ${formatCount(received)} Send events. ` +
      'Rates are shares of the sends: until this is fixed, they are too high, and no rate alarm can be raised where there are no sends at all. ' +
      'Look at the volume queue and its dead-letter queue, at the event destination of the configuration set, and whether emails are sent without it.'
    );
  },
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
  // The rate may still be below the threshold: the next bounce can take it past.
  if (remaining === 0)
    return `Headroom: none. One more ${unitOf(metric, 1)} puts the 24-hour rate at or above ${threshold}.`;
  const count = `${formatCount(remaining)} more ${unitOf(metric, remaining)}`;
  const period = `of the last ${describeDuration(60 * basedOnHours)}`;
  return hoursToThreshold === undefined
    ? `Headroom: ${count} until the 24-hour rate reaches ${threshold}. The rate ${period} is not above this threshold, so the headroom is not shrinking.`
    : `Headroom: ${count} until the 24-hour rate reaches ${threshold}, expected in ${describeDuration(60 * hoursToThreshold)} at the rate and volume ${period}.`;
}

/** Names a threshold by who set it: AWS, or the policy of the stack. */
function thresholdName(which: 'review' | 'pause', threshold: number, metric: RateName): string {
  return threshold === awsThresholds[which][metric] ? `AWS ${which} threshold` : `${which} threshold in your policy`;
}

/** Sub-types and mailbox providers are counted for the account only, so a notice of another scope says so. */
function describeContributors({ contributors, scope, rule, awsRate, metric = 'bounceRate' }: Notice): string[] {
  if (contributors.length === 0) return [];
  const where = scope === 'account' ? '' : ' in the whole account';
  const on = rule === 'near-threshold' && awsRate?.heaviestDay ? ` of ${awsRate.heaviestDay.day}` : '';
  return [`Top contributors${on} (share of ${unitOf(metric, 2)}${where}):`, ...contributors.map(describeContributor)];
}

/** SES evaluates tenants by rules of its own. What it finds stands beside what ses-feedback measures. */
function describeFindings({ rule, scope, ses, kind }: Notice): string[] {
  const { entity, findings = [] } = ses ?? {};
  if (kind === 'resolved' || (entity === undefined && findings.length === 0)) return [];
  const status = entity?.isPausedBySes && rule !== 'sending-status' ? [`SES has paused ${describeEntity(scope)}.`] : [];
  return [...status, ...(findings.length > 0 ? ['Open findings of SES:', ...findings.map((one) => `  ${one}`)] : [])];
}

function describePause({
  pausedConfigurationSet,
  resumedConfigurationSet,
  pausedTenant,
  resumedTenant,
  pauseError,
  pauseObstacle,
}: Notice): string[] {
  const resumed = entityOf(resumedConfigurationSet, resumedTenant);
  if (resumed !== undefined)
    return [`An operator resumed sending with ${nameOf(resumed)}. Auto-pause is active again.`];
  const paused = entityOf(pausedConfigurationSet, pausedTenant);
  if (paused === undefined) return pauseObstacle === undefined ? [] : [`Auto-pause waits: ${pauseObstacle}.`];
  const command = (action: 'pause' | 'resume') => `  ${sendingCommand(paused, action, {})}`;
  const sending = `sending with ${nameOf(paused)}`;
  return pauseError === undefined
    ? [`ses-feedback paused ${sending}. Once the cause is fixed, resume it with:`, command('resume')]
    : [`ses-feedback could not pause ${sending}: ${pauseError}. To pause it manually, run:`, command('pause')];
}

function entityOf(configurationSet: string | undefined, tenant: string | undefined): SendingEntity | undefined {
  if (tenant !== undefined) return { kind: 'tenant', name: tenant };
  return configurationSet === undefined ? undefined : { kind: 'configuration-set', name: configurationSet };
}

const nameOf = ({ kind, name }: SendingEntity) => `${kind === 'tenant' ? 'tenant' : 'configuration set'} ${name}`;

/** The package is not published: outside the checkout, `npx ses-feedback` would install another package of that name, if there is one. */
function nextStep({ command, rule, kind }: Notice): string {
  if (rule === 'account-status' && kind !== 'resolved') {
    return `Next: fix the problem and answer the case that AWS opened: https://console.aws.amazon.com/support/home\nTo check the account status, run: ${command}`;
  }
  const where = command.startsWith('npx ses-feedback') ? ' (in the ses-feedback checkout)' : '';
  return `Next${where}: ${command}`;
}

function describePeak({ rate, bad = 0, total }: NonNullable<Notice['peak']>): string {
  // Only the rates of ses-feedback have counts. SES measures its rate over a period of its own.
  if (total === undefined) return `Highest rate measured by SES: ${formatPercent(rate)}`;
  return `Highest 24-hour rate: ${describeRate({ bad, total })}`;
}

/** `2026-11-20 12:00 UTC`. */
function formatTime(timestamp: string): string {
  return `${timestamp.slice(0, 16).replace('T', ' ')} UTC`;
}
