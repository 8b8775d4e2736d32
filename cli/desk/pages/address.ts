import { parseAddress } from '../../../shared/domain/address.ts';
import { defined } from '../../../shared/domain/defined.ts';
import { day } from '../../../shared/domain/durations.ts';
import {
  type AddressCheck,
  checkAddress,
  type HistoryEntry,
  type RegionCheck,
} from '../../../shared/operator/check-address.ts';
import { releaseEverywhere } from '../../../shared/operator/release-everywhere.ts';
import { suppressAddress } from '../../../shared/operator/suppress-address.ts';
import { describeErased, describeRegion, describeSuppression } from '../../commands/check.ts';
import { describeReleaseReport, isKeptAnywhere } from '../../commands/release.ts';
import { classWords } from '../../io/describe-history.ts';
import { formatQuantity, formatTime } from '../../io/format.ts';
import { recordsOf } from '../../io/stack-resources.ts';
import { causeOf, faultSentences } from '../cause.ts';
import type { Desk } from '../desk.ts';
import { type Html, html } from '../html.ts';
import type { DeskAnswer, DeskRequest, Page } from '../page.ts';
import { hiddenToken, time } from '../parts.ts';

const maxNoteLength = 200;

/** The page of `check` and `history`: why an address gets no email, or that it does, and what can be done. */
export async function addressPage({ params, formToken }: DeskRequest, desk: Desk): Promise<Page> {
  const done = desk.messages.of(params.get('done'));
  const text = params.get('q')?.trim() ?? '';
  if (text === '')
    return {
      title: 'Address',
      body: html`<p>Enter an address above to see whether it gets email, why not, and since when.</p>`,
    };
  const address = parseAddress(text);
  if (address === undefined)
    return {
      title: 'Address',
      status: 400,
      body: html`<p>“${text.slice(0, 100)}” is not an email address. Addresses that contain it: <a href="/suppressed?text=${encodeURIComponent(text.slice(0, 100))}">look among the suppressed ones</a>.</p>`,
    };
  const check = await checkAddress(address, { ...desk.resources, lists: namedLists(desk) });
  const headline = headlineOf(check);
  const isSuppressed = headline.isSuppressed;
  return {
    title: check.address,
    body: html`${done && html`<div class="card lined ok" role="status">${done.map((line) => html`<p>${line.trim()}</p>`)}</div>`}
<div class="card lined ${headline.tone}">
<p class="big">${headline.text}</p>
${isSuppressed ? html`<p>${causeOf(check)}</p>` : html`<p class="quiet">This does not prove that the mailbox exists: ses-feedback learns that only when an email to it bounces.</p>`}
${lists(check, desk)}
</div>
<div class="grid">${isSuppressed && releaseForm(check, formToken, desk)}${suppressForm(check, formToken, desk)}</div>
<section><h2>What happened</h2>${timeline(check)}</section>`,
  };
}

/** Says whether an address gets email. A list that could not be read is no proof that it does. */
function headlineOf({ verdict, tenants, regions }: AddressCheck) {
  const names = tenants.flatMap(({ tenant, suppression, erased }) => (suppression || erased ? tenant : []));
  if (verdict === 'suppressed') return { isSuppressed: true, tone: 'critical', text: 'Suppressed: gets no email' };
  if (names.length > 0)
    return {
      isSuppressed: true,
      tone: 'approaching',
      text: `Suppressed for tenant ${names.join(', ')}: the others send to it`,
    };
  if ([...regions, ...tenants.flatMap(({ atSes }) => atSes ?? [])].some(({ error }) => error !== undefined))
    return {
      isSuppressed: false,
      tone: 'note',
      text: "Not suppressed as far as is known: SES's own list could not be read",
    };
  return { isSuppressed: false, tone: 'ok', text: 'Not suppressed: email is sent to it' };
}

/** Regions are shown by name, and not as "home". */
function namedLists({ lists, stack }: Desk) {
  return new Map([...lists].map(([region, list]) => [region === 'home' ? stack.region : region, list]));
}

function lists(check: AddressCheck, { stack }: Desk): Html {
  const { address, suppression, erased, regions, tenants, isSyncPending, strikes, prevented } = check;
  const ofRegion = (region: RegionCheck, owner: string) =>
    html`<li>SES's own list${owner} (${region.region}): ${describeRegion(region).replace(` (${address})`, '')}</li>`;
  return html`<p class="quiet">Two lists can keep email from an address: that of ses-feedback, which your applications ask, and SES's own.</p>
<ul>
<li>List of ses-feedback (${stack.name}): ${describeSuppression(suppression)}</li>
${erased && html`<li>Erased data: ${describeErased(erased)}</li>`}
${regions.map((region) => ofRegion(region, ''))}
${tenants.map(
  ({ tenant, suppression: own, atSes }) =>
    html`<li>List of ses-feedback for tenant ${tenant}: ${describeSuppression(own)}</li>${atSes && ofRegion(atSes, ` for tenant ${tenant}`)}`,
)}
</ul>
${isSyncPending && html`<p class="quiet">SES's own list follows within two minutes.</p>`}
${strikes.length > 0 && html`<p class="quiet">${formatQuantity(strikes.length, 'temporary bounce')} counted against it.</p>`}
${prevented > 0 && html`<p class="quiet">SES did not send ${formatQuantity(prevented, 'email')} to it, because of a suppression list.</p>`}`;
}

function noteField(id: string): Html {
  return html`<label for="${id}">Note: why, or who asked
<input id="${id}" name="note" required maxlength="${maxNoteLength}" size="32"></label>`;
}

function releaseForm(check: AddressCheck, token: string, { isReadOnly }: Desk): Html {
  if (isReadOnly) return html``;
  const hasComplaint =
    [check, ...check.tenants].some((one) =>
      [one.suppression, one.erased].some((kept) => kept?.reason === 'complaint'),
    ) || check.history.some((one) => one.kind === 'feedback' && one.class === 'complaint');
  return html`<section class="card"><h2>Release</h2>
<p class="quiet">Your applications and SES send email to it again. If one more email bounces permanently, it is suppressed again.</p>
<form class="fields" method="post" action="/address/release">${hiddenToken(token)}<input type="hidden" name="address" value="${check.address}">
${noteField('release-note')}
${hasComplaint && html`<label class="check" for="complaint"><input id="complaint" name="complaint" type="checkbox" value="yes" required> The recipient reported an email as spam, and has asked to get email again</label>`}
<button>Release</button></form></section>`;
}

function suppressForm(check: AddressCheck, token: string, { isReadOnly }: Desk): Html {
  if (isReadOnly || check.suppression?.reason === 'manual') return html``;
  return html`<section class="card"><h2>Suppress</h2>
<p class="quiet">Your applications and SES send no more email to it.</p>
<form class="fields" method="post" action="/address/suppress">${hiddenToken(token)}<input type="hidden" name="address" value="${check.address}">
${noteField('suppress-note')}
<label for="days">How long <select id="days" name="days"><option value="">permanently</option><option value="7">7 days</option><option value="30">30 days</option><option value="365">a year</option></select></label>
<button class="plain">Suppress</button></form></section>`;
}

function timeline({ history }: AddressCheck): Html {
  if (history.length === 0)
    return html`<p class="quiet">No bounce, complaint or change is known. If email does not arrive all the same: SES's own list distinguishes upper and lower case. Look up the address exactly as you write it when you send.</p>`;
  return html`<ol class="timeline">${history.map(entry)}</ol>`;
}

function entry(one: HistoryEntry): Html {
  if (one.kind === 'change') {
    const end = one.until === undefined ? '' : ` until ${formatTime(one.until)}`;
    const on = one.list === undefined ? '' : ` on the list ${one.list}`;
    return html`<li class="note">${time(one.at)} <strong>${one.action}${end}${on}</strong> by ${one.by}<br>“${one.note}”</li>`;
  }
  const { at, fault, provider, status, diagnosticCode, reportedAs, messageId, rule, row, tenant, hadDelivery } = one;
  const decided = row === undefined || row === 'none' ? `rule ${rule}` : `rule ${rule}, because of ${row}`;
  const details = [
    fault && faultSentences[fault],
    provider && `answered by ${provider}`,
    tenant && `for tenant ${tenant}`,
    hadDelivery === true && 'had email in the weeks before',
    hadDelivery === false && 'never had an email, as far as is known',
  ];
  const tone = one.class === 'hard' || one.class === 'complaint' ? 'critical' : 'approaching';
  return html`<li class="${tone}">${time(at)} <strong>${classWords[one.class]}</strong>
<br>${details.filter(Boolean).join('; ')}
${(diagnosticCode ?? status) && html`<pre>${diagnosticCode ?? `status ${status}`}</pre>`}
${reportedAs && html`<p class="quiet">Reported for ${reportedAs}</p>`}
<details class="quiet"><summary>For engineers</summary>${decided}; message ${messageId}</details></li>`;
}

/** Releases one address everywhere, as `release` does, and shows its page again. */
export async function releaseOne({ form }: DeskRequest, desk: Desk): Promise<DeskAnswer> {
  const [address, note] = [parseAddress(form.get('address') ?? ''), noteOf(form)];
  if (address === undefined || note === undefined) return incomplete;
  const mayRelease = form.get('complaint') === 'yes';
  const report = await releaseEverywhere(
    address,
    { by: desk.by, note },
    {
      ...desk.resources,
      lists: desk.lists,
      isSelected: (record) => mayRelease || record.causes.complaint === undefined,
      isKeptSelected: ({ reason }) => mayRelease || reason !== 'complaint',
    },
  );
  const lists = [report, ...report.tenants];
  if (report.table === 'was suppressed' && report.regions.length > 0) desk.directory.forget([address.key]);
  const isDone = lists.every(({ regions }) => regions.every(({ error }) => error === undefined));
  const wasReleased = lists.some(({ regions }) => regions.length > 0);
  const context = { ownRegion: desk.stack.region, isSyncOn: desk.policy.accountList.mode !== 'off', tenant: undefined };
  const [, ...details] = describeReleaseReport(report, context);
  const complaint =
    'The recipient reported an email as spam. If they have asked to get email again, confirm it in the form.';
  const done = isKeptAnywhere(report)
    ? [wasReleased ? 'Released, but not on every list:' : 'Not released:', complaint, ...details]
    : [
        wasReleased && isDone ? `${address.key} gets email again.` : `${address.key}: not everything was done.`,
        ...details,
      ];
  return showAgain(address.original, desk, done);
}

/** Suppresses one address, as `suppress` does. */
export async function suppressOne({ form }: DeskRequest, desk: Desk): Promise<DeskAnswer> {
  const [address, note] = [parseAddress(form.get('address') ?? ''), noteOf(form)];
  if (address === undefined || note === undefined) return incomplete;
  const days = Number(form.get('days') ?? '');
  const until = days > 0 ? desk.clock() + days * day : undefined;
  await suppressAddress(recordsOf(desk.resources, undefined), address, { by: desk.by, note, ...defined({ until }) });
  return showAgain(address.original, desk, [
    `${address.key} gets no more email. Suppressed ${until === undefined ? 'permanently' : `until ${formatTime(until)}`}.`,
  ]);
}

/** The browser gets the page by an address of its own, so that loading it again repeats nothing. */
function showAgain(address: string, { messages }: Desk, done: readonly string[]): DeskAnswer {
  return { location: `/address?${new URLSearchParams({ q: address, done: messages.add(done) })}` };
}

function noteOf(form: URLSearchParams): string | undefined {
  const note = form.get('note')?.trim() ?? '';
  return note === '' || note.length > maxNoteLength ? undefined : note;
}

const incomplete: Page = {
  status: 400,
  title: 'Something is missing',
  body: html`<p>An address and a note of at most ${maxNoteLength} characters are needed. Nothing was changed. Go back, and fill in the form.</p>`,
};
