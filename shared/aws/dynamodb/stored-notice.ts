import type { Notice } from '../../domain/reputation/notice.ts';

type Json = Readonly<Record<string, unknown>>;

/** The names that notices had before version 0.2, with those they have now. */
const renamed: Readonly<Record<string, string>> = {
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
};

const renamedRules: Readonly<Record<string, string>> = {
  excess: 'rate-exceeded',
  headroom: 'near-threshold',
  enforcement: 'account-status',
  loop: 'missing-feedback',
};

/**
 * Reads a pending notice as this version or an earlier one stored it, so that a notice that was written just before an
 * upgrade is still published after it.
 */
export function fromStoredNotice(stored: Json): Notice {
  const notice = rename(stored) as Json;
  const rule = String(notice.rule);
  return { ...notice, rule: renamedRules[rule] ?? rule } as unknown as Notice;
}

function rename(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(rename);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [renamed[name] ?? name, rename(inner)]));
}
