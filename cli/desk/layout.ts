import { formatTime } from '../io/format.ts';
import type { Desk } from './desk.ts';
import { html } from './html.ts';
import type { Page } from './page.ts';

const sections = [
  ['/', 'Overview'],
  ['/address', 'Address'],
  ['/suppressed', 'Suppressed'],
  ['/review', 'Review'],
  ['/rates', 'Rates'],
  ['/incidents', 'Incidents and alarms'],
  ['/health', 'Health'],
  ['/explain', 'Explain'],
] as const;

type Frame = { readonly nonce: string; readonly desk: Desk; readonly url?: URL };

/** Returns a whole document: the page with its title, the navigation and the search. */
export function renderDocument({ title, body }: Page, { nonce, desk, url }: Frame): string {
  const { stack, isReadOnly, by, clock } = desk;
  const current = (path: string) => (url?.pathname === path ? html` aria-current="page"` : undefined);
  const links = sections.map(([path, name]) => html`<li><a href="${path}"${current(path)}>${name}</a></li>`);
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} · ${stack.name}</title>
<link rel="stylesheet" href="/style.css" nonce="${nonce}">
<link rel="icon" href="/icon.svg">
</head>
<body>
<a class="skip" href="#content">Skip to the content</a>
<header>
<p class="stack"><strong>${stack.name}</strong> ${stack.region}, account ${stack.account}${isReadOnly && html` <span class="badge">read-only</span>`}</p>
${url && search(url)}
${url && html`<nav aria-label="Pages"><ul>${links}</ul></nav>`}
</header>
<main id="content">
<h1>${title}</h1>
${body}
</main>
<footer><p>${formatTime(clock())}. All times are in UTC. Changes are recorded as made by ${by}.</p></footer>
<script src="/script.js" nonce="${nonce}" defer></script>
</body>
</html>
`.html;
}

function search(url: URL) {
  const value = url.pathname === '/address' ? (url.searchParams.get('q') ?? '') : '';
  return html`<form class="search" action="/address" role="search">
<label for="q">Address</label>
<input id="q" name="q" type="search" value="${value}" placeholder="ann@example.net" autocomplete="off" spellcheck="false" list="suggestions" maxlength="320">
<datalist id="suggestions"></datalist>
<button>Look up</button>
</form>`;
}
