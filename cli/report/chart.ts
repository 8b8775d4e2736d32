import type { EChartsOption } from 'echarts';
import { BarChart, LineChart } from 'echarts/charts';
import { GraphicComponent, GridComponent } from 'echarts/components';
import { init, use } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import { day, hour } from '../../shared/domain/durations.ts';
import { scaleOf, ticksOf } from './axis.ts';
import type { ReportSeries } from './series.ts';
import { withoutIds } from './without-ids.ts';

// Only these parts: the whole library would double the size of the command.
use([BarChart, LineChart, GridComponent, GraphicComponent, SVGRenderer]);

type Mark = ReportSeries['marks'][number];
/** A mark in the chart: a vertical line, and its label beside the top of the line, in a row above the plot. */
type Flag = Mark & { readonly x: number; readonly text: string; readonly isLeft: boolean; readonly row: number };

/** The time axis, and the length of one column. Milliseconds. */
type Span = { readonly from: number; readonly to: number; readonly step: number };

const fontSize = 12;
const fontFamily = 'system-ui, sans-serif';
const rowHeight = 18;
const header = 22;
const plotHeight = { rate: 230, sends: 70 };
const edge = { left: 60, right: 24, gap: 40, bottom: 28 };

/**
 * Draws the rate over time with its thresholds and marks, and below it the sends on the same time axis. Returns an
 * `<svg>` element without a size, or `undefined` if the series has no points. Colors are CSS variables of the page. On
 * a narrow chart, marks have numbers instead of labels; the page lists them.
 */
export function drawReportChart(series: ReportSeries, label: string, width: number): string | undefined {
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
    chart.setOption(chartOptions(series, { span, right, rateTop, sendsTop, flags, width }));
    const root = `<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${label}">`;
    return withoutIds(chart.renderToSVGString().replace(/^<svg[^>]*>/, () => root));
  } finally {
    chart.dispose();
  }
}

/**
 * Returns the time a series covers, marks included, and the length of one column. Returns `undefined` if the series has
 * no points.
 */
export function spanOf({ points, marks }: ReportSeries): Span | undefined {
  const [first, second, last] = [points[0], points[1], points.at(-1)];
  if (first === undefined || last === undefined) return undefined;
  const step = second === undefined ? hour : second.start - first.start;
  const times = marks.map(({ at }) => at);
  return { from: Math.min(first.start, ...times), to: Math.max(last.start + step, ...times), step };
}

function placeFlags(marks: readonly Mark[], width: number, xOf: (time: number) => number): Flag[] {
  const charWidth = 0.6 * fontSize; // For a wide font, because the reader's font is not known.
  const maxLength = Math.floor((width - edge.left - edge.right) / 2 / charWidth);
  let limit = width;
  const flags = sortByTime(marks).map((mark, index) => {
    const text = width < 600 ? String(index + 1) : shorten(mark.label, maxLength);
    return { ...mark, text, x: xOf(mark.at), length: [...text].length * charWidth + 10, isLeft: false };
  });
  for (const flag of flags.toReversed()) {
    flag.isLeft = flag.x + flag.length > limit && flag.x > flag.length;
    if (flag.isLeft) limit = flag.x;
  }
  // In this order, no line crosses the label of another flag: each flag hangs below those that extend over it.
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

function shorten(text: string, maxLength: number): string {
  const characters = [...text.replace(/\s+/g, ' ')];
  return characters.length <= maxLength ? characters.join('') : `${characters.slice(0, maxLength - 1).join('')}…`;
}

type Layout = {
  readonly span: Span;
  readonly right: number;
  readonly rateTop: number;
  readonly sendsTop: number;
  readonly flags: readonly Flag[];
  readonly width: number;
};

function chartOptions({ points, thresholds }: ReportSeries, layout: Layout): EChartsOption {
  const { span, right, rateTop, sendsTop, flags } = layout;
  const rates = points.map(({ rate }) => (rate === undefined ? undefined : 100 * rate));
  const rateScale = scaleOf(
    Math.max(0, ...rates.map((rate) => rate ?? 0), ...thresholds.map(({ rate }) => 108 * rate)),
    5,
  );
  const sendsScale = scaleOf(Math.max(3, ...points.map(({ sends }) => sends)), 3);
  const digits = Math.max(0, -Math.floor(Math.log10(rateScale.interval)));
  const times = ticksOf(span, Math.floor((right - edge.left) / 68));
  const timeAxis = {
    type: 'value',
    min: span.from,
    max: span.to,
    splitLine: { show: false },
    containShape: false, // Otherwise the axis of the bars is one column wider than the axis of the curve.
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
      ...(['low', 'high'] as const).map((end) => ({
        type: 'line' as const,
        symbol: 'none',
        lineStyle: { color: 'var(--rate)', width: 1, type: 'dotted' as const },
        itemStyle: { color: 'var(--rate)' },
        data: points.flatMap(({ start, interval }) =>
          interval === undefined ? [] : [[start + span.step, Math.min(100 * interval[end], rateScale.max)]],
        ),
      })),
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
      ...drawThresholds(thresholds, layout, rateScale.max),
      ...flags.flatMap((flag) => drawFlag(flag, sendsTop + plotHeight.sends)),
    ],
  };
}

function drawThresholds(thresholds: ReportSeries['thresholds'], { right, rateTop, width }: Layout, maxPercent: number) {
  const yOf = (rate: number) => rateTop + plotHeight.rate * (1 - (100 * rate) / maxPercent);
  const maxLength = Math.floor(width / 9);
  const fill = 'var(--line)';
  let labelY = Number.POSITIVE_INFINITY;
  return thresholds
    .toSorted((a, b) => a.rate - b.rate)
    .flatMap(({ label, rate }) => {
      const y = yOf(rate);
      const shape = { x1: edge.left, x2: right, y1: y, y2: y };
      // If two thresholds are close, the label of the upper one moves up.
      labelY = Math.min(y, labelY) - fontSize - 4;
      const caption = text({ x: edge.left + 8, y: labelY, text: shorten(label, maxLength), fill });
      return [
        { type: 'line' as const, z: 5, shape, style: { stroke: fill, lineWidth: 1.5, lineDash: [6, 4] } },
        caption,
      ];
    });
}

function drawFlag({ x, row, isLeft, text: label, tone }: Flag, bottom: number) {
  const top = header + row * rowHeight;
  const color = `var(--${tone})`;
  const beside = isLeft ? ({ x: x - 5, align: 'right' } as const) : { x: x + 5 };
  const shape = { x1: x, x2: x, y1: top, y2: bottom };
  return [
    { type: 'line' as const, z: 5, shape, style: { stroke: color, lineWidth: 1.5 } },
    text({ ...beside, y: top + 1, text: label, fill: color }),
  ];
}

function text(style: { x: number; y: number; text: string; fill: string; align?: 'right' }) {
  // The border keeps the text readable if the curve or the line of a mark passes below it.
  const border = { stroke: 'var(--card)', lineWidth: 4 };
  return { type: 'text' as const, z: 10, style: { ...style, ...border, font: `${fontSize}px ${fontFamily}` } };
}

/** Returns the items sorted by time. Items of the same time keep their order. */
export const sortByTime = <Item extends { readonly at: number }>(items: readonly Item[]) =>
  items.toSorted((a, b) => a.at - b.at);

function formatCount(count: number): string {
  return count.toLocaleString('en-US', { notation: count < 100_000 ? 'standard' : 'compact' });
}

function nameOf(step: number): string {
  if (step === hour || step === day) return step === hour ? 'hour' : 'day';
  return `${step / hour} hours`;
}
