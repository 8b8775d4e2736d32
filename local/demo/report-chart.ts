import { type EChartsOption, init } from 'echarts';
import { day, hour } from '../../shared/domain/durations.ts';
import type { ReportSeries } from './report-page.ts';

type Mark = ReportSeries['marks'][number];
/** A mark with its text beside the head of its line, in a row above the plot. */
type Flag = Mark & { readonly x: number; readonly text: string; readonly isLeft: boolean; readonly row: number };

type Span = { readonly from: number; readonly to: number; readonly step: number };

const fontSize = 12;
const fontFamily = 'system-ui, sans-serif';
const rowHeight = 18;
const header = 22;
const plotHeight = { rate: 230, sends: 70 };
const edge = { left: 60, right: 24, gap: 40, bottom: 28 };

// Ids count up through the life of the process, and a page must not differ by that. What they name, hovering and clipping, is not
// used. None of this matches in a text: there, quotes and brackets are escaped.
const generated = / (?:class|clip-path|ecmeta_\w+)="[^"]*"|<(defs|style) ?>.*?<\/\1>/gs;

/**
 * The rate over time, its lines and marks, and the sends below on the same time axis, as an `<svg>` without a size of its own.
 * Colours are CSS variables of the page. On a narrow chart a mark bears its number only; the page lists them.
 *
 * @returns the element, or `undefined` where there is no point to draw
 */
export function drawChart(series: ReportSeries, label: string, width: number): string | undefined {
  const span = spanOf(series);
  if (span === undefined) return undefined;
  const right = width - edge.right;
  const xOf = (time: number) => edge.left + ((time - span.from) / (span.to - span.from)) * (right - edge.left);
  const flags = placeFlags(series.marks, width, xOf);
  const rateTop = header + rowHeight * Math.max(0, ...flags.map(({ row }) => row + 1));
  const sendsTop = rateTop + plotHeight.rate + edge.gap;
  const height = sendsTop + plotHeight.sends + edge.bottom;
  const chart = init(null, null, { renderer: 'svg', ssr: true, width, height });
  try {
    chart.setOption(optionOf(series, { span, right, rateTop, sendsTop, flags, width }));
    const root = `<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${label}">`;
    return chart
      .renderToSVGString()
      .replace(/^<svg[^>]*>/, () => root)
      .replace(generated, '');
  } finally {
    chart.dispose();
  }
}

/** The time a series covers, marks included, and the length of one column; `undefined` without a point. */
export function spanOf({ points, marks }: ReportSeries): Span | undefined {
  const [first, second, last] = [points[0], points[1], points.at(-1)];
  if (first === undefined || last === undefined) return undefined;
  const step = second === undefined ? hour : second.start - first.start;
  const times = marks.map(({ at }) => at);
  return { from: Math.min(first.start, ...times), to: Math.max(last.start + step, ...times), step };
}

function placeFlags(marks: readonly Mark[], width: number, xOf: (time: number) => number): Flag[] {
  const charWidth = 0.6 * fontSize; // of a wide font: the reader's is not known here
  const most = Math.floor((width - edge.left - edge.right) / 2 / charWidth);
  let limit = width;
  const flags = inOrder(marks).map((mark, index) => {
    const text = width < 600 ? String(index + 1) : shorten(mark.label, most);
    return { ...mark, text, x: xOf(mark.at), length: [...text].length * charWidth + 10, isLeft: false };
  });
  for (const flag of flags.toReversed()) {
    flag.isLeft = flag.x + flag.length > limit && flag.x > flag.length;
    if (flag.isLeft) limit = flag.x;
  }
  // In this order no line meets another's text on its way down: each flag hangs below those that reach over it.
  const order = [...flags.filter(({ isLeft }) => isLeft).toReversed(), ...flags.filter(({ isLeft }) => !isLeft)];
  const placed: (Flag & { from: number; to: number })[] = [];
  for (const flag of order) {
    const from = flag.isLeft ? flag.x - flag.length : flag.x;
    const to = from + flag.length;
    const above = placed.filter((other) => other.from <= to && other.to >= from);
    placed.push({ ...flag, from, to, row: Math.max(-1, ...above.map(({ row }) => row)) + 1 });
  }
  return placed;
}

function shorten(text: string, most: number): string {
  const characters = [...text.replace(/\s+/g, ' ')];
  return characters.length <= most ? characters.join('') : `${characters.slice(0, most - 1).join('')}…`;
}

type Layout = {
  readonly span: Span;
  readonly right: number;
  readonly rateTop: number;
  readonly sendsTop: number;
  readonly flags: readonly Flag[];
  readonly width: number;
};

function optionOf({ points, lines }: ReportSeries, layout: Layout): EChartsOption {
  const { span, right, rateTop, sendsTop, flags } = layout;
  const rates = points.map(({ rate }) => (rate === undefined ? undefined : 100 * rate));
  const rateScale = scaleOf(Math.max(0, ...rates.map((rate) => rate ?? 0), ...lines.map(({ rate }) => 108 * rate)), 5);
  const sendsScale = scaleOf(Math.max(3, ...points.map(({ sends }) => sends)), 3);
  const digits = Math.max(0, -Math.floor(Math.log10(rateScale.interval)));
  const times = ticksOf(span, Math.floor((right - edge.left) / 68));
  const timeAxis = {
    type: 'value',
    min: span.from,
    max: span.to,
    splitLine: { show: false },
    containShape: false, // Else the bars' axis is a column wider than the curve's.
  } as const;
  const quiet = { color: 'var(--quiet)', fontSize } as const;
  const valueAxis = {
    type: 'value',
    min: 0,
    axisLine: { show: false },
    axisTick: { show: false },
    splitLine: { lineStyle: { color: 'var(--rule)' } },
  } as const;
  const baseline = { onZero: false, lineStyle: { color: 'var(--quiet)' } } as const;
  const plot = { left: edge.left, right: edge.right, outerBoundsMode: 'none' } as const;
  const isAlone = (index: number) => rates[index - 1] === undefined && rates[index + 1] === undefined;
  return {
    animation: false,
    backgroundColor: 'transparent',
    textStyle: { fontFamily },
    grid: [
      { ...plot, top: rateTop, height: plotHeight.rate },
      { ...plot, top: sendsTop, height: plotHeight.sends },
    ],
    xAxis: [
      { ...timeAxis, gridIndex: 0, axisLabel: { show: false }, axisTick: { show: false }, axisLine: baseline },
      {
        ...timeAxis,
        gridIndex: 1,
        axisLine: baseline,
        axisTick: { show: true, customValues: times.values, lineStyle: { color: 'var(--quiet)' } },
        axisLabel: { ...quiet, customValues: times.values, formatter: times.format },
      },
    ],
    yAxis: [
      {
        ...valueAxis,
        ...rateScale,
        gridIndex: 0,
        axisLabel: { ...quiet, formatter: (value: number) => `${value.toFixed(digits)} %` },
      },
      { ...valueAxis, ...sendsScale, gridIndex: 1, axisLabel: { ...quiet, formatter: formatCount } },
    ],
    series: [
      {
        type: 'line',
        clip: false,
        symbolSize: 5,
        itemStyle: { color: 'var(--rate)' },
        lineStyle: { color: 'var(--rate)', width: 2 },
        areaStyle: { color: 'var(--rate)', opacity: 0.14 },
        data: points.map(({ start }, index) => ({
          value: [start + span.step, rates[index] ?? '-'],
          symbol: rates[index] !== undefined && isAlone(index) ? 'circle' : 'none',
        })),
      },
      {
        type: 'bar',
        clip: false,
        xAxisIndex: 1,
        yAxisIndex: 1,
        itemStyle: { color: 'var(--sends)' },
        barWidth: Math.max(1, ((right - edge.left) * 0.75 * span.step) / (span.to - span.from)),
        data: points.map(({ start, sends }) => [start + span.step / 2, sends]),
      },
    ],
    graphic: [
      text({ x: 0, y: 0, text: 'Rate of the last 24 hours', fill: 'var(--quiet)' }),
      text({ x: 0, y: sendsTop - 24, text: `Sends per ${nameOf(span.step)}`, fill: 'var(--quiet)' }),
      ...drawLines(lines, layout, rateScale.max),
      ...flags.flatMap((flag) => drawFlag(flag, sendsTop + plotHeight.sends)),
    ],
  };
}

function drawLines(lines: ReportSeries['lines'], { right, rateTop, width }: Layout, top: number) {
  const yOf = (rate: number) => rateTop + plotHeight.rate * (1 - (100 * rate) / top);
  const most = Math.floor(width / 9);
  const fill = 'var(--line)';
  let clear = Number.POSITIVE_INFINITY;
  return lines
    .toSorted((a, b) => a.rate - b.rate)
    .flatMap(({ label, rate }) => {
      const y = yOf(rate);
      const shape = { x1: edge.left, x2: right, y1: y, y2: y };
      // Where lines lie close, the upper one's label moves up.
      clear = Math.min(y, clear) - fontSize - 4;
      const words = text({ x: edge.left + 8, y: clear, text: shorten(label, most), fill });
      return [{ type: 'line' as const, z: 5, shape, style: { stroke: fill, lineWidth: 1.5, lineDash: [6, 4] } }, words];
    });
}

function drawFlag({ x, row, isLeft, text: words, tone }: Flag, bottom: number) {
  const top = header + row * rowHeight;
  const colour = `var(--${tone})`;
  const beside = isLeft ? ({ x: x - 5, align: 'right' } as const) : { x: x + 5 };
  const shape = { x1: x, x2: x, y1: top, y2: bottom };
  return [
    { type: 'line' as const, z: 5, shape, style: { stroke: colour, lineWidth: 1.5 } },
    text({ ...beside, y: top + 1, text: words, fill: colour }),
  ];
}

function text(style: { x: number; y: number; text: string; fill: string; align?: 'right' }) {
  // The border keeps words readable where the curve or a mark's line passes below them.
  const border = { stroke: 'var(--card)', lineWidth: 4 };
  return { type: 'text' as const, z: 10, style: { ...style, ...border, font: `${fontSize}px ${fontFamily}` } };
}

/** A step of 1, 2 or 5 by a power of ten, and a round end at or above what is to be shown. */
function scaleOf(top: number, parts: number): { max: number; interval: number } {
  const raw = (top === 0 ? 1 : top) / parts;
  const power = 10 ** Math.floor(Math.log10(raw));
  const interval = ([1, 2, 5, 10].find((factor) => factor * power >= raw) ?? 10) * power;
  return { max: Math.ceil(top / interval || 1) * interval, interval };
}

function ticksOf({ from, to }: Span, most: number): { values: number[]; format: (time: number) => string } {
  const steps = [hour, 3 * hour, 6 * hour, 12 * hour, day, 2 * day, 4 * day, 7 * day, 14 * day, 28 * day, 91 * day];
  const step = steps.find((length) => (to - from) / length <= most) ?? to - from;
  const first = Math.ceil(from / step) * step;
  const values = Array.from({ length: Math.floor((to - first) / step) + 1 }, (_, index) => first + index * step);
  return { values, format: (time) => (time % day === 0 ? formatDay(time) : formatTime(time)) };
}

/** `Nov 14`, in UTC. */
export const formatDay = (time: number) =>
  new Date(time).toLocaleDateString('en-US', { timeZone: 'UTC', month: 'short', day: 'numeric' });

/** `09:30`, in UTC. */
export const formatTime = (time: number) => new Date(time).toISOString().slice(11, 16);

/** The earliest first; of the same moment as they were given. */
export const inOrder = <Item extends { readonly at: number }>(items: readonly Item[]) =>
  items.toSorted((a, b) => a.at - b.at);

function formatCount(count: number): string {
  return count.toLocaleString('en-US', { notation: count < 100_000 ? 'standard' : 'compact' });
}

function nameOf(step: number): string {
  if (step === hour || step === day) return step === hour ? 'hour' : 'day';
  return `${step / hour} hours`;
}
