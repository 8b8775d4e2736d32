import { day, hour, minute } from '../../shared/domain/durations.ts';
import type { RateName } from '../../shared/domain/reputation/rate-name.ts';
import { perDay } from './senders.ts';
import { type Simulation, simulate } from './simulate.ts';

/** The tenants of a platform: most send little, and some of them go bad at the same time. */
const count = 500;
const smallest = 20;
const largest = 20_000;
const goesBadAt = 2 * day;

/** A rate for which the tenants are watched. */
type Watched = {
  readonly metric: RateName;
  readonly threshold: number;
  /** The rates of the good tenants lie between these. */
  readonly good: readonly [number, number];
  readonly bad: number;
  /** Emails a day of the tenants that go bad. */
  readonly badVolumes: readonly number[];
};

const watched: readonly Watched[] = [
  { metric: 'bounceRate', threshold: 0.05, good: [0.01, 0.02], bad: 0.15, badVolumes: [500, 2000, 10_000] },
  { metric: 'complaintRate', threshold: 0.001, good: [0.0001, 0.0003], bad: 0.01, badVolumes: [2000, 5000, 20_000] },
];

/** What is found of 500 tenants in 30 days, of which 3 go bad. */
export type TenantFindings = {
  readonly metric: RateName;
  readonly falseAlarms: number;
  /** How long each bad tenant takes to be found, by its emails a day. Hours. */
  readonly hoursUntilFound: Readonly<Record<string, number>>;
};

export function studyTenants(): TenantFindings[] {
  return watched.map(({ metric, threshold, good: [from, to], bad, badVolumes }) => {
    const options = { metric, threshold, interval: 5 * minute, scopeCount: count };
    const goodCount = count - badVolumes.length;
    let falseAlarms = 0;
    for (let i = 0; i < goodCount; i++) {
      const rank = i / (goodCount - 1);
      // Neighbors in volume have different rates.
      const rate = from + (to - from) * ((i * 0.618) % 1);
      const volume = perDay(smallest * (largest / smallest) ** rank);
      falseAlarms += raised(simulate(() => ({ volume, rate: () => rate }), { ...options, days: 30, seed: 37 * i + 5 }));
    }
    const found = badVolumes.map((emails, i) => {
      const rate = (time: number) => (time < goesBadAt ? from : bad);
      const { transitions } = simulate(() => ({ volume: perDay(emails), rate }), {
        ...options,
        days: 6,
        seed: 101 * i + 7,
      });
      const first = transitions.find(({ at, to: status }) => at >= goesBadAt && status !== 'ok');
      return [emails, first === undefined ? Number.MAX_VALUE : (first.at - goesBadAt) / hour] as const;
    });
    return { metric, falseAlarms, hoursUntilFound: Object.fromEntries(found) };
  });
}

function raised({ transitions }: Simulation): number {
  return transitions.filter(({ from }) => from === 'ok').length;
}
