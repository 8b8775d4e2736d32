import type { RollingRate } from './rolling-rates.ts';

/** What people call things, and how numbers are written. */
export const labels = {
  rates: { bounceRate: 'bounce rate', complaintRate: 'complaint rate' },
  units: { bounceRate: 'bounces', complaintRate: 'complaints' },
  verbs: { bounceRate: 'bounced', complaintRate: 'were reported as spam' },
  rules: {
    'rate-exceeded': 'rate',
    'near-threshold': 'rate measured by SES',
    'account-status': 'SES account status',
    'missing-feedback': 'SES feedback is missing',
  },
} as const;

/** `5.2 %`; below one per cent two digits that say something: `0.12 %`. */
export function formatPercent(share: number): string {
  const value = 100 * share;
  if (share > 0 && share < 0.000001) return '< 0.0001 %';
  // Stryker disable next-line EqualityOperator: at 1 both are the same
  return `${Number(value >= 1 ? value.toFixed(1) : value.toPrecision(2))} %`;
}

/** `12,345`. */
export function formatCount(count: number): string {
  return String(count).replaceAll(/\B(?=(\d{3})+$)/g, ',');
}

/** `120 of 2,000 (6 %)`. Never a rate without what it is a share of. */
export function describeRate({ bad, total }: { readonly bad: number; readonly total: number }): string {
  return `${formatCount(bad)} of ${formatCount(total)}${total === 0 ? '' : ` (${formatPercent(bad / total)})`}`;
}

/** For a shell: most names are plain, but what is copied and run must not depend on that. */
export function shellQuote(name: string): string {
  return /^[\w:.@=-]+$/.test(name) ? name : `'${name.replaceAll("'", `'\\''`)}'`;
}

/** A rate over one window, as a row: what it is of, and the range the true rate is in. */
export function formatWindow(window: string, { bad, total, rate, low = 0, high = 0 }: RollingRate): string {
  const share =
    rate === undefined ? 'nothing sent' : `${formatPercent(rate)}  (${formatPercent(low)} to ${formatPercent(high)})`;
  return `  ${window.padEnd(4)}${`${formatCount(bad)} of ${formatCount(total)}`.padEnd(22)}${share}`;
}
