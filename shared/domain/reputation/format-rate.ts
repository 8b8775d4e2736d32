import type { RollingRate } from './rolling-rates.ts';

/** What people call things, and how numbers are written. */
export const words = {
  rates: { bounceRate: 'bounce rate', complaintRate: 'complaint rate' },
  units: { bounceRate: 'bounces', complaintRate: 'complaints' },
  verbs: { bounceRate: 'bounced', complaintRate: 'were reported as spam' },
  rules: {
    excess: 'rate',
    headroom: 'rate at SES',
    enforcement: 'SES account under enforcement',
    loop: 'SES feedback does not come in',
  },
} as const;

/** `5.2 %`; below one per cent two digits that say something: `0.12 %`. */
export function percent(share: number): string {
  const value = 100 * share;
  if (share > 0 && share < 0.000001) return '< 0.0001 %';
  // Stryker disable next-line EqualityOperator: at 1 both are the same
  return `${Number(value >= 1 ? value.toFixed(1) : value.toPrecision(2))} %`;
}

/** `12,345`. */
export function whole(count: number): string {
  return String(count).replaceAll(/\B(?=(\d{3})+$)/g, ',');
}

/** `120 of 2,000 (6 %)`. Never a rate without what it is a share of. */
export function describeRate({ b, n }: { readonly b: number; readonly n: number }): string {
  return `${whole(b)} of ${whole(n)}${n === 0 ? '' : ` (${percent(b / n)})`}`;
}

/** For a shell: most names are plain, but what is copied and run must not depend on that. */
export function quote(name: string): string {
  return /^[\w:.@=-]+$/.test(name) ? name : `'${name.replaceAll("'", `'\\''`)}'`;
}

/** A rate over one window, as a row: what it is of, and the range the true rate is in. */
export function windowRow(window: string, { b, n, rate, low = 0, high = 0 }: RollingRate): string {
  const share = rate === undefined ? 'nothing sent' : `${percent(rate)}  (${percent(low)} to ${percent(high)})`;
  return `  ${window.padEnd(4)}${`${whole(b)} of ${whole(n)}`.padEnd(22)}${share}`;
}
