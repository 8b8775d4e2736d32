import { hour } from '../durations.ts';

/** How often something is the case of the emails to a provider. Old emails weigh less. */
export type Baseline = {
  /** Adds an email. It counts after a while, so that a new incident is compared with the time before it. */
  add(at: number, isCase: boolean): void;
  /** Returns the share of the emails that it is the case of, as it was before `at`. From 0.002 to 0.05. */
  share(at: number): number;
  /** Returns the weight of the emails: about the number of the last day. */
  weight(at: number): number;
  /** Forgets the emails that do not count yet: they belong to an incident. */
  discardRecent(): void;
};

/** An email of a day ago weighs half. */
const halfLifeMs = 24 * hour;
const delayMs = 2 * hour;
/** What is assumed before there are emails: 1 %, with the weight of 300 emails. */
const prior = { cases: 3, total: 300 };
/** Mailboxes are closed all the time. */
const leastShare = 0.002;
const mostShare = 0.05;

/** Returns a share of which little may be known. From 0.002 to 0.05. */
export function smoothedShare(cases: number, total: number): number {
  const share = (cases + prior.cases) / (total + prior.total);
  return Math.min(mostShare, Math.max(leastShare, share));
}

export function createBaseline(): Baseline {
  let [cases, total, updatedAt] = [0, 0, 0];
  /** Emails that do not count yet, by the quarter of an hour. */
  const recent: { at: number; cases: number; total: number }[] = [];
  const advance = (to: number) => {
    while (recent[0] !== undefined && recent[0].at <= to - delayMs) {
      const one = recent.shift() as (typeof recent)[number];
      decay(one.at);
      cases += one.cases;
      total += one.total;
    }
  };
  const decay = (to: number) => {
    if (to <= updatedAt) return;
    const factor = updatedAt === 0 ? 1 : 0.5 ** ((to - updatedAt) / halfLifeMs);
    [cases, total, updatedAt] = [cases * factor, total * factor, to];
  };
  return {
    add(at, isCase) {
      const newest = recent.at(-1);
      const slot = newest !== undefined && at - newest.at < hour / 4 ? newest : { at, cases: 0, total: 0 };
      if (slot !== newest) recent.push(slot);
      slot.total++;
      if (isCase) slot.cases++;
    },
    share(at) {
      advance(at);
      return smoothedShare(cases, total);
    },
    weight(at) {
      advance(at);
      return total;
    },
    discardRecent() {
      recent.length = 0;
    },
  };
}
