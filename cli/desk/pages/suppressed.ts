import type { AddressKey } from '../../../shared/domain/address.ts';
import { defined } from '../../../shared/domain/defined.ts';
import { day, minute } from '../../../shared/domain/durations.ts';
import { type Reason, reasons } from '../../../shared/domain/feedback/recipient-event.ts';
import type { SuppressionRecord } from '../../../shared/domain/suppression/record.ts';
import { formatTimestamp } from '../../../shared/domain/timestamp.ts';
import { releaseAddress } from '../../../shared/operator/release-address.ts';
import { reasonWords } from '../../io/describe-history.ts';
import { formatQuantity, formatTime } from '../../io/format.ts';
import { recordsOf } from '../../io/stack-resources.ts';
import { toCsvRow } from '../../io/table.ts';
import type { Desk } from '../desk.ts';
import type { DirectoryCount, DirectoryFilter, DirectoryState } from '../directory.ts';
import { type Html, html } from '../html.ts';
import type { DeskAnswer, DeskRequest, Page } from '../page.ts';
import { addressLink, hiddenToken, number, table, time } from '../parts.ts';

const pageSize = 100;
const periods = [
  ['1', 'last 24 hours'],
  ['7', 'last 7 days'],
  ['30', 'last 30 days'],
] as const;

/** The page of `list`: which addresses are suppressed, by what they have in common; and the release of some of them. */
export async function suppressedPage({ params, formToken }: DeskRequest, desk: Desk): Promise<Page> {
  const { directory, isReadOnly, messages } = desk;
  await directory.refresh();
  const filter = filterOf(params, desk.clock());
  const { found, counts } = directory.find(filter);
  const state = directory.state();
  const pageNumber = Math.max(1, Math.floor(Number(params.get('page')) || 1));
  const shown = found.slice((pageNumber - 1) * pageSize, pageNumber * pageSize);
  const done = messages.of(params.get('done'));
  return {
    title: 'Suppressed addresses',
    body: html`${done && html`<div class="card lined ok" role="status">${done.map((line) => html`<p>${line}</p>`)}</div>`}
${filterForm(params)}
<p><strong>${formatQuantity(found.length, 'address', 'addresses')}</strong> of ${number(state.count)}${describeState(state)}.
<a href="/suppressed.csv?${withoutPage(params)}">Download as CSV</a></p>
<div class="grid">${countTable('reason', 'By reason', counts.reason, params)}${countTable('provider', 'By provider', counts.provider, params)}${countTable('day', 'By day', counts.day, params)}</div>
${isReadOnly ? listOf(shown, false) : html`<form method="post" action="/suppressed/release">${hiddenToken(formToken)}${listOf(shown, true)}${shown.length > 0 && releaseFields}</form>`}
${pageLinks(found.length, pageNumber, params)}`,
  };
}

function describeState({ isComplete, readAt }: DirectoryState): string {
  if (readAt === undefined) return ' that were read so far; load the page again for the rest';
  return `${isComplete ? '' : ', the newest,'} as of ${formatTime(readAt)}`;
}

function filterOf(params: URLSearchParams, now: number): DirectoryFilter {
  const reason = reasons.find((one) => one === params.get('reason'));
  const days = Number(params.get('days') ?? '');
  return defined({
    text: params.get('text') ?? undefined,
    reason,
    provider: params.get('provider') || undefined,
    since: days > 0 ? now - days * day : undefined,
  });
}

function filterForm(params: URLSearchParams): Html {
  const option = (value: string, name: string, chosen: string | null) =>
    html`<option value="${value}"${value === (chosen ?? '') && html` selected`}>${name}</option>`;
  return html`<form class="fields card" action="/suppressed">
<label for="text">Address contains <input id="text" name="text" value="${params.get('text') ?? ''}" maxlength="320"></label>
<label for="reason">Reason <select id="reason" name="reason">${option('', 'any', params.get('reason'))}${reasons.map((one) => option(one, `${one}: ${reasonWords[one]}`, params.get('reason')))}</select></label>
<label for="provider">Provider <input id="provider" name="provider" value="${params.get('provider') ?? ''}" placeholder="gmail" size="10" maxlength="40"></label>
<label for="days">Suppressed in <select id="days" name="days">${option('', 'any time', params.get('days'))}${periods.map(([value, name]) => option(value, name, params.get('days')))}</select></label>
<button>Show</button></form>`;
}

const maxCounts = 8;

function countTable(
  key: 'reason' | 'provider' | 'day',
  title: string,
  all: readonly DirectoryCount[],
  params: URLSearchParams,
): Html {
  const link = (value: string) => {
    const changed = new URLSearchParams(withoutPage(params));
    changed.set(key, value);
    return html`<a href="/suppressed?${changed.toString()}">${value}</a>`;
  };
  return html`<section><h2>${title}</h2>${table(
    all.slice(0, maxCounts),
    [
      {
        heading: key === 'day' ? 'Day' : key === 'reason' ? 'Reason' : 'Provider',
        cell: ({ value }) => (key === 'day' ? value : link(value)),
      },
      { heading: 'Addresses', isNumber: true, cell: ({ count }) => number(count) },
    ],
    'None.',
  )}</section>`;
}

type Listed = {
  readonly address: AddressKey;
  readonly reason: Reason;
  readonly since: number;
  readonly until?: number;
};

function listOf(shown: readonly Listed[], canSelect: boolean): Html {
  const box = ({ address }: Listed) =>
    html`<input type="checkbox" name="address" value="${address}" aria-label="Select ${address}">`;
  return html`${canSelect && html`<label class="check" hidden><input type="checkbox" data-all> Select all on this page</label>`}${table(
    shown,
    [
      ...(canSelect ? [{ heading: 'Select', cell: box }] : []),
      { heading: 'Address', cell: ({ address }) => addressLink(address) },
      { heading: 'Why', cell: ({ reason }) => reasonWords[reason] },
      { heading: 'Since', cell: ({ since }) => time(since) },
      { heading: 'Until', cell: ({ until }) => (until === undefined ? 'permanent' : formatTime(until)) },
    ],
    'No suppressed address matches.',
  )}`;
}

const releaseFields = html`<div class="card"><h2>Release the selected addresses</h2>
<p class="quiet">Addresses whose owner reported an email as spam are left out: release each of them on its own page.</p>
<label class="field" for="note">Note: why, or who asked <input id="note" name="note" required maxlength="200"></label>
<p><button>Release the selected addresses</button></p></div>`;

function pageLinks(count: number, current: number, params: URLSearchParams): Html {
  const last = Math.max(1, Math.ceil(count / pageSize));
  if (last === 1) return html``;
  const to = (page: number, name: string) =>
    html`<a href="/suppressed?${withoutPage(params)}&page=${page}">${name}</a>`;
  return html`<p>Page ${number(current)} of ${number(last)}. ${current > 1 && to(current - 1, 'Previous page')} ${current < last && to(current + 1, 'Next page')}</p>`;
}

function withoutPage(params: URLSearchParams): string {
  const kept = new URLSearchParams(params);
  for (const name of ['page', 'done']) kept.delete(name);
  return kept.toString();
}

/** Returns the addresses of a filter as a file, without formulas that a spreadsheet would run. */
export async function suppressedCsv({ params }: DeskRequest, desk: Desk): Promise<DeskAnswer> {
  // Part of a list might be taken for the whole.
  await desk.directory.complete();
  const { found } = desk.directory.find(filterOf(params, desk.clock()));
  const rows = found.map(({ address, reason, since, until }) =>
    toCsvRow([address, reason, formatTimestamp(since), until === undefined ? '' : formatTimestamp(until)]),
  );
  const content = [toCsvRow(['address', 'reason', 'since', 'until']), ...rows].join('');
  return { file: { name: 'suppressed.csv', type: 'text/csv', content } };
}

/** Returns addresses for the list below the search field. */
export async function suggestions({ params }: DeskRequest, { directory }: Desk): Promise<DeskAnswer> {
  await directory.refresh(minute);
  return { file: { type: 'application/json', content: JSON.stringify(directory.suggest(params.get('q') ?? '', 10)) } };
}

/** Releases the selected addresses in the table, as `release` does for a selection. The lists of SES follow within minutes. */
export async function releaseSelected({ form }: DeskRequest, desk: Desk): Promise<DeskAnswer> {
  const addresses = form.getAll('address').slice(0, pageSize) as AddressKey[];
  const note = form.get('note')?.trim() ?? '';
  if (addresses.length === 0 || note === '' || note.length > 200)
    return {
      status: 400,
      title: 'Something is missing',
      body: html`<p>Select addresses, and write a note of at most 200 characters. Nothing was changed. Go back, and fill in the form.</p>`,
    };
  const list = recordsOf(desk.resources, undefined);
  const released: string[] = [];
  for (const address of addresses) {
    const isSelected = ({ causes }: SuppressionRecord) => causes.complaint === undefined;
    const record = await releaseAddress(list, address, { by: desk.by, note }, { isSelected });
    if (record !== undefined) released.push(address);
  }
  desk.directory.forget(released);
  const kept = addresses.length - released.length;
  const done = [
    `Released ${formatQuantity(released.length, 'address', 'addresses')}.`,
    ...(kept > 0 ? [`Left ${formatQuantity(kept, 'address', 'addresses')}: reported as spam, or not known.`] : []),
    ...(desk.policy.accountList.mode === 'off'
      ? ['The sync with SES is off: release each address on its own page to remove it from the list of SES.']
      : ['The lists of SES are updated within minutes.']),
  ];
  return { location: `/suppressed?done=${desk.messages.add(done)}` };
}
