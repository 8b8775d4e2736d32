import { day } from '../../../shared/domain/durations.ts';
import { groupBy } from '../../../shared/domain/group-by.ts';
import { type ListedSuppression, listSuppressions } from '../../../shared/operator/list-suppressions.ts';
import { classWords, reasonWords } from '../../io/describe-history.ts';
import { formatQuantity } from '../../io/format.ts';
import type { Desk } from '../desk.ts';
import { html } from '../html.ts';
import type { Page } from '../page.ts';
import { addressLink, table, time } from '../parts.ts';

/** Records that are read for the page. Of more, the newest are shown. */
const maxRecords = 2000;
const maxExamples = 8;

/** What was suppressed this week, by why, with what may be wrong first. */
export async function reviewPage(desk: Desk): Promise<Page> {
  const { resources, clock } = desk;
  const now = clock();
  const period = { since: now - 7 * day, until: now + day };
  const found: ListedSuppression[] = [];
  for await (const one of listSuppressions(
    {},
    { pages: resources.suppressed(period), store: resources.store, clock },
  )) {
    found.push(one);
    if (found.length === maxRecords) break;
  }
  // What is in one group is doubtful for the same reason, or not at all.
  const byCause = groupBy(found, (one) => `${groupOf(one)}\n${doubtOf(one) ?? ''}`);
  const groups = [...byCause.values()].map((all) => {
    const [newest] = all as [ListedSuppression];
    return { name: groupOf(newest), all, doubt: doubtOf(newest) };
  });
  groups.sort((a, b) => Number(b.doubt !== undefined) - Number(a.doubt !== undefined) || b.all.length - a.all.length);
  const more =
    found.length === maxRecords
      ? ` The newest ${formatQuantity(maxRecords, 'address', 'addresses')} of the week are shown.`
      : '';
  return {
    title: 'Review of the week',
    body: html`<p>${formatQuantity(found.length, 'address', 'addresses')} suppressed in the last 7 days, by cause. What may be wrong comes first.${more}</p>
${groups.map(
  ({
    name,
    all,
    doubt,
  }) => html`<section><h2>${name} <span class="badge ${doubt === undefined ? 'ok' : 'approaching'}">${doubt === undefined ? 'clear' : 'may be wrong'}</span></h2>
<p>${formatQuantity(all.length, 'address', 'addresses')}. ${doubt ?? 'The mailbox does not exist, or its owner does not want email.'}</p>
${table(
  all.slice(0, maxExamples),
  [
    { heading: 'Address', cell: ({ address }) => addressLink(address) },
    { heading: 'Since', cell: ({ since }) => time(since) },
    { heading: 'What the server said', cell: answerOf },
  ],
  '',
)}
${all.length > maxExamples && html`<p class="quiet">and ${formatQuantity(all.length - maxExamples, 'more address', 'more addresses')}</p>`}</section>`,
)}`,
  };
}

const newestOf = ({ record }: ListedSuppression) => record.evidence[0];

function answerOf(one: ListedSuppression): string {
  const newest = newestOf(one);
  return one.record.suppressedManually?.note ?? newest?.diagnosticCode ?? newest?.status ?? '–';
}

function groupOf(one: ListedSuppression): string {
  const newest = newestOf(one);
  if (one.reason === 'manual' || one.reason === 'ses-list' || newest === undefined)
    return capitalize(reasonWords[one.reason]);
  const row = newest.row === undefined || newest.row === 'none' ? '' : `: ${newest.row}`;
  return capitalize(`${classWords[newest.class]}${row}`);
}

/** Returns why a suppression may be wrong, or `undefined` if it is plain. */
function doubtOf({ reason, record }: ListedSuppression): string | undefined {
  const newest = record.evidence[0];
  if (reason === 'manual') return undefined;
  if (reason === 'ses-list')
    return 'SES lists these addresses, and no bounce or complaint about them has arrived here: SES may know them from before.';
  if (reason === 'complaint')
    return record.causes.complaint?.suspected
      ? 'The complaint named several recipients: another of them may have made it.'
      : undefined;
  if (newest?.hadDelivery) return 'They had email in the weeks before: the provider may have had an outage.';
  if (newest?.fault === 'sender' || newest?.fault === 'message')
    return 'The server refused the sender or the message, and not the address. The suppressions end by themselves; repair the cause.';
  if (newest?.fault === 'temporary')
    return 'The reason will pass: a full mailbox, or a server that was down. The suppressions end by themselves.';
  if (newest?.fault === 'unknown') return 'The server gave no reason, so SES alone says that it is permanent.';
  return undefined;
}

const capitalize = (text: string) => `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
