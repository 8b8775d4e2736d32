import { accumulate } from '../../shared/domain/aws-window/cumulative.ts';
import { fitWindow } from '../../shared/domain/aws-window/fit-window.ts';
import { forecast } from '../../shared/domain/aws-window/forecast.ts';
import { recoveryOf } from '../../shared/domain/aws-window/recovery.ts';
import { contentOf } from '../../shared/domain/aws-window/window.ts';
import { makeHiddenWindow } from './hidden-window.ts';

const hour = 3_600_000;
const thresholds = { review: 0.05, pause: 0.1 };

/** What the fit says about an account with a hidden window: how far off it is, as a share. */
export type FitCheck = {
  readonly seed: number;
  readonly isKnown: boolean;
  readonly sizeOff: number;
  readonly leftOff: number;
  /** By how many days the day is wrong on which the rate has fallen by a fifth. Missing if that day is not known. */
  readonly recoveryDaysOff?: number;
};

export function checkFit(seed: number): FitCheck {
  const { buckets, points, now, hoursToRecovery } = makeHiddenWindow(seed);
  const history = accumulate(buckets, hour);
  const fit = fitWindow(history, points);
  if (fit.kind === 'unknown') return { seed, isKnown: false, sizeOff: 0, leftOff: 0 };
  const sends = (contentOf(history, fit.rule, history.to)?.sends ?? 0) * fit.rule.eligible.bounceRate;
  const left = forecast(history, fit.rule, 'bounceRate', thresholds)?.left.pause ?? 0;
  const trueLeft = Math.max(0, thresholds.pause * now.sends - now.hardBounces);
  const threshold = (0.8 * now.hardBounces) / now.sends;
  const recoversAt = recoveryOf(history, fit, 'bounceRate', { review: threshold, pause: 1 })?.at;
  return {
    seed,
    isKnown: true,
    sizeOff: Math.abs(sends - now.sends) / now.sends,
    // One bounce is a matter of rounding.
    leftOff: Math.max(0, Math.abs(left - trueLeft) - 1) / Math.max(1, trueLeft),
    ...(recoversAt !== undefined && {
      recoveryDaysOff: Math.abs((recoversAt - history.to) / hour - hoursToRecovery(threshold)) / 24,
    }),
  };
}
