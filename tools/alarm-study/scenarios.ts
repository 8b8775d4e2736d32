import { day, hour, minute } from '../../shared/domain/durations.ts';
import type { Sender, Simulation, SimulationOptions } from './simulate.ts';

/** A kind of sending, and the figures of the alarm that are measured on it. */
export type StudyScenario = {
  readonly name: string;
  readonly sender: Sender;
  readonly options: Omit<SimulationOptions, 'seed' | 'interval'>;
  readonly measures: readonly Measure[];
};

/** A figure of a simulation, and its budget. */
export type Measure = {
  readonly of: string;
  readonly atMost: number;
  readonly atLeast?: number;
  /** How the figures of all seeds are summarized. */
  readonly by: 'mean' | 'median';
  readonly alarm: (simulation: Simulation) => number;
  /** The same figure for the plain 24-hour rate. Left out if the comparison has no meaning. */
  readonly plainRate?: (simulation: Simulation) => number;
};

/** The time between evaluations: one minute as deployed, and a quarter of an hour as in a back-test of events. */
export const intervals = [minute, 15 * minute];

/** Every scenario runs with the same seeds. */
export const seeds = Array.from({ length: 20 }, (_, i) => 1 + 7919 * i);

const bounceThreshold = 0.05;
const complaintThreshold = 0.001;
const perDay = (emails: number) => () => emails / 1440;
const raisedAlarms = ({ transitions }: Simulation) => transitions.filter(({ from }) => from === 'ok');

const alarmCount = (of: string, atMost: number, options: { atLeast?: number; by?: Measure['by'] } = {}): Measure => ({
  of,
  atMost,
  by: 'mean',
  ...options,
  alarm: (simulation) => raisedAlarms(simulation).length,
  plainRate: ({ plainRateAlarms }) => plainRateAlarms.length,
});

const hoursSince = (start: number, at: number | undefined) =>
  at === undefined ? Number.POSITIVE_INFINITY : (at - start) / hour;

/** Measures the hours from `since` until the first alarm after `after`. */
const hoursUntilRaised = (of: string, atMost: number, since: number, after = since): Measure => ({
  of,
  atMost,
  by: 'median',
  alarm: (simulation) => hoursSince(since, raisedAlarms(simulation).find(({ at }) => at > after)?.at),
  plainRate: ({ plainRateAlarms }) =>
    hoursSince(
      since,
      plainRateAlarms.find((at) => at > after),
    ),
});

const healthy = (emails: number, rate: number, threshold: number, atMost: number): StudyScenario => ({
  name: `${percent(rate)} ${unitsOf(threshold)} at ${perDayText(emails)}`,
  sender: { volume: perDay(emails), rate: () => rate },
  options: { days: 30, threshold },
  measures: [alarmCount('false alarms in 30 days', atMost)],
});

/** An incident of three days, between two healthy days before and three after it. */
const [incidentStart, incidentEnd] = [2 * day, 5 * day];

const incident = (emails: number, from: number, to: number, threshold: number, atMost: number): StudyScenario => ({
  name: `${percent(from)} → ${percent(to)} ${unitsOf(threshold)} at ${perDayText(emails)}`,
  sender: { volume: perDay(emails), rate: (time) => (time >= incidentStart && time < incidentEnd ? to : from) },
  options: { days: 8, threshold },
  measures: [
    hoursUntilRaised('hours until raised', atMost, incidentStart),
    alarmCount('alarms', 1.1),
    {
      of: 'hours from its end until resolved',
      // Emails below half the threshold resolve an alarm. 0.03 % complaints are closer to that than 1 % bounces are.
      atMost: threshold === bounceThreshold ? 24 : 36,
      by: 'median',
      alarm: ({ transitions }) =>
        hoursSince(incidentEnd, transitions.find(({ at, to: status }) => at > incidentEnd && status === 'ok')?.at),
    },
  ],
});

const campaign = (rate: number, alarms: number): StudyScenario => ({
  name: `a campaign of an hour each day, ${percent(rate)} bounces, 30 % of them hours late`,
  sender: {
    volume: (time) => (time % day < hour ? 5000 / 60 : 0),
    rate: () => rate,
    late: { share: 0.3, meanDelay: 4 * hour },
  },
  options: { days: 10, threshold: bounceThreshold },
  measures: [alarmCount('alarms in 10 days', alarms, { atLeast: alarms, by: 'median' })],
});

const [burstStart, burstEnd] = [day, day + 10 * minute];
const isInBurst = (time: number) => time >= burstStart && time < burstEnd;

const burst: StudyScenario = {
  name: '10,000 emails in 10 minutes, 12 % bounces',
  sender: {
    volume: (time) => (isInBurst(time) ? 1000 : 500 / 1440),
    rate: (time) => (isInBurst(time) ? 0.12 : 0.01),
  },
  options: { days: 2, threshold: bounceThreshold },
  measures: [hoursUntilRaised('hours from its end until raised', 0.25, burstEnd, burstStart)],
};

const bouncesBeforeSends: StudyScenario = {
  name: '5,000 emails in 10 minutes, 2 % bounces, which arrive four minutes before the events that count the emails',
  sender: { volume: (time) => (isInBurst(time) ? 500 : 0), rate: () => 0.02, volumeDelay: 4 * minute },
  options: { days: 2, threshold: bounceThreshold },
  measures: [alarmCount('alarms', 0)],
};

/** What the alarm must achieve, each with a budget. */
export const scenarios: readonly StudyScenario[] = [
  ...[20, 100, 500, 5000, 100_000].map((emails) => healthy(emails, 0.02, bounceThreshold, 0.2)),
  ...[2000, 20_000].map((emails) => healthy(emails, 0.0003, complaintThreshold, 0.1)),
  incident(500, 0.01, 0.06, bounceThreshold, 16),
  incident(5000, 0.01, 0.06, bounceThreshold, 2.5),
  incident(500, 0.01, 0.1, bounceThreshold, 7),
  incident(5000, 0.01, 0.1, bounceThreshold, 1.25),
  incident(20_000, 0.0003, 0.002, complaintThreshold, 7),
  campaign(0.01, 0),
  campaign(0.12, 1),
  burst,
  bouncesBeforeSends,
];

function percent(share: number): string {
  return `${Number((100 * share).toPrecision(3))} %`;
}

function unitsOf(threshold: number): string {
  return threshold === bounceThreshold ? 'bounces' : 'complaints';
}

function perDayText(emails: number): string {
  return `${emails.toLocaleString('en-US')} emails a day`;
}
