import { formatTime } from '../../io/format.ts';
import { activeAlarmsOfAll, nameAlarm } from '../../stack/active-alarms.ts';
import type { Desk } from '../desk.ts';
import { html } from '../html.ts';
import type { Page } from '../page.ts';
import { number, table, time } from '../parts.ts';

/** Where each rule has a page that says what it means, what to look at, and what to do. */
const runbook = 'https://github.com/ses-feedback/ses-feedback/blob/main/docs/runbook.md';

/** The pages of `incidents` and of the alarms in `status`. */
export async function incidentsPage({ reputation, stack, clock }: Desk): Promise<Page> {
  const now = clock();
  const [alarms, incidents] = await Promise.all([activeAlarmsOfAll(reputation, now), reputation.incidents()]);
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
    )}</section>`,
  };
}
