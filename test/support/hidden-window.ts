import { seededRandom } from '../../local/demo/shuffle.ts';
import { type ReputationRule, reputationRates, reputationWindow } from '../../local/ses-simulator/reputation-rates.ts';
import type { MetricPoint } from '../../shared/domain/aws-window/score-rule.ts';
import type { SendingBucket } from '../../shared/domain/reputation/backtest.ts';

/** An account whose rates are made by a rule that the code under test does not know. */
export type HiddenWindow = {
  readonly buckets: readonly SendingBucket[];
  readonly points: readonly MetricPoint[];
  readonly rule: ReputationRule;
  /** The emails that count, and the bounces, in the true window at the end. */
  readonly now: { readonly sends: number; readonly hardBounces: number };
  /**
   * Returns the number of hours until the true bounce rate is below a threshold, if nothing bounces any more and the volume stays that of the last
   * 28 days.
   */
  hoursToRecovery(threshold: number): number;
};

const hour = 3_600_000;
const start = Date.UTC(2026, 0, 1);

/** Makes a history of hours, and the rates that AWS would show each hour, or every few. */
export function makeHiddenWindow(seed: number): HiddenWindow {
  const random = seededRandom(seed);
  const between = (low: number, high: number) => low + (high - low) * random();
  const days = Math.round(between(40, 240));
  const perDay = 10 ** between(2, 6.5);
  const hours = days * 24;
  const campaignEvery = random() < 0.5 ? Number.POSITIVE_INFINITY : Math.round(between(3, 14));
  let badUntil = 0;
  let quality = between(0.002, 0.03);
  const buckets: (SendingBucket & { arrived: number[] })[] = [];
  for (let index = 0; index < hours; index++) {
    if (random() < 1 / (24 * 12)) {
      badUntil = index + Math.round(between(2, 72));
      quality = between(0.03, 0.15);
    }
    if (index === badUntil) quality = between(0.002, 0.03);
    const daily = 1 + 0.8 * Math.sin((2 * Math.PI * index) / 24);
    const isCampaign = Math.floor(index / 24) % campaignEvery === 0 && index % 24 === 10;
    const sends = Math.round((perDay / 24) * daily * between(0.5, 1.5) + (isCampaign ? perDay * between(1, 4) : 0));
    const hardBounces = binomial(sends, quality, random);
    const complaints = binomial(sends - hardBounces, quality / 40, random);
    // Most bounces arrive at once, some hours later.
    const arrived = Array.from({ length: hardBounces > 2000 ? 0 : hardBounces }, () =>
      random() < 0.85 ? 0 : -6 * Math.log(random()),
    );
    buckets.push({ start: start + index * hour, sends, hardBounces, complaints, arrived });
  }
  const total = buckets.reduce((sum, bucket) => sum + bucket.sends, 0);
  const kind = random();
  const emails = kind < 0.66 ? Math.max(100, Math.round(total * 10 ** between(-1.7, -0.4))) : 0;
  const lengthDays = kind > 0.33 ? Math.round(between(1, days / 3)) : 0;
  const delayHours = Math.round(between(0, 24));
  const digits = Math.round(between(4, 8));
  const every = Math.round(between(1, 6));
  const eligible = eligibilityOf(seed);
  const rule = { emails, days: lengthDays, delayHours, digits, eligible };
  const points: MetricPoint[] = [];
  for (let index = 24; index < hours; index += every) {
    const shown = reputationRates(buckets, rule, index);
    if (shown === undefined || random() < 0.02) continue;
    points.push({ at: start + index * hour, ...shown });
  }
  /** What AWS counts when all bounces have arrived. */
  const content = () => {
    const found = reputationWindow(buckets, rule, { end: buckets.length, now: Number.POSITIVE_INFINITY });
    return found && { ...found, sends: found.sends * eligible.bounceRate };
  };
  const now = content() ?? { sends: 0, hardBounces: 0 };
  const hoursToRecovery = (threshold: number) => {
    const recent = buckets.slice(-28 * 24);
    const sends = recent.reduce((sum, bucket) => sum + bucket.sends, 0) / recent.length;
    let passed = 0;
    for (; passed < 2 * hours; passed++) {
      const found = content();
      if (found !== undefined && found.hardBounces / found.sends < threshold) break;
      buckets.push({ start: 0, sends, hardBounces: 0, complaints: 0, arrived: [] });
    }
    buckets.length = hours;
    return passed;
  };
  return { buckets: [...buckets], points, rule, now, hoursToRecovery };
}

/** Of half of the accounts, some emails do not count: in the bounce rate few, in the complaint rate those to Gmail. */
function eligibilityOf(seed: number): ReputationRule['eligible'] {
  const random = seededRandom(seed + 10_000);
  const share = (low: number) => (random() < 0.5 ? 1 : low + (1 - low) * random());
  return { bounceRate: share(0.7), complaintRate: share(0.1) };
}

/** A random number of successes: exact for few trials, and the normal approximation for many. */
function binomial(trials: number, probability: number, random: () => number): number {
  if (trials * probability > 50) {
    const normal = Math.sqrt(-2 * Math.log(random() || 1e-9)) * Math.cos(2 * Math.PI * random());
    return Math.max(0, Math.round(trials * probability + normal * Math.sqrt(trials * probability * (1 - probability))));
  }
  // Poisson, by multiplication.
  const limit = Math.exp(-trials * probability);
  let [count, product] = [0, random()];
  while (product > limit && count < trials) {
    count++;
    product *= random();
  }
  return count;
}
