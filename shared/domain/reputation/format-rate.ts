import type { RateName } from './rate-name.ts';
import type { RollingRate } from './rolling-rates.ts';

/** The names of rates, and of the rules without a rate, in text for people. */
export const labels = {
  rates: { bounceRate: 'bounce rate', complaintRate: 'complaint rate' },
  verbs: { bounceRate: 'bounced', complaintRate: 'were reported as spam' },
  rules: {
    'account-status': 'SES account under review or paused',
    'sending-status': 'SES has paused a tenant, or has a finding about it',
    'missing-feedback': 'SES feedback is missing',
    'missing-sends': 'Send events are missing',
    'sender-fault': 'servers refuse the sender',
    'provider-outage': 'a provider may have an outage',
  },
} as const;

/** Returns the unit of a rate's numerator, in singular or plural: `bounce`, `complaints`. */
export function unitOf(metric: RateName, count: number): string {
  return `${metric === 'bounceRate' ? 'bounce' : 'complaint'}${count === 1 ? '' : 's'}`;
}

/** Returns a share in percent: `5.2 %`. Below 1 %, it has two significant digits: `0.12 %`. */
export function formatPercent(share: number): string {
  const value = 100 * share;
  if (share > 0 && share < 0.000001) return '< 0.0001 %';
  // Stryker disable next-line EqualityOperator: at exactly 1 both formats give the same text
  return `${Number(value >= 1 ? value.toFixed(1) : value.toPrecision(2))} %`;
}

/** Returns a count with thousands separators: `12,345`. */
export function formatCount(count: number): string {
  return String(count).replaceAll(/\B(?=(\d{3})+$)/g, ',');
}

/** Returns a rate with its numerator and denominator: `120 of 2,000 (6 %)`. */
export function describeRate({ bad, total }: { readonly bad: number; readonly total: number }): string {
  return `${formatCount(bad)} of ${formatCount(total)}${total === 0 ? '' : ` (${formatPercent(bad / total)})`}`;
}

/** Returns a table row for the rate over one window, with its 95 % confidence interval. */
export function formatWindow(window: string, { bad, total, rate, low = 0, high = 0 }: RollingRate): string {
  const share =
    rate === undefined ? 'nothing sent' : `${formatPercent(rate)}  (${formatPercent(low)} to ${formatPercent(high)})`;
  return `  ${window.padEnd(4)}${`${formatCount(bad)} of ${formatCount(total)}`.padEnd(22)}${share}`;
}
