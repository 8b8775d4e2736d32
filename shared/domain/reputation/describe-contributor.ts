import { formatPercent } from './format-rate.ts';
import type { Contributor } from './top-contributors.ts';

/** Returns a line about a contributor: what it is, and its share of the bounces or complaints. */
export function describeContributor({ kind, name, bad, of }: Contributor): string {
  const label = { scope: 'sent from', 'sub-type': 'reported as', provider: 'recipients at' }[kind];
  return `  ${label.padEnd(15)}${name}  (${formatPercent(bad / of)})`;
}
