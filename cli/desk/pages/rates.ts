import { day } from '../../../shared/domain/durations.ts';
import { thresholdsFor } from '../../../shared/domain/policy/thresholds.ts';
import { formatPercent } from '../../../shared/domain/reputation/format-rate.ts';
import { rateNames } from '../../../shared/domain/reputation/rate-name.ts';
import { type Contribution, type ContributionKey, contributionsBy, noPages } from '../../rates/contributions.ts';
import { rateSeries } from '../../report/rate-series.ts';
import { cusumChart } from '../cusum-chart.ts';
import type { Desk } from '../desk.ts';
import { type Html, html } from '../html.ts';
import type { DeskRequest, Page } from '../page.ts';
import { bar, chart, number, table } from '../parts.ts';

const divisions: readonly (readonly [ContributionKey, string])[] = [
  ['configuration-set', 'Configuration set'],
  ['identity', 'Identity'],
  ['tag', 'Tag'],
  ['tenant', 'Tenant'],
  ['provider', 'Provider'],
  ['reason', 'Kind of bounce'],
];
const periods = [1, 7, 30] as const;

/** The page of `rates`: what makes up the bounces and complaints of a period; or one scope, with the test that raises its alarms. */
export async function ratesPage({ params }: DeskRequest, desk: Desk): Promise<Page> {
  const scope = params.get('scope');
  const days = periods.find((one) => String(one) === params.get('days')) ?? 7;
  return scope === null ? divided(params, days, desk) : ofScope(scope.slice(0, 200), days, desk);
}

async function divided(params: URLSearchParams, days: number, desk: Desk): Promise<Page> {
  const { reputation, clock } = desk;
  const now = clock();
  const [key, name] =
    divisions.find(([one]) => one === params.get('by')) ?? (divisions[0] as (typeof divisions)[number]);
  const parts = await contributionsBy(key, {
    store: reputation,
    from: now - days * day,
    until: now,
    suppressed: noPages(),
  });
  const hasSends = parts.some(({ sends }) => sends !== undefined);
  const allBounces = parts.reduce((sum, { bounces }) => sum + bounces, 0);
  const rate = (bad: number, sends = 0) => (sends === 0 ? '–' : formatPercent(bad / sends));
  const option = (value: string, text: string, isChosen: boolean) =>
    html`<option value="${value}"${isChosen && html` selected`}>${text}</option>`;
  return {
    title: 'Rates',
    body: html`<form class="fields card" action="/rates">
<label for="by">By <select id="by" name="by">${divisions.map(([value, text]) => option(value, text, value === key))}</select></label>
<label for="days">In the last <select id="days" name="days">${periods.map((one) => option(String(one), one === 1 ? '24 hours' : `${one} days`, one === days))}</select></label>
<button>Show</button></form>
<p><a href="/rates?scope=account&amp;days=${days}">Charts of the account</a></p>
${table<Contribution>(
  parts,
  [
    { heading: name, cell: ({ name: value }) => (hasSends ? scopeLink(`${key}:${value}`, value, days) : value) },
    ...(hasSends
      ? [{ heading: 'Sends', isNumber: true as const, cell: ({ sends = 0 }: Contribution) => number(sends) }]
      : []),
    { heading: 'Bounces', isNumber: true, cell: ({ bounces }) => number(bounces) },
    ...(hasSends
      ? [{ heading: 'Rate', isNumber: true as const, cell: ({ bounces, sends }: Contribution) => rate(bounces, sends) }]
      : []),
    { heading: 'Share of all bounces', cell: ({ bounces }) => bar(bounces, allBounces) },
    { heading: 'Complaints', isNumber: true, cell: ({ complaints }) => number(complaints) },
    ...(hasSends
      ? [
          {
            heading: 'Rate',
            isNumber: true as const,
            cell: ({ complaints, sends }: Contribution) => rate(complaints, sends),
          },
        ]
      : []),
  ],
  'Nothing was counted in this period.',
)}`,
  };
}

function scopeLink(scope: string, name: string, days: number): Html {
  return html`<a href="/rates?scope=${encodeURIComponent(scope)}&amp;days=${days}">${name}</a>`;
}

async function ofScope(scope: string, days: number, { reputation, policy, clock }: Desk): Promise<Page> {
  const now = clock();
  const { buckets } = await reputation.read(scope, now, false);
  const thresholds = thresholdsFor(policy, scope);
  const period = { from: now - days * day, until: now };
  return {
    title: scope,
    body: html`<p><a href="/rates">All rates</a></p>
${buckets.length === 0 && html`<p>Nothing was counted for this scope in the last 31 days.</p>`}
${rateNames.map((metric) => html`${chart(rateSeries(metric, scope, { buckets, period, thresholds, hasInterval: true }))}${cusumChart(metric, { buckets, period, threshold: thresholds.review[metric] })}`)}`,
  };
}
