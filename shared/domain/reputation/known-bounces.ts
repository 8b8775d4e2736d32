import { day, hour } from '../durations.ts';
import { smoothedShare } from '../incidents/baseline.ts';
import { beginIncidentAt, increaseInIncident } from '../incidents/provider-state.ts';
import type { CounterBucket } from './counter-bucket.ts';
import type { ProviderOutageFigures } from './provider-bounces.ts';
import { slotStart } from './time-slots.ts';

/** The hard bounces of one provider that arrived in five minutes. Only known with the memory of deliveries. */
export type KnownBounces = {
  /** Start of the five minutes or, of unknown addresses, of the hour. Epoch milliseconds. */
  readonly start: number;
  /** The provider that answered. */
  readonly provider: string;
  /** Bounces of addresses to which an email was delivered lately. */
  readonly known: number;
  /** Bounces of addresses to which none was. */
  readonly unknown: number;
};

/** Bounces that are older than this do not raise an alarm. */
const windowMs = 2 * hour;
/** What is usual is the median of so many such times before. */
const windowsBefore = 11;
/** Of all emails, so many must be refused. A provider that is gone permanently, and to which few emails go, has no outage. */
const minShareOfEmails = 0.03;
/** The other providers are calm if they refuse fewer, or fewer times as many as usual. */
const calm = { bounces: 5, factor: 4 };
/** So many known addresses bounce in the hour in which an outage is found, and in each two hours while it lasts; and so many times as many as usual. */
const many = { bounces: 3, factor: 4 };
/** With so many times more unknown addresses than known ones, it is a bad list. */
const badListFactor = 3;

type Context = {
  readonly now: number;
  readonly sends: readonly CounterBucket[];
  /** The sends of before this time are counted; those after it perhaps not yet. */
  readonly until: number;
};

/**
 * Returns the provider that refuses addresses to which emails were delivered lately. This is the sequential test that `backtest` applies to a
 * log: each such bounce is evidence for an outage, and each email that was sent meanwhile is evidence against it. The deliveries to a provider
 * are not counted, so all emails count as if they had gone to it.
 */
export function findKnownOutage(
  all: readonly KnownBounces[],
  { now, sends, until }: Context,
): ProviderOutageFigures | undefined {
  const from = slotStart(now - windowMs);
  const named = all.filter(({ provider }) => provider !== 'other');
  const inWindow = named.filter(({ start }) => start >= from);
  const usualShare = shareBefore(named, sends, from);
  return refusingIn(hour, named, now).find(({ provider }) => {
    const own = inWindow.filter((one) => one.provider === provider);
    const others = inWindow.filter((one) => one.provider !== provider);
    return isRefusing(own, { sends, now, until, usualShare }) && isCalm(others, { sends, from, usualShare });
  });
}

/**
 * Returns the figures of an outage that was found earlier, as long as it lasts. It is that of the provider which refused most known addresses in the
 * last day: another one that refuses many now is no reason for the alarm to go on.
 */
export function continueKnownOutage(all: readonly KnownBounces[], now: number): ProviderOutageFigures | undefined {
  const ofDay = new Map<string, number>();
  for (const { provider, known, start } of all)
    if (start >= now - day && provider !== 'other') ofDay.set(provider, (ofDay.get(provider) ?? 0) + known);
  const [top] = [...ofDay].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1));
  return refusingIn(windowMs, all, now).find(({ provider }) => provider === top?.[0]);
}

/** Returns the providers that refused many known addresses in a time until now, those with the most first. */
function refusingIn(timeMs: number, all: readonly KnownBounces[], now: number): ProviderOutageFigures[] {
  const counts = new Map<string, number>();
  for (const { provider, known, start } of all)
    if (start >= slotStart(now - timeMs) && provider !== 'other')
      counts.set(provider, (counts.get(provider) ?? 0) + known);
  const sorted = [...counts].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1));
  return sorted.flatMap(([provider, count]) => {
    const figures = figuresOf(all, provider, slotStart(now - windowMs));
    const usual = (figures.usual * timeMs) / windowMs;
    return count >= Math.max(many.bounces, many.factor * usual) ? figures : [];
  });
}

/** Returns whether the bounces of the last two hours at a provider are those of a bad list. Without the memory of deliveries, that is not known. */
export function contradictsOutage(all: readonly KnownBounces[], provider: string, now: number): boolean {
  // Bounces of unknown addresses are counted at the start of their hour.
  const from = Math.floor((now - windowMs) / hour) * hour;
  return isBadList(all.filter((one) => one.provider === provider && one.start >= from));
}

function isBadList(bounces: readonly KnownBounces[]): boolean {
  return sumOf(bounces, 'unknown') > Math.max(badListFactor, badListFactor * sumOf(bounces, 'known'));
}

/** Sums up the evidence from the newest bounce backwards, and returns whether it is enough for some beginning. */
function isRefusing(
  own: readonly KnownBounces[],
  { sends, now, until, usualShare }: Context & { readonly usualShare: number },
): boolean {
  const ofBounce = Math.log(increaseInIncident);
  const ofEmail = (increaseInIncident - 1) * usualShare;
  // Events of sends may arrive after the bounces: then as many are assumed as in the hour before.
  const uncounted = Math.max(sentIn(sends, until, now), (sentIn(sends, until - hour, until) * (now - until)) / hour);
  const starts = [...new Set(own.map(({ start }) => start))];
  return starts.some((start) => {
    const bounced = sumOf(
      own.filter((one) => one.start >= start),
      'known',
    );
    const sent = Math.max(bounced, sentIn(sends, start, until) + uncounted);
    return bounced * ofBounce - sent * ofEmail >= beginIncidentAt && bounced >= minShareOfEmails * sent;
  });
}

function isCalm(
  others: readonly KnownBounces[],
  { sends, from, usualShare }: { sends: readonly CounterBucket[]; from: number; usualShare: number },
): boolean {
  const expected = usualShare * sentIn(sends, from, Number.POSITIVE_INFINITY);
  return sumOf(others, 'known') < Math.max(calm.bounces, calm.factor * expected);
}

/** Returns the share of all emails of the day before that bounced although their addresses were known. */
function shareBefore(all: readonly KnownBounces[], sends: readonly CounterBucket[], from: number): number {
  const before = all.filter(({ start }) => start >= from - day && start < from);
  return smoothedShare(sumOf(before, 'known'), sentIn(sends, from - day, from));
}

function figuresOf(all: readonly KnownBounces[], provider: string, from: number): ProviderOutageFigures {
  const own = all.filter((one) => one.provider === provider);
  const windows = Array.from({ length: windowsBefore }, (_, index) => {
    const start = from - (index + 1) * windowMs;
    return sumOf(
      own.filter((one) => one.start >= start && one.start < start + windowMs),
      'known',
    );
  });
  const known = sumOf(
    own.filter(({ start }) => start >= from),
    'known',
  );
  return {
    provider,
    bounces: known,
    usual: windows.sort((a, b) => a - b)[windowsBefore >> 1] ?? 0,
    isOfKnownAddresses: true,
  };
}

function sumOf(bounces: readonly KnownBounces[], name: 'known' | 'unknown'): number {
  return bounces.reduce((sum, one) => sum + one[name], 0);
}

function sentIn(sends: readonly CounterBucket[], from: number, until: number): number {
  return sends.reduce((sum, one) => sum + (one.start >= from && one.start < until ? one.sends : 0), 0);
}
