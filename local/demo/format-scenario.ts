import { formatQuantity, formatTime } from '../../cli/io/format.ts';
import { chartColumns, drawRate } from '../../cli/io/rate-chart.ts';
import type { Report, ReportNotice } from '../../cli/report/page.ts';
import type { Tone } from '../../cli/report/series.ts';
import { hour } from '../../shared/domain/durations.ts';
import { defaultPolicy } from '../../shared/domain/policy/policy.ts';
import { thresholdsFor } from '../../shared/domain/policy/thresholds.ts';
import { formatNotice } from '../../shared/domain/reputation/format-notice.ts';
import { formatPercent } from '../../shared/domain/reputation/format-rate.ts';
import { formatSms } from '../../shared/domain/reputation/format-sms.ts';
import type { PublishedNotice, Scenario } from './scenario.ts';
import { styled, wrapText } from './terminal.ts';

const styles = { approaching: 'yellow', critical: 'red', ok: 'green', note: 'cyan' } as const;

/** Formats a week of sending: what it was, a timeline, the notices about the account and a chart. */
export function formatScenario(scenario: Scenario): string {
  const { sends, bounces, evaluations, buckets, notices } = scenario;
  const totals = [
    formatQuantity(sends, 'email'),
    formatQuantity(bounces, 'bounce'),
    formatQuantity(evaluations, 'evaluation of the rates', 'evaluations of the rates'),
  ];
  const ofAccount = notices.filter(({ notice }) => notice.scope === 'account');
  const texts = ofAccount.map(({ notice }) => formatNotice(notice).trimEnd().replaceAll(/^/gm, styled('dim', '  │ ')));
  const parts = [
    wrapText(introduction, '  '),
    `  ${totals.join(', ')}`,
    formatTimeline(timelineOf(scenario)),
    '  The notices about the account, as an operator receives them by email:',
    ...texts,
    drawRate('Bounce rate of the account', buckets, reviewThreshold).replaceAll(/^/gm, '  '),
  ];
  return parts.join('\n\n');
}

/** Formats the timeline, each entry in lines of up to 100 characters. */
export function formatTimeline(entries: readonly TimelineEntry[]): string {
  const lines = entries.map(({ at, text, tone }) => {
    const time = `  ${formatTime(at)}  `;
    const indent = ' '.repeat(time.length);
    const wrapped = wrapText(text, indent).slice(indent.length);
    return time + styled(styles[tone], wrapped);
  });
  return lines.join('\n');
}

export const introduction =
  'A shop sends receipts and a newsletter: about 4,800 emails a day, of which 1 % bounce. On the fourth day, a purchased list is ' +
  'imported into the newsletter. Two hours after the alarm for the account turns critical, an operator removes the list. The demo runs ' +
  'the deployed functions; only the clock and SES are simulated.';

export const { bounceRate: reviewThreshold } = defaultPolicy.reviewThresholds;
const { bounceRate: pauseThreshold } = thresholdsFor(defaultPolicy, 'account').pause;

export type TimelineEntry = { readonly at: number; readonly text: string; readonly tone: Tone };

/** Returns the actions of the operator and the notices, in order. */
export function timelineOf({ importedAt, removedAt, notices }: Scenario): TimelineEntry[] {
  const actions: TimelineEntry[] = [
    { at: importedAt, text: 'A purchased list is imported into the newsletter.', tone: 'note' },
    { at: removedAt, text: 'The operator removes the list.', tone: 'note' },
  ];
  const published = notices.map(({ at, notice }) => ({ at, text: formatSms(notice), tone: notice.to }));
  return [...actions, ...published].sort((a, b) => a.at - b.at);
}

/** Returns the content of the report page. */
export function toReport({ importedAt, removedAt, buckets, notices }: Scenario): Report {
  const first = buckets[0]?.start ?? 0;
  const points = chartColumns(buckets, first, hour).map((column, index) => ({
    ...column,
    start: first + index * hour,
  }));
  const ofAccount = notices.filter(({ notice }) => notice.scope === 'account');
  return {
    title: 'A week of sending, with a bad list',
    introduction,
    series: [
      {
        title: 'Bounce rate of the account',
        points,
        thresholds: [
          { label: `AWS review threshold: ${formatPercent(reviewThreshold)}`, rate: reviewThreshold },
          { label: `AWS pause threshold: ${formatPercent(pauseThreshold)}`, rate: pauseThreshold },
        ],
        marks: [
          { at: importedAt, label: 'Bad list imported', tone: 'note' },
          { at: removedAt, label: 'List removed', tone: 'note' },
          ...ofAccount.map(({ at, notice }) => ({ at, label: markLabels[notice.to], tone: notice.to })),
        ],
      },
    ],
    notices: notices.map(toReportNotice),
  };
}

const markLabels = { approaching: 'Approaching', critical: 'Critical', ok: 'Resolved' } as const;

function toReportNotice({ at, notice, message }: PublishedNotice): ReportNotice {
  return { at, subject: message.subject, text: formatNotice(notice), tone: notice.to };
}
