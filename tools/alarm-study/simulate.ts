import { randomBinomial, randomExponential, randomPoisson } from 'd3-random';
import { seededRandom } from '../../local/demo/shuffle.ts';
import { day, minute } from '../../shared/domain/durations.ts';
import { maturityMs } from '../../shared/domain/reputation/cusum.ts';
import { type CusumTransition, createIncrementalCusum } from '../../shared/domain/reputation/incremental-cusum.ts';
import type { RateBucket } from '../../shared/domain/reputation/rate-bucket.ts';
import type { RateName } from '../../shared/domain/reputation/rate-name.ts';
import { settlementDelayMs, slotLengthMs, slotStart } from '../../shared/domain/reputation/time-slots.ts';

/** Random numbers between 0 and 1. */
export type Random = () => number;

/** A sender, minute by minute. Times and durations are in milliseconds, from the start of the simulation. */
export type Sender = {
  /** The expected number of emails in the minute that starts at this time. */
  readonly volume: (time: number) => number;
  /** The share of those emails that bounce (or are complained about). */
  readonly rate: (time: number) => number;
  /** This share of the bounces arrives late: after this time, or after this time on average. The other bounces arrive at once. */
  readonly late?: { readonly share: number; readonly delay: number; readonly isFixed?: true };
  /** How long after an email the event that counts it arrives. @default 0 */
  readonly volumeDelay?: number;
};

/** Creates the sender of one simulation, which may draw from its random numbers. */
export type CreateSender = (random: Random) => Sender;

export type SimulationOptions = {
  readonly days: number;
  readonly seed: number;
  readonly metric: RateName;
  /** The review threshold of the rate. */
  readonly threshold: number;
  /** Time between two evaluations, in milliseconds. */
  readonly interval: number;
  /** Number of scopes evaluated at the same time. @default 1 */
  readonly scopeCount?: number;
};

export type Simulation = {
  /** The transitions of the alarm. */
  readonly transitions: readonly (CusumTransition & { readonly at: number })[];
  /** When the plain rate of the last 24 hours rose to the threshold: the alarms there would be without the CUSUM. */
  readonly plainRateAlarms: readonly number[];
};

/** Simulates a sender, and evaluates both alarms on the emails. The same seed gives the same emails. */
export function simulate(createSender: CreateSender, options: SimulationOptions): Simulation {
  const { days, seed, metric, threshold, interval, scopeCount = 1 } = options;
  const random = seededRandom(seed);
  const { volume, rate, late, volumeDelay = 0 } = createSender(random);
  const [poisson, binomial, exponential] = [
    randomPoisson.source(random),
    randomBinomial.source(random),
    randomExponential.source(random),
  ];
  const cusum = createIncrementalCusum({ threshold, maturityMs: maturityMs[metric], scopeCount });
  const plainRate = createPlainRate(threshold);
  const { delay: lateDelay = 1, isFixed } = late ?? {};
  const delay = isFixed ? () => lateDelay : exponential(1 / lateDelay);
  const transitions: (CusumTransition & { at: number })[] = [];
  /** The events that arrive in each minute, by the slot of their emails. */
  const arrivals = new Map<number, RateBucket[]>();
  const schedule = (arrivalTime: number, sentAt: number, total: number, bad: number) => {
    const arrivalMinute = Math.floor(arrivalTime / minute) * minute;
    const bucket = { start: slotStart(sentAt), total, bad };
    arrivals.set(arrivalMinute, [...(arrivals.get(arrivalMinute) ?? []), bucket]);
  };
  for (let time = 0; time < days * day; time += minute) {
    const sends = poisson(volume(time))();
    const bounces = sends === 0 ? 0 : binomial(sends, rate(time))();
    const lateBounces = late === undefined || bounces === 0 ? 0 : binomial(bounces, late.share)();
    if (sends > 0) schedule(time + volumeDelay, time, sends, 0);
    if (bounces > lateBounces) schedule(time, time, 0, bounces - lateBounces);
    for (let i = 0; i < lateBounces; i++) schedule(time + delay(), time, 0, 1);
    for (const bucket of arrivals.get(time) ?? []) {
      cusum.add(bucket);
      plainRate.add(bucket);
    }
    arrivals.delete(time);
    const now = time + minute;
    if (now % interval !== 0) continue;
    plainRate.evaluate(now);
    const transition = cusum.evaluate(slotStart(now - settlementDelayMs));
    if (transition !== undefined) transitions.push({ at: now, ...transition });
  }
  return { transitions, plainRateAlarms: plainRate.alarms };
}

/** Compares the plain rate of the last 24 hours with the threshold, without a minimum count. */
function createPlainRate(threshold: number) {
  const slots = new Map<number, { total: number; bad: number }>();
  const alarms: number[] = [];
  let oldest = 0;
  const sum = { total: 0, bad: 0 };
  let isAbove = false;
  return {
    alarms,
    add({ start, total, bad }: RateBucket) {
      if (start < oldest) return;
      const slot = slots.get(start) ?? { total: 0, bad: 0 };
      slots.set(start, { total: slot.total + total, bad: slot.bad + bad });
      sum.total += total;
      sum.bad += bad;
    },
    evaluate(now: number) {
      for (; oldest < now - day; oldest += slotLengthMs) {
        const slot = slots.get(oldest);
        sum.total -= slot?.total ?? 0;
        sum.bad -= slot?.bad ?? 0;
        slots.delete(oldest);
      }
      const wasAbove = isAbove;
      isAbove = sum.total > 0 && sum.bad / sum.total >= threshold;
      if (isAbove && !wasAbove) alarms.push(now);
    },
  };
}
