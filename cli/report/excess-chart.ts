import type { EChartsOption } from 'echarts';
import { LineChart } from 'echarts/charts';
import { GridComponent } from 'echarts/components';
import { init, use } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import { scaleOf, ticksOf } from './axis.ts';
import { withoutIds } from './chart.ts';

use([LineChart, GridComponent, SVGRenderer]);

/** Sums over time, and the limit that one of them has to reach. */
export type ExcessSeries = readonly {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly approaching: number;
  readonly critical: number;
  readonly limit: number;
}[];

const height = 220;
const edge = { left: 60, right: 24, top: 12, bottom: 28 };
const quiet = { color: 'var(--quiet)', fontSize: 12, fontFamily: 'system-ui, sans-serif' };

/** Draws two sums over time and their limit. They differ by the form of the line, and not only by color. Returns an `<svg>` element. */
export function drawExcess(points: ExcessSeries, label: string, width: number): string {
  const [from, to] = [points[0]?.at ?? 0, points.at(-1)?.at ?? 0];
  const scale = scaleOf(Math.max(1, ...points.flatMap((one) => [one.approaching, one.critical, one.limit])), 4);
  const times = ticksOf({ from, to }, Math.floor((width - edge.left - edge.right) / 68));
  const line = (
    value: (point: ExcessSeries[number]) => number,
    color: string,
    type: 'solid' | 'dashed' | 'dotted',
  ) => ({
    type: 'line' as const,
    symbol: 'none',
    lineStyle: { color, width: 2, type },
    itemStyle: { color },
    data: points.map((point) => [point.at, value(point)]),
  });
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
    yAxis: { type: 'value', ...scale, splitLine: { lineStyle: { color: 'var(--rule)' } }, axisLabel: quiet },
    series: [
      line(({ critical }) => critical, 'var(--critical)', 'solid'),
      line(({ approaching }) => approaching, 'var(--approaching)', 'dotted'),
      line(({ limit }) => limit, 'var(--line)', 'dashed'),
    ],
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
