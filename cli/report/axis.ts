import { day, hour } from '../../shared/domain/durations.ts';

/**
 * Returns an axis interval of 1, 2 or 5 times a power of ten, and a multiple of it that is at least the highest value.
 */
export function scaleOf(highest: number, parts: number): { max: number; interval: number } {
  const raw = (highest === 0 ? 1 : highest) / parts;
  const power = 10 ** Math.floor(Math.log10(raw));
  const interval = ([1, 2, 5, 10].find((factor) => factor * power >= raw) ?? 10) * power;
  return { max: Math.ceil(highest / interval || 1) * interval, interval };
}

/** Returns at most `maxTicks` times on a time axis, at round hours, days or weeks, and the format of their labels. */
export function ticksOf(
  { from, to }: { from: number; to: number },
  maxTicks: number,
): { values: number[]; format: (time: number) => string } {
  const steps = [hour, 3 * hour, 6 * hour, 12 * hour, day, 2 * day, 4 * day, 7 * day, 14 * day, 28 * day, 91 * day];
  const step = steps.find((length) => (to - from) / length <= maxTicks) ?? to - from;
  const first = Math.ceil(from / step) * step;
  const values = Array.from({ length: Math.floor((to - first) / step) + 1 }, (_, index) => first + index * step);
  return { values, format: (time) => (time % day === 0 ? formatTickDay(time) : formatTickTime(time)) };
}

/** Returns a short day for the axis, in UTC: `Nov 14`. */
const formatTickDay = (time: number) =>
  new Date(time).toLocaleDateString('en-US', { timeZone: 'UTC', month: 'short', day: 'numeric' });

/** Returns a time of day for the axis, in UTC: `09:30`. */
const formatTickTime = (time: number) => new Date(time).toISOString().slice(11, 16);
