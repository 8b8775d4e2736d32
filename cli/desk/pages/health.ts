import { diagnose } from '../../commands/doctor.ts';
import type { Finding } from '../../doctor/finding.ts';
import { formatQuantity } from '../../io/format.ts';
import { inspectStack } from '../../stack/inspect.ts';
import type { Desk } from '../desk.ts';
import { html } from '../html.ts';
import type { DeskRequest, Page } from '../page.ts';

const tones = { wrong: 'critical', unknown: 'note', note: 'approaching', ok: 'ok' } as const;
const order: readonly Finding['status'][] = ['wrong', 'unknown', 'note', 'ok'];

/** The page of `doctor --quick`: whether feedback arrives, and what to do if it does not. */
export async function healthPage({ params }: DeskRequest, desk: Desk): Promise<Page> {
  if (params.get('run') !== 'yes')
    return {
      title: 'Health',
      body: html`<p>Checks the path of an email: the account, identities, configuration sets, topics, queues, tables, lists and alarms. SES accepts one
call a second, so this takes about a second for each identity.</p>
<form class="fields" action="/health"><input type="hidden" name="run" value="yes"><button>Check</button></form>`,
    };
  const { clients, stack, policy, clock } = desk;
  const { accountList } = policy;
  const findings = diagnose(await inspectStack({ clients, stack, clock, progress: () => {}, accountList }), policy);
  const sorted = order.flatMap((status) => findings.filter((one) => one.status === status));
  const problems = findings.filter(({ status }) => status === 'wrong' || status === 'unknown').length;
  return {
    title: 'Health',
    body: html`<p class="big">${problems === 0 ? 'No problem was found.' : `${formatQuantity(problems, 'problem')}, most serious first.`}</p>
${sorted.map(
  (
    one,
  ) => html`<div class="card lined ${tones[one.status]}"><p><span class="badge ${tones[one.status]}">${one.status}</span> <strong>${one.resource}</strong></p>
<p>${one.message}</p>${one.status !== 'ok' && html`<p class="quiet">Next: <code>${one.fix}</code></p>`}</div>`,
)}`,
  };
}
