import { day, hour, minute } from '../../shared/domain/durations.ts';
import type { Seen, Sender, Watching } from './sender.ts';

/** A way of sending, what is asked of the alarm about it, and how much of that is allowed. */
export type Scenario = {
  readonly name: string;
  readonly sender: Sender;
  readonly watching: Omit<Watching, 'seed' | 'interval'>;
  readonly measures: readonly Measure[];
};

/** One figure of a run. */
export type Measure = {
  readonly of: string;
  readonly atMost: number;
  readonly atLeast?: number;
  /** Over the runs. */
  readonly by: 'mean' | 'median';
  readonly alarm: (seen: Seen) => number;
  /** The same of the plain rate of 24 hours; left out where the comparison says nothing. */
  readonly raw?: (seen: Seen) => number;
};

/** How often the alarms look: each minute as deployed, and each quarter of an hour as a back-test does. */
export const intervals = [minute, 15 * minute];

/** The same seeds for every scenario. */
export const seeds = Array.from({ length: 20 }, (_, i) => 1 + 7919 * i);

const bounceLine = 0.05;
const complaintLine = 0.001;
const perDay = (mails: number) => () => mails / 1440;
const raised = ({ transitions }: Seen) => transitions.filter(({ from }) => from === 'ok');
const perMonth = 'false alarms in 30 days';

const falseAlarms = (atMost: number): Measure => ({
  of: perMonth,
  atMost,
  by: 'mean',
  alarm: (seen) => raised(seen).length,
  raw: ({ raw }) => raw.length,
});

const healthy = (mails: number, rate: number, line: number, atMost: number): Scenario => ({
  name: `${percent(rate)} ${line === bounceLine ? 'bounces' : 'complaints'} at ${mails.toLocaleString('en-US')} a day`,
  sender: { volume: perDay(mails), rate: () => rate },
  watching: { days: 30, line },
  measures: [falseAlarms(atMost)],
});

/** Two healthy days, three bad ones, and three healthy ones again. */
const [start, end] = [2 * day, 5 * day];
const hoursSince = (moment: number, at: number | undefined) =>
  at === undefined ? Number.POSITIVE_INFINITY : (at - moment) / hour;

const incident = (mails: number, from: number, to: number, line: number, atMost: number): Scenario => ({
  name: `${percent(from)} → ${percent(to)} ${line === bounceLine ? 'bounces' : 'complaints'} at ${mails.toLocaleString('en-US')} a day`,
  sender: { volume: perDay(mails), rate: (time) => (time >= start && time < end ? to : from) },
  watching: { days: 8, line },
  measures: [
    {
      of: 'hours until noticed',
      atMost,
      by: 'median',
      alarm: (seen) => hoursSince(start, raised(seen).find(({ at }) => at > start)?.at),
      raw: ({ raw }) =>
        hoursSince(
          start,
          raw.find((at) => at > start),
        ),
    },
    { of: 'alarms', atMost: 1.1, by: 'mean', alarm: (seen) => raised(seen).length, raw: ({ raw }) => raw.length },
    {
      of: 'hours from its end until resolved',
      // It is cleared by mails at less than half the line. 0.03 % of complaints is nearer to that than 1 % of bounces is.
      atMost: line === bounceLine ? 24 : 36,
      by: 'median',
      alarm: ({ transitions }) =>
        hoursSince(end, transitions.find(({ at, to: status }) => at > end && status === 'ok')?.at),
    },
  ],
});

const campaign = (rate: number, alarms: number): Scenario => ({
  name: `a campaign of an hour each day, ${percent(rate)} bounces, 30 % of them hours late`,
  sender: {
    volume: (time) => (time % day < hour ? 5000 / 60 : 0),
    rate: () => rate,
    late: { share: 0.3, mean: 4 * hour },
  },
  watching: { days: 10, line: bounceLine },
  measures: [
    {
      of: 'alarms in 10 days',
      atMost: alarms,
      atLeast: alarms,
      by: 'median',
      alarm: (seen) => raised(seen).length,
      raw: ({ raw }) => raw.length,
    },
  ],
});

const [blastStart, blastEnd] = [day, day + 10 * minute];
const blast: Scenario = {
  name: '10,000 mails in 10 minutes, 12 % bounces',
  sender: {
    volume: (time) => (time >= blastStart && time < blastEnd ? 1000 : 500 / 1440),
    rate: (time) => (time >= blastStart && time < blastEnd ? 0.12 : 0.01),
  },
  watching: { days: 2, line: bounceLine },
  measures: [
    {
      of: 'hours from its end until noticed',
      atMost: 0.25,
      by: 'median',
      alarm: (seen) => hoursSince(blastEnd, raised(seen).find(({ at }) => at > blastStart)?.at),
      raw: ({ raw }) =>
        hoursSince(
          blastEnd,
          raw.find((at) => at > blastStart),
        ),
    },
  ],
};

const overtaken: Scenario = {
  name: '5,000 mails in 10 minutes, 2 % bounces, known four minutes before their sends',
  sender: {
    volume: (time) => (time >= blastStart && time < blastEnd ? 500 : 0),
    rate: () => 0.02,
    volumeDelay: 4 * minute,
  },
  watching: { days: 2, line: bounceLine },
  measures: [
    { of: 'alarms', atMost: 0, by: 'mean', alarm: (seen) => raised(seen).length, raw: ({ raw }) => raw.length },
  ],
};

/** What the alarm has to do, each with its budget. */
export const scenarios: readonly Scenario[] = [
  ...[20, 100, 500, 5000, 100_000].map((mails) => healthy(mails, 0.02, bounceLine, 0.2)),
  ...[2000, 20_000].map((mails) => healthy(mails, 0.0003, complaintLine, 0.1)),
  incident(500, 0.01, 0.06, bounceLine, 16),
  incident(5000, 0.01, 0.06, bounceLine, 2.5),
  incident(500, 0.01, 0.1, bounceLine, 7),
  incident(5000, 0.01, 0.1, bounceLine, 1.25),
  incident(20_000, 0.0003, 0.002, complaintLine, 7),
  campaign(0.01, 0),
  campaign(0.12, 1),
  blast,
  overtaken,
];

function percent(share: number): string {
  return `${Number((100 * share).toPrecision(3))} %`;
}
