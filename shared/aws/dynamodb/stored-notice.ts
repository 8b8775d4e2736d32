import type { AlarmRule } from '../../domain/reputation/alarm-name.ts';
import type { Notice } from '../../domain/reputation/notice.ts';
import type { Peak } from '../../domain/reputation/rolling-rates.ts';

type Json = Readonly<Record<string, unknown>>;

/**
 * The names under which notices and peaks are stored, with the names in the code. Stored names stay those of version 0.1.0, so that a notice
 * that one version has stored and not published can be published by another, after an upgrade as well as after a rollback.
 */
const names = {
  b: 'bad',
  n: 'total',
  lines: 'thresholds',
  excessSince: 'elevatedSince',
  causes: 'contributors',
  minutes: 'durationMinutes',
  paused: 'pausedConfigurationSet',
  resumed: 'resumedConfigurationSet',
  pauseFault: 'pauseError',
  left: 'remaining',
  hoursToLine: 'hoursToThreshold',
  ofHours: 'basedOnHours',
  enforcement: 'enforcementStatus',
  ours: 'received',
} as const;

/** The names under which rules are stored, in notices and in the keys of alarms. */
export const storedRules = {
  'rate-exceeded': 'excess',
  'near-threshold': 'headroom',
  'account-status': 'enforcement',
  'sending-status': 'sending-status',
  'missing-feedback': 'loop',
  'missing-sends': 'sends',
  'sender-fault': 'sender-fault',
  'provider-outage': 'provider-outage',
} as const satisfies Record<AlarmRule, string>;

const toName: Readonly<Record<string, string>> = names;
const toStoredName = invert(names);
const toRule: Readonly<Record<string, string>> = invert(storedRules);

/** Returns a notice in the form in which it is stored until it is published. */
export function toStoredNotice(notice: Notice): Json {
  return { ...(rename(notice, toStoredName) as Json), rule: storedRules[notice.rule] };
}

/** Returns the notice that was stored. */
export function fromStoredNotice(stored: Json): Notice {
  return { ...(rename(stored, toName) as Json), rule: ruleOf(String(stored.rule)) } as unknown as Notice;
}

/** Returns the rule that is stored under a name. */
export function ruleOf(stored: string): AlarmRule {
  return (toRule[stored] ?? stored) as AlarmRule;
}

/** Returns a peak in the form in which it is stored. */
export function toStoredPeak(peak: Peak): Json {
  return rename(peak, toStoredName) as Json;
}

/** Returns the peak that was stored. */
export function fromStoredPeak(stored: Json): Peak {
  return rename(stored, toName) as unknown as Peak;
}

function rename(value: unknown, to: Readonly<Record<string, string>>): unknown {
  if (Array.isArray(value)) return value.map((item) => rename(item, to));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [to[name] ?? name, rename(inner, to)]));
}

function invert(map: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(map).map(([from, to]) => [to, from]));
}
