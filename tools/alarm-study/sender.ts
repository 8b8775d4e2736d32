import { randomBinomial, randomExponential, randomPoisson } from 'd3-random';
import { seededRandom } from '../../local/demo/shuffle.ts';
import { day, minute } from '../../shared/domain/durations.ts';
import { settlementDelay } from '../../shared/domain/reputation/backtest.ts';
import { type CusumTransition, createIncrementalCusum } from '../../shared/domain/reputation/incremental-cusum.ts';
import { slotLengthMs, slotStart } from '../../shared/domain/reputation/time-slots.ts';

/** Somebody who sends, minute by minute. Times in milliseconds from the start. */
export type Sender = {
  /** Mails expected in the minute that starts there. */
  readonly volume: (time: number) => number;
  /** Share of the mails of that minute that go bad. */
  readonly rate: (time: number) => number;
  /** Of those that go bad this share is known late, by so much in the mean (exponential). The others are known at once. */
  readonly late?: { readonly share: number; readonly mean: number };
  /** How long after the mail its volume event comes. */
  readonly volumeDelay?: number;
};

export type Watching = {
  readonly days: number;
  readonly seed: number;
  /** The review line of the rate. */
  readonly line: number;
  /** How often the alarms look. */
  readonly interval: number;
  readonly scopes?: number;
};

export type Seen = {
  /** Of the alarm. */
  readonly transitions: readonly (CusumTransition & { readonly at: number })[];
  /** When the plain rate of the last 24 hours rose above the line: what there would be without the alarm. */
  readonly raw: readonly number[];
};

/** Lets a sender send under the alarm's eyes. The same seed gives the same mails. */
export function watch({ volume, rate, late, volumeDelay = 0 }: Sender, options: Watching): Seen {
  const { days, seed, line, interval, scopes } = options;
  const random = seededRandom(seed);
  const [poisson, binomial, exponential] = [
    randomPoisson.source(random),
    randomBinomial.source(random),
    randomExponential.source(random),
  ];
  const history = createIncrementalCusum(line, scopes);
  const raw = createRawRate(line);
  const transitions: (CusumTransition & { at: number })[] = [];
  /** What becomes known at a minute: of mails of which slot. */
  const news = new Map<number, { start: number; total: number; bad: number }[]>();
  const tell = (at: number, start: number, total: number, bad: number) => {
    const slot = slotStart(start);
    const known = Math.floor(at / minute) * minute;
    news.set(known, [...(news.get(known) ?? []), { start: slot, total, bad }]);
  };
  for (let time = 0; time < days * day; time += minute) {
    const n = poisson(volume(time))();
    const b = n === 0 ? 0 : binomial(n, rate(time))();
    const lateOnes = late === undefined || b === 0 ? 0 : binomial(b, late.share)();
    if (n > 0) tell(time + volumeDelay, time, n, 0);
    if (b > lateOnes) tell(time, time, 0, b - lateOnes);
    for (let i = 0; i < lateOnes; i++) tell(time + exponential(1 / (late?.mean ?? 1))(), time, 0, 1);
    for (const tally of news.get(time) ?? []) {
      history.add(tally);
      raw.add(tally);
    }
    news.delete(time);
    const now = time + minute;
    if (now % interval !== 0) continue;
    raw.look(now);
    const transition = history.evaluate(slotStart(now - settlementDelay));
    if (transition !== undefined) transitions.push({ at: now, ...transition });
  }
  return { transitions, raw: raw.risings };
}

/** The plain rate of 24 hours against the line, without any minimum. */
function createRawRate(line: number) {
  const slots = new Map<number, { total: number; bad: number }>();
  const risings: number[] = [];
  let oldest = 0;
  let [total, bad] = [0, 0];
  let isAbove = false;
  return {
    risings,
    add({ start, total: sent, bad }: { start: number; total: number; bad: number }) {
      if (start < oldest) return;
      const slot = slots.get(start) ?? { total: 0, bad: 0 };
      slots.set(start, { total: slot.total + sent, bad: slot.bad + bad });
      total += sent;
      bad += bad;
    },
    look(now: number) {
      for (; oldest < now - day; oldest += slotLengthMs) {
        const slot = slots.get(oldest);
        total -= slot?.total ?? 0;
        bad -= slot?.bad ?? 0;
        slots.delete(oldest);
      }
      const isNowAbove = total > 0 && bad / total >= line;
      if (isNowAbove && !isAbove) risings.push(now);
      isAbove = isNowAbove;
    },
  };
}
