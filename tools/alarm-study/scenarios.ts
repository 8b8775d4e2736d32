import { day, hour, minute } from '../../shared/domain/durations.ts';
import type { RateName } from '../../shared/domain/reputation/rate-name.ts';
import { alarmCount, earlyResolutions, hoursUntilRaised, hoursUntilResolved, type Measure } from './measures.ts';
import { burst, campaignOf, dailyAndWeeklyPattern, dispersedCampaigns, isInBurst, perDay } from './senders.ts';
import type { CreateSender, Sender, SimulationOptions } from './simulate.ts';

/** A kind of sending, and the figures of the alarm that are measured on it. */
export type StudyScenario = {
  readonly name: string;
  readonly sender: CreateSender;
  readonly options: Omit<SimulationOptions, 'seed' | 'interval'>;
  readonly measures: readonly Measure[];
};

/** The time between evaluations: one minute as deployed, and a quarter of an hour as in a back-test of events. */
export const intervals = [minute, 15 * minute];

/** Every scenario runs with the same seeds. */
export const seeds = Array.from({ length: 20 }, (_, i) => 1 + 7919 * i);

const bounces = { metric: 'bounceRate', threshold: 0.05 } as const;
const complaints = { metric: 'complaintRate', threshold: 0.001 } as const;
type Rate = typeof bounces | typeof complaints;
const unitsOf: Record<RateName, string> = { bounceRate: 'bounces', complaintRate: 'complaints' };

const healthy = (name: string, sender: CreateSender, rate: Rate, atMost = 0.2): StudyScenario => ({
  name,
  sender,
  options: { days: 30, ...rate },
  measures: [alarmCount('false alarms in 30 days', atMost)],
});

const steady = (emails: number, share: number, rate: Rate, atMost = 0.2) =>
  healthy(
    `${percent(share)} ${unitsOf[rate.metric]} at ${perDayText(emails)}`,
    () => ({ volume: perDay(emails), rate: () => share }),
    rate,
    atMost,
  );

/** An incident of three days, between two healthy days before and four after it. */
const [incidentStart, incidentEnd] = [2 * day, 5 * day];
const isInIncident = (time: number) => time >= incidentStart && time < incidentEnd;

/** @param late when the feedback becomes known. @default at once */
const incident = (
  name: string,
  volume: Sender['volume'],
  [from, to]: readonly [number, number],
  rate: Rate,
  { late, raisedWithin, resolvedWithin }: { late?: Sender['late']; raisedWithin: number; resolvedWithin: number },
): StudyScenario => ({
  name: `${percent(from)} → ${percent(to)} ${unitsOf[rate.metric]} ${name}`,
  sender: () => ({ volume, rate: (time) => (isInIncident(time) ? to : from), ...(late && { late }) }),
  options: { days: 10, ...rate },
  measures: [
    hoursUntilRaised('hours until raised', raisedWithin, incidentStart),
    alarmCount('alarms', 1.1),
    earlyResolutions(incidentEnd),
    hoursUntilResolved(incidentEnd, resolvedWithin),
  ],
});

const steadyIncident = (emails: number, to: number, raisedWithin: number) =>
  incident(`at ${perDayText(emails)}`, perDay(emails), [0.01, to], bounces, { raisedWithin, resolvedWithin: 36 });

const lateComplaints = (emails: number, delay: number, raisedWithin: number) =>
  incident(
    `at ${perDayText(emails)}, known ${delay / hour} hours later`,
    perDay(emails),
    [0.0003, 0.002],
    complaints,
    // Emails below half the threshold resolve an alarm. 0.03 % complaints are closer to that than 1 % bounces are.
    { late: { share: 1, delay, isFixed: true }, raisedWithin, resolvedWithin: 72 },
  );

const healthyCampaign: StudyScenario = {
  name: 'a campaign of an hour each day, 1 % bounces, 30 % of them hours late',
  sender: () => ({ volume: campaignOf(5000), rate: () => 0.01, late: { share: 0.3, delay: 4 * hour } }),
  options: { days: 10, ...bounces },
  measures: [alarmCount('alarms in 10 days', 0)],
};

const burstOf = (name: string, sender: Sender, measures: readonly Measure[]): StudyScenario => ({
  name,
  sender: () => sender,
  options: { days: 2, ...bounces },
  measures,
});

/** What the alarm must achieve, each with a budget. */
export const scenarios: readonly StudyScenario[] = [
  ...[20, 100, 500, 5000, 100_000].map((emails) => steady(emails, 0.02, bounces)),
  ...[2000, 20_000].map((emails) => steady(emails, 0.0003, complaints)),
  ...[500, 20_000].map((emails) =>
    healthy(`2 % bounces at ${perDayText(emails)}, by day and week`, dailyAndWeeklyPattern(emails, 0.02), bounces),
  ),
  healthy('campaigns of 5,000 emails with 1.5 ± 0.5 % bounces', dispersedCampaigns(5000, 0.015, 0.005), bounces),
  healthy(
    'campaigns of 20,000 emails with 0.03 ± 0.01 % complaints',
    dispersedCampaigns(20_000, 0.0003, 0.0001),
    complaints,
  ),
  steadyIncident(500, 0.06, 16),
  steadyIncident(5000, 0.06, 2.5),
  steadyIncident(500, 0.1, 7),
  steadyIncident(5000, 0.1, 1.25),
  incident('at 20,000 emails a day', perDay(20_000), [0.0003, 0.002], complaints, {
    raisedWithin: 7,
    resolvedWithin: 72,
  }),
  lateComplaints(20_000, 6 * hour, 17),
  lateComplaints(100_000, 12 * hour, 24),
  lateComplaints(100_000, 24 * hour, 48),
  incident(
    'in a campaign of 20,000 emails a day, known 8 hours later on average',
    campaignOf(20_000),
    [0.0003, 0.003],
    complaints,
    {
      late: { share: 1, delay: 8 * hour },
      raisedWithin: 6,
      resolvedWithin: 60,
    },
  ),
  incident(
    'in a campaign of 5,000 emails a day, 80 % of them 4 hours late on average',
    campaignOf(5000),
    [0.01, 0.08],
    bounces,
    {
      late: { share: 0.8, delay: 4 * hour },
      raisedWithin: 4,
      resolvedWithin: 36,
    },
  ),
  healthyCampaign,
  burstOf(
    '10,000 emails in 10 minutes, 12 % bounces',
    {
      volume: (time) => (isInBurst(time) ? 1000 : 500 / 1440),
      rate: (time) => (isInBurst(time) ? 0.12 : 0.01),
    },
    [hoursUntilRaised('hours from its end until raised', 0.25, burst.end, burst.start)],
  ),
  burstOf(
    '5,000 emails in 10 minutes, 2 % bounces, which arrive four minutes before the events that count the emails',
    { volume: (time) => (isInBurst(time) ? 500 : 0), rate: () => 0.02, volumeDelay: 4 * minute },
    [alarmCount('alarms', 0)],
  ),
];

function percent(share: number): string {
  return `${Number((100 * share).toPrecision(3))} %`;
}

function perDayText(emails: number): string {
  return `${emails.toLocaleString('en-US')} emails a day`;
}
