import { day } from '../../../shared/domain/durations.ts';
import { thresholdsFor } from '../../../shared/domain/policy/thresholds.ts';
import { formatPercent, labels } from '../../../shared/domain/reputation/format-rate.ts';
import { rateNames } from '../../../shared/domain/reputation/rate-name.ts';
import type { RollingRate } from '../../../shared/domain/reputation/rolling-rates.ts';
import { rateSeries } from '../../report/rate-series.ts';
import { settle } from '../../stack/settle.ts';
import { describeAwsWindow, noLedger } from '../../status/aws-window-status.ts';
import { collectStatus, type Status, type SuppressionCount } from '../../status/collect-status.ts';
import { findStatusProblems } from '../../status/describe-status.ts';
import type { Desk } from '../desk.ts';
import { forecastChart } from '../forecast-chart.ts';
import { type Html, html } from '../html.ts';
import type { Page } from '../page.ts';
import { chart, number, part, table } from '../parts.ts';

const chartDays = 7;

/** The page of `status`: what is wrong, the rates, AWS's own number, and what was suppressed. */
export async function overviewPage(desk: Desk): Promise<Page> {
  const { clients, stack, policy, reputation, clock } = desk;
  const now = clock();
  const [status, account] = await Promise.all([
    collectStatus(clients, stack, policy, now),
    settle(reputation.read('account', now, false)),
  ]);
  const thresholds = thresholdsFor(policy, 'account');
  return {
    title: 'Overview',
    body: html`${problems(status, desk)}
<section><h2>Rates of the last 24 hours</h2>${rates(status, thresholds)}</section>
<section><h2>The rate that AWS judges by</h2>${part(status.awsWindow, (window) => html`<div class="card">${(window ? describeAwsWindow(window) : [noLedger]).map((line) => html`<p>${line.trim()}</p>`)}</div>`)}</section>
<section><h2>Suppressed addresses</h2>${part(status.suppressed, suppressed)}</section>
${part(account, (state) => html`${rateNames.map((metric) => html`${chart(rateSeries(metric, 'the account', { buckets: state.buckets, period: { from: now - chartDays * day, until: now }, thresholds, hasInterval: true }))}${forecastChart(state, metric, now)}`)}`)}`,
  };
}

function problems(status: Status, { stack }: Desk): Html {
  const found = findStatusProblems(status, stack);
  if (found.length === 0)
    return html`<p class="card lined ok"><span class="badge ok">ok</span> Nothing needs attention.</p>`;
  return html`${found.map(({ level, message, next }) => html`<div class="card lined ${level}"><p><span class="badge ${level}">${level}</span> <span class="problem">${message}</span></p><p class="quiet">Next: <code>${next}</code></p></div>`)}`;
}

function rates({ rates: ours, sesRates }: Status, { review, pause }: ReturnType<typeof thresholdsFor>): Html {
  const bySes = 'error' in sesRates ? {} : sesRates.value;
  const percent = (rate: number | undefined) => (rate === undefined ? '–' : formatPercent(rate));
  return part(ours, (of) =>
    table(
      rateNames,
      [
        { heading: 'What', cell: (metric) => labels.rates[metric] },
        {
          heading: 'Of emails sent',
          isNumber: true,
          cell: (metric) => `${number(of[metric].bad)} of ${number(of[metric].total)}`,
        },
        { heading: 'Rate', isNumber: true, cell: (metric) => html`<strong>${percent(of[metric].rate)}</strong>` },
        { heading: 'Between (95 % sure)', isNumber: true, cell: (metric) => intervalOf(of[metric]) },
        { heading: 'As SES counts', isNumber: true, cell: (metric) => percent(bySes[metric]) },
        { heading: 'AWS reviews at', isNumber: true, cell: (metric) => formatPercent(review[metric]) },
        { heading: 'AWS may pause at', isNumber: true, cell: (metric) => formatPercent(pause[metric]) },
      ],
      '',
    ),
  );
}

function intervalOf({ low, high }: RollingRate): string {
  return low === undefined || high === undefined ? '–' : `${formatPercent(low)} to ${formatPercent(high)}`;
}

function suppressed(counts: Readonly<Record<'today' | 'week' | 'all', SuppressionCount>>): Html {
  const rows = [
    ['Today', counts.today],
    ['7 days', counts.week],
    ['In all', counts.all],
  ] as const;
  const reasons = (count: SuppressionCount) =>
    Object.entries(count.byReason)
      .sort(([, a], [, b]) => b - a)
      .map(([reason, amount]) => html` <a href="/suppressed?reason=${reason}">${reason}</a> ${number(amount)}`);
  return table(
    rows,
    [
      { heading: 'Period', cell: ([name]) => name },
      { heading: 'Addresses', isNumber: true, cell: ([, count]) => number(count.total) },
      { heading: 'By reason', cell: ([, count]) => html`${reasons(count)}` },
    ],
    '',
  );
}
