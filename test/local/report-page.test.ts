import { type Report, type ReportSeries, renderReport } from '../../local/demo/report-page.ts';
import { day, hour } from '../../shared/domain/durations.ts';
import { runLocal } from '../support/run.ts';

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
    { label: 'AWS reviews at 5 %', rate: 0.05 },
    { label: 'AWS may pause at 10 %', rate: 0.1 },
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
  introduction: 'A list was bought.',
  series: [week],
  notices: [
    { at: start + 7 * day, subject: 'Resolved', text: 'All is well.', tone: 'ok' },
    { at: start + 81 * hour, subject: 'Look at your list', text: 'It bounces.', tone: 'approaching' },
  ],
};

const withSeries = (changes: Partial<ReportSeries>): Report => ({ ...report, series: [{ ...week, ...changes }] });
const svgsOf = (page: string) => page.match(/<svg.*?<\/svg>/gs) ?? [];
/** The words an SVG shows, in the order they were drawn. */
const textsOf = (svg = '') => [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map(([, text]) => text);
/** Where a mark's words stand: left edge by a wide font, and the height. */
function boxOf(svg: string, label: string): { left: number; right: number; y: number } {
  const match = new RegExp(`<text([^>]*)>${label}</text>`).exec(svg);
  const number = (name: string) => Number(new RegExp(`${name}="([-\\d.]+)"`).exec(match?.[1] ?? '')?.[1]);
  const translated = /translate\(([-\d.]+) ([-\d.]+)\)/.exec(match?.[1] ?? '');
  const [x, y] = translated ? [Number(translated[1]), Number(translated[2])] : [number('x'), number('y')];
  const length = 7 * label.length;
  return match?.[1]?.includes('text-anchor="end"')
    ? { left: x - length, right: x, y }
    : { left: x, right: x + length, y };
}

test('the page refers to nothing outside itself, and runs nothing', () => {
  const page = renderReport(report);
  expect(page.replaceAll(/ xmlns(:xlink)?="[^"]*"/g, '')).not.toMatch(
    /https?:|<script|<link|<iframe|@import|url\(|\b(src|href)=/i,
  );
  expect(page).toContain(`content="default-src 'none'; style-src 'unsafe-inline'"`);
});

test('text of a stranger is shown as text wherever it stands', () => {
  const page = renderReport({
    title: `title ${attack}`,
    introduction: `introduction ${attack}`,
    series: [
      {
        ...week,
        title: `series ${attack}`,
        thresholds: [{ label: `line ${attack}`, rate: 0.05 }],
        marks: [{ at: start + day, label: `mark ${attack}`, tone: 'note' }],
      },
    ],
    notices: [{ at: start, subject: `subject ${attack}`, text: `text ${attack} "]]></pre>`, tone: 'critical' }],
  });
  expect(page).not.toMatch(/<img|"\]\]>/);
  const places = ['title', 'introduction', 'series', 'line', 'mark', 'subject', 'text'];
  expect(places.filter((place) => !page.includes(`${place} ${escaped}`))).toEqual([]);
  const [wide] = svgsOf(page);
  expect(textsOf(wide)).toEqual(expect.arrayContaining([`line ${escaped}`, `mark ${escaped}`]));
});

test('a quote ends no attribute', () => {
  const page = renderReport(withSeries({ title: '$& " onload="alert(1)' }));
  expect(page).toContain('aria-label="$&amp; &quot; onload=&quot;alert(1), a chart.');
});

test('words that look like what the renderer writes are left as they are', () => {
  const label = ' class="a" <style>b</style> $& zr0-c0';
  const page = renderReport(withSeries({ marks: [{ at: start + day, label, tone: 'note' }] }));
  expect(textsOf(svgsOf(page)[0])).toContain(' class=&quot;a&quot; &lt;style&gt;b&lt;/style&gt; $&amp; zr0-c0');
});

test('the same report is the same page, the second time and in another process and time zone', async () => {
  const page = renderReport(report);
  expect(renderReport(report)).toBe(page);
  const program = `
    const { renderReport } = require('./local/demo/report-page.ts');
    process.stdout.write(renderReport(${JSON.stringify(report)}));`;
  const other = await runLocal('tsx', ['--eval', program], { env: { TZ: 'America/New_York' } });
  expect(other).toEqual({ code: 0, stdout: page, stderr: '' });
});

test('every line and every mark is labelled in the chart, and every mark listed with its time', () => {
  const page = renderReport(report);
  const [wide, narrow] = svgsOf(page);
  const labels = [...week.lines, ...week.marks].map(({ label }) => label);
  expect(textsOf(wide)).toEqual(expect.arrayContaining(labels));
  expect(textsOf(narrow)).toEqual(
    expect.arrayContaining([...week.lines.map(({ label }) => label), '1', '2', '3', '4']),
  );
  const listed = [...page.matchAll(/<li class="(\w+)"><time datetime="([^"]*)">[^<]*<\/time> <b>([^<]*)<\/b>/g)];
  const expected = week.marks.map(({ at, label, tone }) => [tone, new Date(at).toISOString(), label]);
  expect(listed.map((match) => match.slice(1))).toEqual(expected);
});

test('no two labels of marks meet, no line of a mark runs through one, and none leaves the chart', () => {
  const hours = [0, 3, 80, 81, 82, 83, 125, 135, 160, 168];
  const lengths = [9, 20, 30, 9, 20, 9, 30, 45, 9, 20];
  const marks = hours.map((at, index) => ({
    at: start + at * hour,
    label: `${at} `.padEnd(lengths[index] ?? 0, 'o'),
    tone: 'note' as const,
  }));
  const [wide = ''] = svgsOf(renderReport(withSeries({ marks })));
  const boxes = marks.map(({ label }) => boxOf(wide, label));
  const meeting = boxes.flatMap((box, index) =>
    boxes
      .slice(index + 1)
      .filter((other) => Math.abs(other.y - box.y) < 14 && other.left < box.right && other.right > box.left),
  );
  expect(meeting).toEqual([]);
  const poles = [...wide.matchAll(/<path d="M([\d.]+) ([\d.]+)L[^"]*"[^>]*stroke="var\(--note\)"/g)].map(
    ([, x, top]) => ({
      x: Number(x),
      top: Number(top),
    }),
  );
  expect(poles).toHaveLength(marks.length);
  const crossed = boxes.filter(({ left, right, y }) => poles.some(({ x, top }) => x > left && x < right && top < y));
  expect(crossed).toEqual([]);
  expect(boxes.every(({ left, right, y }) => left >= 0 && right <= 960 && y > 0)).toBe(true);
});

test('a long label is cut in the chart and whole in the list', () => {
  const label = 'long '.repeat(100).trim();
  const page = renderReport(withSeries({ marks: [{ at: start + day, label, tone: 'note' }] }));
  expect(textsOf(svgsOf(page)[0])).toContainEqual(expect.stringMatching(/^long .{10,80}…$/));
  expect(page).toContain(`<b>${label}</b>`);
});

test('the axes name days and percent', () => {
  const [wide, narrow] = svgsOf(renderReport(report));
  expect(textsOf(narrow)).toEqual(expect.arrayContaining(['Nov 15', 'Nov 17', 'Nov 19', 'Nov 21', '5 %']));
  const days = ['Nov 14', 'Nov 15', 'Nov 16', 'Nov 17', 'Nov 18', 'Nov 19', 'Nov 20', 'Nov 21'];
  expect(textsOf(wide)).toEqual(expect.arrayContaining([...days, '0 %', '5 %', '10 %', 'Sends per hour']));
});

test('the caption says the sends, the highest rate and when it was reached', () => {
  const page = renderReport(report);
  expect(page).toContain('35,532 sends from Nov 14, 2026 to Nov 20, 2026. Highest rate: 7 %, on Nov 17, 10:00.');
  expect(page).toContain('All times are in UTC.');
});

test('notices stand in the order of time', () => {
  const subjects = [...renderReport(report).matchAll(/<h3>([^<]*)/g)].map(([, subject]) => subject);
  expect(subjects).toEqual(['Look at your list', 'Resolved']);
});

test.each<[string, Partial<ReportSeries>, number]>([
  ['without a point', { points: [] }, 0],
  ['without a point, a line or a mark', { points: [], thresholds: [], marks: [] }, 0],
  ['of one column', { points: week.points.slice(0, 1) }, 2],
  [
    'of nothing sent',
    { points: week.points.map(({ start }) => ({ start, sends: 0, rate: undefined })), thresholds: [] },
    2,
  ],
  [
    'with nothing sent now and then',
    { points: week.points.map((point, index) => (index % 2 ? point : { ...point, sends: 0, rate: undefined })) },
    2,
  ],
  ['of every mail bounced', { points: week.points.map((point) => ({ ...point, rate: 1 })) }, 2],
  [
    'with a mark before it and one after it',
    { marks: [start - day, start + 9 * day].map((at) => ({ at, label: 'x', tone: 'ok' })) },
    2,
  ],
])('a series %s makes a page without a wrong number', (_, changes, charts) => {
  const page = renderReport(withSeries(changes));
  expect(page).not.toMatch(/NaN|undefined|Infinity|null/);
  expect(svgsOf(page)).toHaveLength(charts);
});

test('a report of nothing is a page', () => {
  const page = renderReport({ title: 'Nothing', introduction: '', series: [], notices: [] });
  expect(page).toContain('<h1>Nothing</h1>');
  expect(page).toContain('None was sent.');
});
