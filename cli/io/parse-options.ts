import { InvalidArgumentError } from 'commander';
import { normalizeDomain } from '../../shared/domain/address.ts';
import { day, hour, minute } from '../../shared/domain/durations.ts';
import { type Reason, reasons } from '../../shared/domain/feedback/recipient-event.ts';
import { tenantNamePattern } from '../../shared/domain/feedback/tenant.ts';
import { listNamePattern } from '../../shared/domain/suppression/list-name.ts';
import { type Fault, faults } from '../../shared/domain/verdict/fault.ts';

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

/** Parses the name of an SES tenant. */
export function parseTenant(value: string): string {
  if (!tenantNamePattern.test(value))
    throw new InvalidArgumentError('The name of a tenant has up to 64 letters, digits and the characters _ -');
  return value;
}

/** Parses a repeatable reason of a suppression. */
export function parseReasons(value: string, previous: Reason[] = []): Reason[] {
  if (!reasons.includes(value as Reason)) throw new InvalidArgumentError(`Expected one of ${reasons.join(', ')}.`);
  return [...previous, value as Reason];
}

const durationPattern = /^([1-9]\d{0,4})([mhdw])$/;
const units: Readonly<Record<string, number>> = { m: minute, h: hour, d: day, w: 7 * day };

/** Parses a duration: `30m`, `12h`, `30d`, `2w`. Returns milliseconds. */
export function parseDuration(value: string): number {
  const [, count = '', unit = ''] = durationPattern.exec(value) ?? [];
  const length = units[unit];
  if (length === undefined) throw new InvalidArgumentError('Expected a duration, such as 12h, 30d or 2w.');
  return Number(count) * length;
}

/** Parses the id of an incident: the hour in which it began. */
export function parseIncident(value: string): string {
  if (!/^\d{4}-\d\d-\d\dT\d\d$/.test(value))
    throw new InvalidArgumentError('Expected the id of an incident, such as 2026-11-20T11. See: incidents');
  return value;
}

/** Parses a percentage, such as `2` or `0.5`. Returns a share. */
export function parsePercentage(value: string): number {
  if (!/^\d{1,3}(\.\d{1,6})?%?$/.test(value) || Number.parseFloat(value) > 100)
    throw new InvalidArgumentError('Expected a percentage from 0 to 100, such as 2 or 0.5.');
  return Number.parseFloat(value) / 100;
}

/** Parses a repeatable fault. */
export function parseFaults(value: string, previous: Fault[] = []): Fault[] {
  if (!faults.includes(value as Fault)) throw new InvalidArgumentError(`Expected one of ${faults.join(', ')}.`);
  return [...previous, value as Fault];
}

/** Parses a repeatable domain. Returns it in the form that the table has. */
export function parseDomains(value: string, previous: string[] = []): string[] {
  const domain = normalizeDomain(value.replace(/^@/, ''));
  if (domain === undefined) throw new InvalidArgumentError('Expected a domain, such as example.net.');
  return [...previous, domain];
}

/** Parses a number of rows, or `all`. */
export function parseLimit(value: string): number {
  if (value === 'all') return Number.POSITIVE_INFINITY;
  if (!/^[1-9]\d{0,8}$/.test(value)) throw new InvalidArgumentError('Expected a number, or all.');
  return Number(value);
}

/**
 * Parses a time in the past: a time with a zone, a day, which stands for its start in UTC, `today`, `yesterday` or `now`, or a duration before
 * now (`30d`).
 */
export function parseTime(value: string): Date {
  return parseRelative(value, -1);
}

/** Parses a time in the future, in the forms of {@link parseTime}: a duration counts from now, and `tomorrow` is its start in UTC. */
export function parseFutureTime(value: string): Date {
  return parseRelative(value, 1);
}

const startsOfDays: Readonly<Record<string, number>> = { yesterday: -1, today: 0, tomorrow: 1 };

function parseRelative(value: string, direction: 1 | -1): Date {
  const now = Date.now();
  if (value === 'now') return new Date(now);
  const start = startsOfDays[value];
  if (start !== undefined) return new Date((Math.floor(now / day) + start) * day);
  if (durationPattern.test(value)) return new Date(now + direction * parseDuration(value));
  const time = Date.parse(value);
  // `Date.parse` takes a day that does not exist (2026-02-31) for another day.
  const isDay = new Date(`${value.slice(0, 10)}T00:00Z`).toJSON()?.startsWith(value.slice(0, 10));
  if (!isDay || !/^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d))?$/.test(value) || Number.isNaN(time))
    throw new InvalidArgumentError(
      `Expected a day (2026-11-20), a time with a zone (2026-11-20T14:00Z), a duration (30d) or ${direction === 1 ? 'tomorrow' : 'yesterday'}.`,
    );
  return new Date(time);
}

/** Parses a number of seconds, at least 10: each refresh reads the tables. */
export function parseSeconds(value: string): number {
  if (!/^\d{2,5}$/.test(value) || Number(value) < 10)
    throw new InvalidArgumentError('Expected a number of seconds, at least 10.');
  return Number(value);
}

/** Parses a repeatable AWS Region. */
export function parseRegions(value: string, previous: string[] = []): string[] {
  if (!/^[a-z]{2}(-[a-z]+)+-\d$/.test(value))
    throw new InvalidArgumentError('Expected an AWS Region, such as eu-west-1.');
  return [...previous, value];
}

/** Parses how long to wait: a number of seconds, at most an hour. */
export function parseWait(value: string): number {
  if (!/^[1-9]\d{0,3}$/.test(value) || Number(value) > 3600)
    throw new InvalidArgumentError('Expected a number of seconds, from 1 to 3600.');
  return Number(value);
}

/** Parses the reason for a change, which nobody can ask for later. */
export function parseNote(value: string): string {
  if (value.trim() === '') throw new InvalidArgumentError('Say why, in a few words.');
  return value;
}

/** Parses a port. @throws InvalidArgumentError if it is none */
export function parsePort(text: string): number {
  const port = Number(text);
  if (/^\d{1,5}$/.test(text) && port >= 1 && port <= 65_535) return port;
  throw new InvalidArgumentError('Expected a port from 1 to 65535.');
}
