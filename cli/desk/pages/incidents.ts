import { day } from '../../../shared/domain/durations.ts';
import { thresholdsFor } from '../../../shared/domain/policy/thresholds.ts';
import type { BacktestTransition } from '../../../shared/domain/reputation/backtest.ts';
import { describeRate, labels } from '../../../shared/domain/reputation/format-rate.ts';
import type { OperatorChange } from '../../../shared/domain/suppression/operator-change.ts';
import { formatTime } from '../../io/format.ts';
import { rateAlarms } from '../../report/rate-series.ts';
import { activeAlarmsOfAll, nameAlarm } from '../../stack/active-alarms.ts';
import type { Desk } from '../desk.ts';
import { html } from '../html.ts';
import type { Page } from '../page.ts';
import { addressLink, number, table, time } from '../parts.ts';

/** Where each rule has a page that says what it means, what to look at, and what to do. */
const runbook = 'https://github.com/ses-feedback/ses-feedback/blob/main/docs/runbook.md';

/** The pages of `incidents` and of the alarms in `status`. */
export async function incidentsPage({ reputation, resources, policy, stack, clock }: Desk): Promise<Page> {
  const now = clock();
  const [alarms, incidents, account, changes] = await Promise.all([
    activeAlarmsOfAll(reputation, now),
    reputation.incidents(),
    reputation.read('account', now, false),
    newestChanges(resources.history.all({ since: now - historyDays * day, until: now + 1 })),
  ]);
  const steps = rateAlarms(account.buckets, thresholdsFor(policy, 'account').review).reverse();
  const options = `--stack ${stack.name} --region ${stack.region}`;
  return {
    title: 'Incidents and alarms',
    body: html`<section><h2>Raised now</h2>${table(
      alarms,
      [
        { heading: 'State', cell: ({ status }) => html`<span class="badge ${status}">${status}</span>` },
        {
          heading: 'Alarm',
          cell: (alarm) => html`<a href="${runbook}#${alarm.rule}" rel="noreferrer">${nameAlarm(alarm)}</a>`,
        },
        {
          heading: 'Scope',
          cell: ({ scope }) => html`<a href="/rates?scope=${encodeURIComponent(scope)}&amp;days=7">${scope}</a>`,
        },
        { heading: 'Since', cell: ({ since }) => time(since) },
        { heading: 'Notice', cell: ({ isNoticePublished }) => (isNoticePublished ? 'sent' : 'is being sent') },
      ],
      'No alarm is raised.',
    )}</section>
<section><h2>Rate alarms of the account in the last 30 days</h2><p class="quiet">Recalculated from the current counts and policy, so the notices that were sent to the alarm topic may differ.</p>${table(
      steps,
      [
        { heading: 'When', cell: ({ at }) => time(at) },
        { heading: 'Rate', cell: ({ metric }) => labels.rates[metric] },
        { heading: 'State', cell: ({ from, to }) => html`${from} → <span class="badge ${to}">${to}</span>` },
        { heading: 'Why', cell: (step) => whyOf(step) },
      ],
      'None was raised.',
    )}</section>
<section><h2>Outages of mailbox providers</h2>${table(
      [...incidents].reverse(),
      [
        { heading: 'Incident', cell: ({ id }) => id },
        { heading: 'Provider', cell: ({ provider }) => provider },
        { heading: 'From', cell: ({ from }) => time(from) },
        { heading: 'To', cell: ({ to }) => (to === undefined ? 'lasts' : formatTime(to)) },
        { heading: 'Bounces in 2 h', isNumber: true, cell: ({ bounces }) => number(bounces) },
        {
          heading: 'To release its addresses',
          cell: ({ id }) => html`<code>npx ses-feedback release --incident ${id} ${options} --note outage</code>`,
        },
      ],
      'No outage is known.',
    )}</section>
<section><h2>What operators did in the last ${historyDays} days</h2>${table(
      changes,
      [
        { heading: 'When', cell: ({ at }) => time(at) },
        { heading: 'Address', cell: ({ address }) => addressLink(address) },
        { heading: 'What', cell: ({ action }) => action },
        { heading: 'By', cell: ({ by }) => by },
        { heading: 'Note', cell: ({ note }) => note },
      ],
      'Nothing was changed manually.',
    )}</section>`,
  };
}

const historyDays = 30;
const maxChanges = 50;

async function newestChanges(pages: AsyncIterable<readonly OperatorChange[]>): Promise<OperatorChange[]> {
  const changes: OperatorChange[] = [];
  for await (const page of pages) {
    changes.push(...page.slice(0, maxChanges - changes.length));
    if (changes.length === maxChanges) break;
  }
  return changes;
}

function whyOf({ to, bad, total, metric }: BacktestTransition): string {
  if (to === 'ok') return 'enough good emails were sent since then';
  return `${describeRate({ bad, total })} ${labels.verbs[metric]}, since the rate rose`;
}
