import { formatTimestamp } from '../../shared/domain/timestamp.ts';
import { formatDay, formatTime } from '../io/format.ts';
import { drawReportChart, sortByTime, spanOf } from './chart.ts';
import type { ReportSeries, Tone } from './series.ts';

/** A notice as the operator received it by email. */
export type ReportNotice = {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly subject: string;
  readonly text: string;
  readonly tone: Tone;
};

/** A table of texts. Columns of numbers are aligned at their end. */
export type ReportTable = {
  readonly title: string;
  readonly columns: readonly { readonly heading: string; readonly isNumber?: true }[];
  readonly rows: readonly (readonly string[])[];
  /** Shown below the table. */
  readonly note?: string;
  /** Shown instead of the table if it has no rows. */
  readonly ifEmpty: string;
};

export type Report = {
  readonly title: string;
  readonly introduction: string;
  readonly series: readonly ReportSeries[];
  readonly tables?: readonly ReportTable[];
  /** Missing if the report is not about notices. */
  readonly notices?: readonly ReportNotice[];
};

/**
 * Renders a report as an HTML page that needs no other file and no network: charts are inline SVG, and there are no
 * scripts. The same report gives the same page, byte for byte. Every text of the report is escaped.
 *
 * @example
 * writeFileSync('report.html', renderReportPage({ title: 'A week', introduction: '', series, notices }));
 */
export function renderReportPage({ title, introduction, series, tables = [], notices }: Report): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${escapeHtml(title)}</title>
<style>${style}</style>
</head>
<body>
<main>
<header>
<h1>${escapeHtml(title)}</h1>
<p class="introduction">${escapeHtml(introduction)}</p>
<p class="quiet">All times are in UTC.</p>
</header>
${[...series.map(renderSeries), ...tables.map(renderTable), ...(notices ? [renderNotices(notices)] : [])].join('\n')}
</main>
</body>
</html>
`;
}

function renderSeries(series: ReportSeries): string {
  const { title, thresholds, marks } = series;
  const summary = summarizeSeries(series);
  const label = escapeHtml(
    [`Chart: ${title}.`, summary, ...thresholds.map((threshold) => `${threshold.label}.`)].join(' '),
  );

  const items = sortByTime(marks).map(
    ({ at, label, tone }) => `<li class="${tone}">${timeElement(at)} <b>${escapeHtml(label)}</b></li>`,
  );
  return `<section>
<h2>${escapeHtml(title)}</h2>
<figure class="card">
<div class="wide">${drawReportChart(series, label, 960) ?? ''}</div>
<div class="narrow">${drawReportChart(series, label, 360) ?? ''}</div>
<figcaption>
<p class="quiet">${escapeHtml(summary)}</p>
${items.length === 0 ? '' : `<ol class="marks">${items.join('\n')}</ol>`}
</figcaption>
</figure>
</section>`;
}

/** Returns what a chart shows in a sentence or two. */
export function summarizeSeries(series: ReportSeries): string {
  const { points } = series;
  const [span, first, last] = [spanOf(series), points[0], points.at(-1)];
  if (span === undefined || first === undefined || last === undefined)
    return 'No emails were sent, so there is no rate.';
  const sends = points.reduce((sum, point) => sum + point.sends, 0).toLocaleString('en-US');
  const [from, to] = [first, last].map(({ start }) => formatDay(start));
  const highest = points.reduce((most, point) => ((point.rate ?? 0) > (most.rate ?? 0) ? point : most), first);
  const peak = highest.rate
    ? `Highest rate: ${percent(highest.rate)}, at ${formatTime(highest.start + span.step)}.`
    : 'The rate was 0 % throughout.';
  return `${sends} sends ${from === to ? `on ${from}` : `from ${from} to ${to}`}. ${peak}`;
}

function renderTable({ title, columns, rows, note, ifEmpty }: ReportTable): string {
  const cell = (tag: 'td' | 'th', text: string, index: number) =>
    `<${tag}${columns[index]?.isNumber ? ' class="number"' : ''}>${escapeHtml(text)}</${tag}>`;
  const row = (tag: 'td' | 'th', texts: readonly string[]) =>
    `<tr>${texts.map((text, index) => cell(tag, text, index)).join('')}</tr>`;
  const headings = columns.map(({ heading }) => heading);
  const table = `<div class="card scroll">
<table>
<thead>${row('th', headings)}</thead>
<tbody>
${rows.map((texts) => row('td', texts)).join('\n')}
</tbody>
</table>
</div>`;
  return `<section>
<h2>${escapeHtml(title)}</h2>
${rows.length === 0 ? `<p class="quiet">${escapeHtml(ifEmpty)}</p>` : table}
${note === undefined ? '' : `<p class="quiet">${escapeHtml(note)}</p>`}
</section>`;
}

function renderNotices(notices: readonly ReportNotice[]): string {
  return `<section>
<h2>Notices</h2>
${sortByTime(notices).map(renderNotice).join('\n') || '<p class="quiet">No notices were sent.</p>'}
</section>`;
}

function renderNotice({ at, subject, text, tone }: ReportNotice): string {
  return `<article class="card ${tone}">
<p class="quiet">${timeElement(at)} <span class="tone">${toneNames[tone]}</span></p>
<h3>${escapeHtml(subject)}</h3>
<pre>${escapeHtml(text)}</pre>
</article>`;
}

const toneNames = { approaching: 'Approaching', critical: 'Critical', ok: 'Resolved', note: 'Note' } as const;

function timeElement(at: number): string {
  return `<time datetime="${formatTimestamp(at)}">${formatTime(at)}</time>`;
}

function percent(share: number): string {
  return `${Number((100 * share).toPrecision(3))} %`;
}

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? character);
}

const style = `
:root {
  color-scheme: light dark;
  --page: #f4f5f7; --card: #fff; --text: #1c2430; --quiet: #5a6675; --rule: #e3e7ec;
  --rate: #2563b8; --sends: #9aa9bb; --line: #5a6675;
  --approaching: #9a5b00; --critical: #b3261e; --ok: #1b7438; --note: #55489c;
}
@media screen and (prefers-color-scheme: dark) {
  :root {
    --page: #12161c; --card: #1b2129; --text: #e4e8ee; --quiet: #9eabba; --rule: #2e3742;
    --rate: #6aa9f7; --sends: #5f6f82; --line: #9eabba;
    --approaching: #f0b24a; --critical: #ff8a80; --ok: #6fce8d; --note: #b9aef5;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--text); font: 1rem/1.5 system-ui, sans-serif; }
main { max-width: 64rem; margin: 0 auto; padding: 1.5rem 1rem 3rem; }
h1, h2, h3 { break-after: avoid; line-height: 1.25; overflow-wrap: anywhere; }
h1 { margin: 0 0 .5rem; font-size: 1.75rem; }
h2 { margin: 2rem 0 .75rem; font-size: 1.25rem; }
h3 { margin: .25rem 0 .75rem; font-size: 1.0625rem; }
p { margin: .25rem 0; }
.introduction { max-width: 46rem; white-space: pre-line; overflow-wrap: anywhere; }
.quiet { color: var(--quiet); font-size: .875rem; }
.card { margin: 0 0 1rem; padding: 1rem; background: var(--card); border: 1px solid var(--rule); border-radius: .5rem; break-inside: avoid; }
article.card { border-left: .25rem solid var(--tone); }
svg { display: block; width: 100%; height: auto; }
.narrow { display: none; }
figcaption { margin-top: .5rem; }
.marks { margin: .25rem 0 0; padding-left: 1.5rem; font-size: .875rem; }
.marks li::marker, .marks b, .tone { color: var(--tone); font-weight: 600; }
.marks li { overflow-wrap: anywhere; }
.scroll { overflow-x: auto; padding: .25rem 1rem; }
table { min-width: 60%; border-collapse: collapse; font-size: .875rem; font-variant-numeric: tabular-nums; }
th, td { padding: .375rem .75rem .375rem 0; text-align: left; vertical-align: top; }
th { color: var(--quiet); font-weight: 600; white-space: nowrap; }
tbody tr { border-top: 1px solid var(--rule); }
.number { text-align: right; white-space: nowrap; }
.tone { margin-left: .5rem; }
.approaching { --tone: var(--approaching); }
.critical { --tone: var(--critical); }
.ok { --tone: var(--ok); }
.note { --tone: var(--note); }
pre { margin: 0; font: .875rem/1.5 ui-monospace, monospace; white-space: pre-wrap; overflow-wrap: anywhere; }
@media screen and (max-width: 40rem) {
  .wide { display: none; }
  .narrow { display: block; }
}
@media print {
  :root { --page: #fff; }
  main { max-width: none; padding: 0; }
}
`;
