import { type Report, renderReportPage } from '../../../cli/report/page.ts';
import type { ReportSeries } from '../../../cli/report/series.ts';
import { day, hour } from '../../../shared/domain/durations.ts';

const start = Date.UTC(2026, 10, 14);
const attack = '<img src=x onerror=alert(1)>';
const escaped = '&lt;img src=x onerror=alert(1)&gt;';

const week: ReportSeries = {
  title: 'Bounce rate',
  points: Array.from({ length: 168 }, (_, index) => ({
    start: start + index * hour,
    sends: 200 + (index % 24),
    rate: index > 80 && index < 110 ? 0.07 : 0.01,
  })),
  thresholds: [
    { label: 'Review threshold: 5 %', rate: 0.05 },
    { label: 'Pause threshold: 10 %', rate: 0.1 },
  ],
  marks: [
    { at: start + 80 * hour, label: 'Bad list imported', tone: 'note' },
    { at: start + 81 * hour, label: 'Approaching', tone: 'approaching' },
    { at: start + 81.5 * hour, label: 'Critical', tone: 'critical' },
    { at: start + 7 * day, label: 'Resolved', tone: 'ok' },
  ],
};
const report: Report = {
  title: 'A week',
  introduction: 'A list was purchased.',
  series: [week],
  notices: [
    { at: start + 7 * day, subject: 'Resolved', text: 'All is well.', tone: 'ok' },
    { at: start + 81 * hour, subject: 'Look at your list', text: 'It bounces.', tone: 'approaching' },
  ],
};

const withSeries = (changes: Partial<ReportSeries>): Report => ({ ...report, series: [{ ...week, ...changes }] });
const svgsOf = (page: string) => page.match(/<svg.*?<\/svg>/gs) ?? [];
/** Returns the texts in an SVG, in the order they were drawn. */
const textsOf = (svg = '') => [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map(([, text]) => text);
/** Returns the horizontal extent of a mark's label, measured with a wide font, and its height in the chart. */
function labelBox(svg: string, label: string): { left: number; right: number; y: number } {
  const match = new RegExp(`<text([^>]*)>${label}</text>`).exec(svg);
  const number = (name: string) => Number(new RegExp(`${name}="([-\\d.]+)"`).exec(match?.[1] ?? '')?.[1]);
  const translated = /translate\(([-\d.]+) ([-\d.]+)\)/.exec(match?.[1] ?? '');
  const [x, y] = translated ? [Number(translated[1]), Number(translated[2])] : [number('x'), number('y')];
  const length = 7 * label.length;
  return match?.[1]?.includes('text-anchor="end"')
    ? { left: x - length, right: x, y }
    : { left: x, right: x + length, y };
}

test('the page loads nothing and has no scripts', () => {
  const page = renderReportPage(report);
  expect(page.replaceAll(/ xmlns(:xlink)?="[^"]*"/g, '')).not.toMatch(
    /https?:|<script|<link|<iframe|@import|url\(|\b(src|href)=/i,
  );
  expect(page).toContain(`content="default-src 'none'; style-src 'unsafe-inline'"`);
});

test('HTML in any text of the report is shown as text', () => {
  const page = renderReportPage({
    title: `title ${attack}`,
    introduction: `introduction ${attack}`,
    series: [
      {
        ...week,
        title: `series ${attack}`,
        thresholds: [{ label: `threshold ${attack}`, rate: 0.05 }],
        marks: [{ at: start + day, label: `mark ${attack}`, tone: 'note' }],
      },
    ],
    notices: [{ at: start, subject: `subject ${attack}`, text: `text ${attack} "]]></pre>`, tone: 'critical' }],
  });
  expect(page).not.toMatch(/<img|"\]\]>/);
  const places = ['title', 'introduction', 'series', 'threshold', 'mark', 'subject', 'text'];
  expect(places.filter((place) => !page.includes(`${place} ${escaped}`))).toEqual([]);
  const [wide] = svgsOf(page);
  expect(textsOf(wide)).toEqual(expect.arrayContaining([`threshold ${escaped}`, `mark ${escaped}`]));
});

test('a quote in a title does not end an attribute', () => {
  const page = renderReportPage(withSeries({ title: '$& " onload="alert(1)' }));
  expect(page).toContain('aria-label="Chart: $&amp; &quot; onload=&quot;alert(1).');
});

test('a label that looks like the markup of the chart is not changed', () => {
  const label = ' class="a" <style>b</style> $& zr0-c0';
  const page = renderReportPage(withSeries({ marks: [{ at: start + day, label, tone: 'note' }] }));
  expect(textsOf(svgsOf(page)[0])).toContain(' class=&quot;a&quot; &lt;style&gt;b&lt;/style&gt; $&amp; zr0-c0');
});

test('the same report gives the same page', () => {
  expect(renderReportPage(report)).toBe(renderReportPage(report));
});

test('thresholds and marks have labels in the chart, and marks are listed with their times', () => {
  const page = renderReportPage(report);
  const [wide, narrow] = svgsOf(page);
  const labels = [...week.thresholds, ...week.marks].map(({ label }) => label);
  expect(textsOf(wide)).toEqual(expect.arrayContaining(labels));
  expect(textsOf(narrow)).toEqual(
    expect.arrayContaining([...week.thresholds.map(({ label }) => label), '1', '2', '3', '4']),
  );
  const listed = [...page.matchAll(/<li class="(\w+)"><time datetime="([^"]*)">[^<]*<\/time> <b>([^<]*)<\/b>/g)];
  const expected = week.marks.map(({ at, label, tone }) => [tone, new Date(at).toISOString(), label]);
  expect(listed.map((match) => match.slice(1))).toEqual(expected);
});

test('labels of marks do not overlap, are not crossed by the line of another mark, and stay inside the chart', () => {
  const hours = [0, 3, 80, 81, 82, 83, 125, 135, 160, 168];
  const lengths = [9, 20, 30, 9, 20, 9, 30, 45, 9, 20];
  const marks = hours.map((at, index) => ({
    at: start + at * hour,
    label: `${at} `.padEnd(lengths[index] ?? 0, 'o'),
    tone: 'note' as const,
  }));
  const [wide = ''] = svgsOf(renderReportPage(withSeries({ marks })));
  const boxes = marks.map(({ label }) => labelBox(wide, label));
  const overlapping = boxes.flatMap((box, index) =>
    boxes
      .slice(index + 1)
      .filter((other) => Math.abs(other.y - box.y) < 14 && other.left < box.right && other.right > box.left),
  );
  expect(overlapping).toEqual([]);
  const markLines = [...wide.matchAll(/<path d="M([\d.]+) ([\d.]+)L[^"]*"[^>]*stroke="var\(--note\)"/g)].map(
    ([, x, top]) => ({
      x: Number(x),
      top: Number(top),
    }),
  );
  expect(markLines).toHaveLength(marks.length);
  const crossed = boxes.filter(({ left, right, y }) =>
    markLines.some(({ x, top }) => x > left && x < right && top < y),
  );
  expect(crossed).toEqual([]);
  expect(boxes.every(({ left, right, y }) => left >= 0 && right <= 960 && y > 0)).toBe(true);
});

test('a long label is shortened in the chart and complete in the list', () => {
  const label = 'long '.repeat(100).trim();
  const page = renderReportPage(withSeries({ marks: [{ at: start + day, label, tone: 'note' }] }));
  expect(textsOf(svgsOf(page)[0])).toContainEqual(expect.stringMatching(/^long .{10,80}…$/));
  expect(page).toContain(`<b>${label}</b>`);
});

test('the axes have days and percentages', () => {
  const [wide, narrow] = svgsOf(renderReportPage(report));
  expect(textsOf(narrow)).toEqual(expect.arrayContaining(['Nov 15', 'Nov 17', 'Nov 19', 'Nov 21', '5 %']));
  const days = ['Nov 14', 'Nov 15', 'Nov 16', 'Nov 17', 'Nov 18', 'Nov 19', 'Nov 20', 'Nov 21'];
  expect(textsOf(wide)).toEqual(expect.arrayContaining([...days, '0 %', '5 %', '10 %', 'Sends per hour']));
});

test('the caption has the number of sends, the highest rate and its time', () => {
  const page = renderReportPage(report);
  expect(page).toContain('35,532 sends from 2026-11-14 to 2026-11-20. Highest rate: 7 %, at 2026-11-17 10:00 UTC.');
  expect(page).toContain('All times are in UTC.');
});

test('notices are sorted by time', () => {
  const subjects = [...renderReportPage(report).matchAll(/<h3>([^<]*)/g)].map(([, subject]) => subject);
  expect(subjects).toEqual(['Look at your list', 'Resolved']);
});

test.each<[string, Partial<ReportSeries>, number]>([
  ['without points', { points: [] }, 0],
  ['without points, thresholds and marks', { points: [], thresholds: [], marks: [] }, 0],
  ['with one column', { points: week.points.slice(0, 1) }, 2],
  [
    'without sends',
    { points: week.points.map(({ start }) => ({ start, sends: 0, rate: undefined })), thresholds: [] },
    2,
  ],
  [
    'with gaps in the sends',
    { points: week.points.map((point, index) => (index % 2 ? point : { ...point, sends: 0, rate: undefined })) },
    2,
  ],
  ['in which every email bounces', { points: week.points.map((point) => ({ ...point, rate: 1 })) }, 2],
  [
    'with a mark before its start and one after its end',
    { marks: [start - day, start + 9 * day].map((at) => ({ at, label: 'x', tone: 'ok' })) },
    2,
  ],
])('a series %s gives a page without invalid numbers', (_, changes, charts) => {
  const page = renderReportPage(withSeries(changes));
  expect(page).not.toMatch(/NaN|undefined|Infinity|null/);
  expect(svgsOf(page)).toHaveLength(charts);
});

test('an empty report gives a page', () => {
  const page = renderReportPage({ title: 'Nothing', introduction: '', series: [], notices: [] });
  expect(page).toContain('<h1>Nothing</h1>');
  expect(page).toContain('No notices were sent.');
});
