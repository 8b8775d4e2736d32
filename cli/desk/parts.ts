import { formatCount } from '../../shared/domain/reputation/format-rate.ts';
import { formatTimestamp } from '../../shared/domain/timestamp.ts';
import { formatTime } from '../io/format.ts';
import { drawReportChart } from '../report/chart.ts';
import { summarizeSeries } from '../report/page.ts';
import type { ReportSeries } from '../report/series.ts';
import type { Inspected } from '../stack/inventory.ts';
import { type Html, html, trusted } from './html.ts';

/** A column of a table: its heading, and what a row has in it. */
export type TableColumn<Row> = {
  readonly heading: string;
  readonly cell: (row: Row) => Html | string;
  readonly isNumber?: true;
};

export function table<Row>(rows: readonly Row[], columns: readonly TableColumn<Row>[], ifEmpty: string): Html {
  if (rows.length === 0) return html`<p class="quiet">${ifEmpty}</p>`;
  const align = (column: TableColumn<Row>) => (column.isNumber ? html` class="number"` : undefined);
  const head = columns.map((column) => html`<th scope="col"${align(column)}>${column.heading}</th>`);
  const body = rows.map(
    (row) => html`<tr>${columns.map((column) => html`<td${align(column)}>${column.cell(row)}</td>`)}</tr>`,
  );
  return html`<div class="card scroll" tabindex="0"><table><thead><tr>${head}</tr></thead><tbody>${body}</tbody></table></div>`;
}

export function time(at: number): Html {
  return html`<time class="time" datetime="${formatTimestamp(at)}">${formatTime(at)}</time>`;
}

export function addressLink(address: string): Html {
  return html`<a class="address" href="/address?q=${encodeURIComponent(address)}">${address}</a>`;
}

export const number = (count: number): string => formatCount(count);

/** Returns a drawn chart as HTML. Its styles become attributes, because a page of the desk allows no styles but those of its stylesheet. */
function svg(drawn: string): Html {
  const toAttributes = (_match: string, styles: string) =>
    styles
      .split(';')
      .flatMap((one) => {
        const [name = '', value = ''] = one.split(/:(.*)/s);
        // There is no attribute for the short form.
        const [, size, family] = (name === 'font' && /^(\d+px) (.+)$/.exec(value)) || [];
        if (size !== undefined) return ` font-size="${size}" font-family="${family}"`;
        return /^[a-z-]+$/.test(name) ? ` ${name}="${value}"` : [];
      })
      .join('');
  return trusted(drawn.replace(/ style="([^"]*)"/g, toAttributes));
}

/** A rate over time. */
export function chart(series: ReportSeries): Html {
  const summary = summarizeSeries(series);
  const label = html`${[`Chart: ${series.title}.`, summary, ...series.thresholds.map((one) => `${one.label}.`)].join(' ')}`;
  const hasInterval = series.points.some((one) => one.interval);
  const interval = hasInterval
    ? ' Between the dotted lines: the range in which the true rate lies, with 95 % confidence.'
    : '';
  return figure(series.title, (width) => drawReportChart(series, label.html, width) ?? '', `${summary}${interval}`);
}

/** A drawing with a title and a caption, twice: for a wide and for a narrow screen. */
export function figure(title: string, draw: (width: number) => string, caption: string): Html {
  return html`<section><h2>${title}</h2><figure class="card"><div class="wide">${svg(draw(960))}</div><div class="narrow">${svg(draw(360))}</div><figcaption class="quiet">${caption}</figcaption></figure></section>`;
}

/** A share as a bar, with its number. */
export function bar(value: number, all: number): Html {
  const percent = all === 0 ? 0 : Math.round((100 * value) / all);
  return html`<svg class="bar" viewBox="0 0 100 12" aria-hidden="true"><rect width="100" height="12" rx="2" fill="var(--rule)"/><rect width="${percent}" height="12" rx="2" fill="var(--rate)"/></svg> ${percent} %`;
}

/** Shows a part that was read, or why it could not be. */
export function part<Value>(inspected: Inspected<Value> | undefined, show: (value: Value) => Html): Html {
  if (inspected === undefined) return html``;
  if ('error' in inspected) {
    const isDenied = /AccessDenied|NotAuthorized|UnauthorizedOperation/.test(inspected.error);
    return html`<p class="quiet">Could not be read: ${inspected.error}${isDenied && ' The policy SupportPolicyArn (an output of the stack) allows it.'}</p>`;
  }
  return show(inspected.value);
}

export function hiddenToken(token: string): Html {
  return html`<input type="hidden" name="token" value="${token}">`;
}
