import { day } from '../durations.ts';
import type { Thresholds } from '../reputation/headroom.ts';
import type { RateName } from '../reputation/rate-name.ts';
import type { Cumulative } from './cumulative.ts';
import { forecast, type PossibleRule } from './forecast.ts';

/** When a rate falls below the review threshold, if nothing more goes wrong. Epoch milliseconds. */
export type Recovery = {
  /** Missing if the rules that are possible disagree by more than half a day. */
  readonly at?: number;
  readonly earliest: number;
  readonly latest: number;
};

/** The rule that explains AWS's values best, and others that explain them about as well. */
export type PossibleRules = { readonly rule: PossibleRule; readonly bounds: readonly PossibleRule[] };

/** Rules that agree better than this leave room for what none of them knows, such as bounces that are still on their way. */
const maxDisagreement = 0.5 * day;

/** Returns when a rate recovers, or `undefined` if it has, or if one of the possible rules sees no end within two years. */
export function recoveryOf(
  history: Cumulative,
  { rule, bounds }: PossibleRules,
  rate: RateName,
  thresholds: Thresholds,
): Recovery | undefined {
  const [at, ...others] = [rule, ...bounds].map((one) => forecast(history, one, rate, thresholds));
  if (at?.recoversAt === undefined) return undefined;
  // Where another rule has the rate below the threshold already, it recovers now.
  const ends = others.map((one) => (one !== undefined && one.rate < thresholds.review ? history.to : one?.recoversAt));
  const known = ends.filter((end) => end !== undefined);
  if (known.length < ends.length) return undefined;
  const [earliest, latest] = [Math.min(at.recoversAt, ...known), Math.max(at.recoversAt, ...known)];
  const isAgreed = known.every((end) => Math.abs(end - (at.recoversAt ?? end)) <= maxDisagreement);
  return { ...(isAgreed && { at: at.recoversAt }), earliest, latest };
}
