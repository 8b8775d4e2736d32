import type { EChartsOption } from 'echarts';
import { LineChart } from 'echarts/charts';
import { GridComponent } from 'echarts/components';
import { init, use } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import { scaleOf, ticksOf } from './axis.ts';
import { withoutIds } from './without-ids.ts';

use([LineChart, GridComponent, SVGRenderer]);

/** One line of a chart. Lines differ by their form, and not only by color. */
export type ChartLine = {
  /** A CSS variable of the page: `--rate`. */
  readonly color: string;
  readonly form: 'solid' | 'dashed' | 'dotted';
  readonly points: readonly { readonly at: number; readonly value: number }[];
};

const height = 220;
const edge = { left: 60, right: 24, top: 12, bottom: 28 };
const quiet = { color: 'var(--quiet)', fontSize: 12, fontFamily: 'system-ui, sans-serif' };

/** Draws lines over time on one axis. Returns an `<svg>` element without a size. */
export function drawLines(
  lines: readonly ChartLine[],
  label: string,
  width: number,
  formatValue: (value: number) => string,
): string {
  const points = lines.flatMap((one) => one.points);
  const [from, to] = [Math.min(...points.map(({ at }) => at)), Math.max(...points.map(({ at }) => at))];
  const scale = scaleOf(Math.max(...points.map(({ value }) => value)) || 1, 4);
  const times = ticksOf({ from, to }, Math.floor((width - edge.left - edge.right) / 68));
  const option: EChartsOption = {
    animation: false,
    grid: { left: edge.left, right: edge.right, top: edge.top, bottom: edge.bottom },
    xAxis: {
      type: 'value',
      min: from,
      max: to,
      splitLine: { show: false },
      axisLine: { lineStyle: { color: 'var(--quiet)' } },
      axisTick: { show: true, customValues: times.values, lineStyle: { color: 'var(--quiet)' } },
      axisLabel: { ...quiet, customValues: times.values, formatter: times.format },
    },
    yAxis: {
      type: 'value',
      ...scale,
      splitLine: { lineStyle: { color: 'var(--rule)' } },
      axisLabel: { ...quiet, formatter: formatValue },
    },
    series: lines.map(({ color, form, points: own }) => ({
      type: 'line' as const,
      symbol: 'none',
      lineStyle: { color: `var(${color})`, width: 2, type: form },
      itemStyle: { color: `var(${color})` },
      data: own.map(({ at, value }) => [at, value]),
    })),
  };
  const chart = init(null, null, { renderer: 'svg', ssr: true, width, height });
  try {
    chart.setOption(option);
    const root = `<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${label}">`;
    return withoutIds(chart.renderToSVGString().replace(/^<svg[^>]*>/, () => root));
  } finally {
    chart.dispose();
  }
}
