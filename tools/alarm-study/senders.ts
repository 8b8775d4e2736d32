import { randomBeta } from 'd3-random';
import { day, hour, minute } from '../../shared/domain/durations.ts';
import type { CreateSender, Sender } from './simulate.ts';

/** Returns the number of emails in each minute of a sender that always sends the same. */
export const perDay = (emails: number): Sender['volume'] => {
  const perMinute = emails / 1440;
  return () => perMinute;
};

/** Sends most emails in the afternoon, and a third as many on two days of the week. */
export function dailyAndWeeklyPattern(emails: number, rate: number): CreateSender {
  return () => ({
    volume: (time) => {
      const isWeekend = time % (7 * day) >= 5 * day;
      return (emails / 1440) * (isWeekend ? 0.4 : 1.24) * (1 - Math.cos((2 * Math.PI * (time % day)) / day));
    },
    rate: () => rate,
  });
}

/** Returns whether a time is in the campaign of its day, which takes an hour. */
const isInCampaign = (time: number) => time % day < hour;

/** Returns the number of emails in each minute of a campaign of an hour each day. */
export const campaignOf =
  (emails: number): Sender['volume'] =>
  (time) =>
    isInCampaign(time) ? emails / 60 : 0;

/**
 * Sends a campaign of an hour each day. The rate differs from campaign to campaign, with a beta distribution.
 *
 * @param deviation the standard deviation of the rate
 */
export function dispersedCampaigns(emails: number, mean: number, deviation: number): CreateSender {
  const concentration = (mean * (1 - mean)) / deviation ** 2 - 1;
  return (random) => {
    const draw = randomBeta.source(random)(mean * concentration, (1 - mean) * concentration);
    const rates: number[] = [];
    return {
      volume: campaignOf(emails),
      rate: (time) => {
        const campaign = Math.floor(time / day);
        for (let i = rates.length; i <= campaign; i++) rates.push(draw());
        return rates[campaign] as number;
      },
    };
  };
}

/** Sends many emails within ten minutes on the second day. */
export const burst = { start: day, end: day + 10 * minute };
export const isInBurst = (time: number) => time >= burst.start && time < burst.end;
