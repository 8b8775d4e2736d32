import { day, hour } from '../durations.ts';
import { serverNameOf } from '../verdict/answering-provider.ts';
import type { CounterBucket } from './counter-bucket.ts';

/** The hard bounces of the emails that were sent in one hour, by mailbox provider of the recipients. */
export type ProviderBounces = {
  /** Start of the hour, epoch milliseconds. */
  readonly start: number;
  /** By provider; `other` are those without a name. */
  readonly bounces: Readonly<Record<string, number>>;
};

/** A provider that refuses many more emails than usual, while the others do not. */
export type ProviderOutageFigures = {
  /** As its servers are named: `google`. */
  readonly provider: string;
  /** Hard bounces of the emails of this hour and the one before. */
  readonly bounces: number;
  /** How many there are usually in two hours. */
  readonly usual: number;
  /** Set if only addresses count to which emails were delivered lately. */
  readonly isOfKnownAddresses?: true;
};

/** This hour and the one before. */
const windowMs = 2 * hour;
/** The windows of the day before this one: what is usual is their median, so that an outage of some hours does not become usual. */
const windowsBefore = 11;

/** Without an alarm, a provider must refuse at least so many, and so many times as many as usual. */
const raising = { bounces: 20, factor: 8 };
/** With one, this is enough for it to last. */
const lasting = { bounces: 10, factor: 4 };
/** The others are calm if they refuse fewer, or fewer times as many as usual. */
const calm = { bounces: 10, factor: 3 };
/** More emails than in any two hours of the last week are a mailing: its list may be bad. */
const maxVolumeFactor = 1.2;

/** The bounces at the provider must be so many times the usual share of all emails. With fewer emails in a week, no share is usual. */
const minShareFactor = 4;
const minSendsOfWeek = 1000;

/**
 * Returns the provider that may have an outage: it refuses many more emails than on the day before, the others do not, and no more emails than
 * usual were sent. Whether the addresses had email before is not known here, so a bad list that is sent slowly looks the same.
 */
export function findProviderOutage(
  hours: readonly ProviderBounces[],
  sends: readonly CounterBucket[],
  { now, isRaised }: { readonly now: number; readonly isRaised: boolean },
): ProviderOutageFigures | undefined {
  const from = windowStart(now);
  if (isRaised) {
    const outage = providerOfOutage(hours, now);
    return outage !== undefined && isAtLeast(outage, lasting) ? outage : undefined;
  }
  const top = topOf(sumIn(hours, from, from + windowMs));
  const found = top === undefined ? undefined : figuresOf(hours, top, from);
  if (found === undefined || !isAtLeast(found, raising)) return undefined;
  const isSuspect = isLargeShare(found.bounces, sends, from) && !isMailing(sends, from);
  return isSuspect && areOthersCalm(hours, found.provider, from) ? found : undefined;
}

function isAtLeast({ bounces, usual }: ProviderOutageFigures, least: typeof raising): boolean {
  return bounces >= Math.max(least.bounces, least.factor * usual);
}

/** Returns the provider that an alarm is about: the one with the most bounces above the usual in the last day. */
export function providerOfOutage(hours: readonly ProviderBounces[], now: number): ProviderOutageFigures | undefined {
  const from = windowStart(now);
  const ofDay = sumIn(hours, from - windowsBefore * windowMs, from + windowMs);
  const excess = [...ofDay].map(([provider, sum]): [string, number] => [
    provider,
    sum - (windowsBefore + 1) * figuresOf(hours, provider, from).usual,
  ]);
  const top = topOf(new Map(excess));
  return top === undefined ? undefined : figuresOf(hours, top, from);
}

function figuresOf(hours: readonly ProviderBounces[], provider: string, from: number): ProviderOutageFigures {
  const countOf = (sums: ReadonlyMap<string, number>) => sums.get(provider) ?? 0;
  return { provider, bounces: countOf(sumIn(hours, from, from + windowMs)), usual: usualIn(hours, from, countOf) };
}

function areOthersCalm(hours: readonly ProviderBounces[], provider: string, from: number): boolean {
  const ofOthers = (sums: ReadonlyMap<string, number>) =>
    [...sums].reduce((sum, [name, count]) => sum + (name === provider ? 0 : count), 0);
  const recent = ofOthers(sumIn(hours, from, from + windowMs));
  return recent < Math.max(calm.bounces, calm.factor * usualIn(hours, from, ofOthers));
}

/** Returns the median of the windows before this one. */
function usualIn(
  hours: readonly ProviderBounces[],
  from: number,
  count: (sums: ReadonlyMap<string, number>) => number,
): number {
  const counts = Array.from({ length: windowsBefore }, (_, index) =>
    count(sumIn(hours, from - (index + 1) * windowMs, from - index * windowMs)),
  );
  return counts.sort((a, b) => a - b)[windowsBefore >> 1] ?? 0;
}

/** Returns the start of the window: the hour before this one. */
function windowStart(now: number): number {
  return Math.floor(now / hour) * hour - hour;
}

function sumIn(hours: readonly ProviderBounces[], from: number, until: number): Map<string, number> {
  const sums = new Map<string, number>();
  for (const { start, bounces } of hours) {
    if (start < from || start >= until) continue;
    for (const [name, count] of Object.entries(bounces)) {
      const provider = serverNameOf(name);
      sums.set(provider, (sums.get(provider) ?? 0) + count);
    }
  }
  return sums;
}

function topOf(sums: ReadonlyMap<string, number>): string | undefined {
  const named = [...sums].filter(([provider]) => provider !== 'other');
  return named.sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))[0]?.[0];
}

/** Returns whether more emails were sent than in any two hours of the week before. Without a week, nothing is known to be unusual. */
function isMailing(buckets: readonly CounterBucket[], from: number): boolean {
  const byWindow = new Map<number, number>();
  for (const { start, sends } of buckets) {
    const index = Math.floor((start - from) / windowMs);
    if (start >= from - 7 * day) byWindow.set(index, (byWindow.get(index) ?? 0) + sends);
  }
  const before = [...byWindow].flatMap(([index, sends]) => (index < 0 ? sends : []));
  return before.length > 0 && (byWindow.get(0) ?? 0) > maxVolumeFactor * Math.max(...before);
}

/**
 * Returns whether the bounces are a larger share of all emails than those of the week before. A campaign that is sent once a day has hours with
 * many bounces as well, at the usual share.
 */
function isLargeShare(bounces: number, buckets: readonly CounterBucket[], from: number): boolean {
  const sumOf = (some: readonly CounterBucket[], name: 'sends' | 'hard') =>
    some.reduce((sum, one) => sum + one[name], 0);
  const week = buckets.filter(({ start }) => start >= from - 7 * day && start < from);
  const recent = buckets.filter(({ start }) => start >= from && start < from + windowMs);
  const [sent, sentBefore] = [sumOf(recent, 'sends'), sumOf(week, 'sends')];
  if (sentBefore < minSendsOfWeek || sent === 0) return false;
  return bounces / sent >= minShareFactor * (sumOf(week, 'hard') / sentBefore);
}
