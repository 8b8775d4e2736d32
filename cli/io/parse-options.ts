import { InvalidArgumentError } from 'commander';
import { day, hour } from '../../shared/domain/durations.ts';
import { type Reason, reasons } from '../../shared/domain/feedback/recipient-event.ts';
import { listNamePattern } from '../../shared/domain/suppression/list-name.ts';

/**
 * Collects the values of an option that can be repeated. Commander's own variadic options are not used, as they would also take the
 * arguments that follow them.
 */
export const collect = (value: string, previous: string[] = []) => [...previous, value];

/** Parses a repeatable AWS account ID. */
export function parseAccountIds(value: string, previous?: string[]): string[] {
  if (!/^\d{12}$/.test(value)) throw new InvalidArgumentError('An AWS account ID has 12 digits.');
  return collect(value, previous);
}

/** Parses a repeatable identity: its name, or its ARN `arn:aws:ses:us-east-1:123456789012:identity/example.com`. */
export function parseIdentities(value: string, previous?: string[]): string[] {
  return collect(value.replace(/^arn:[^:]+:ses:[^:]*:\d{12}:identity\//, ''), previous);
}

/** Parses a repeatable name of a suppression list. */
export function parseListNames(value: string, previous?: string[]): string[] {
  if (!listNamePattern.test(value))
    throw new InvalidArgumentError('A list name has up to 128 letters, digits and the characters . _ : -');
  return collect(value, previous);
}

/** Parses a repeatable reason of a suppression. */
export function parseReasons(value: string, previous: Reason[] = []): Reason[] {
  if (!reasons.includes(value as Reason)) throw new InvalidArgumentError(`Expected one of ${reasons.join(', ')}.`);
  return [...previous, value as Reason];
}

const units: Readonly<Record<string, number>> = { h: hour, d: day, w: 7 * day };

/** Parses a duration: `12h`, `30d`, `2w`. Returns milliseconds. */
export function parseDuration(value: string): number {
  const [, count = '', unit = ''] = /^([1-9]\d{0,4})([hdw])$/.exec(value) ?? [];
  const length = units[unit];
  if (length === undefined) throw new InvalidArgumentError('Expected a duration, such as 12h, 30d or 2w.');
  return Number(count) * length;
}

/** Parses a time with a zone, or a day, which stands for its start in UTC. */
export function parseTime(value: string): Date {
  const time = Date.parse(value);
  // `Date.parse` takes a day that does not exist (2026-02-31) for another day.
  const isDay = new Date(`${value.slice(0, 10)}T00:00Z`).toJSON()?.startsWith(value.slice(0, 10));
  if (!isDay || !/^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d))?$/.test(value) || Number.isNaN(time))
    throw new InvalidArgumentError('Expected a day (2026-11-20) or a time with a zone (2026-11-20T14:00Z).');
  return new Date(time);
}
