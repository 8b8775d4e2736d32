import type { Finding } from './finding.ts';

const marks = { ok: '✓', note: '–', wrong: '✗', unknown: '?' } as const;

/** Formats a finding for a terminal. The fix has a line of its own, to be copied. */
export function describeFinding(finding: Finding): string[] {
  const line = `${marks[finding.status]} ${finding.resource}: ${finding.message}`;
  return finding.status === 'ok' ? [line] : [line, `    → ${finding.fix}`];
}

/** Whether nothing is wrong, and every check could be made. */
export const isWell = (findings: readonly Finding[]): boolean =>
  findings.every(({ status }) => status === 'ok' || status === 'note');
