import { hour } from '../durations.ts';

/** What became of an email: accepted, or refused permanently. */
export type EmailOutcome = {
  /** When it became known, epoch milliseconds. */
  readonly at: number;
  /** The provider that answered, or the domain of an address whose provider has no name. */
  readonly provider: string;
  /** Whether the table of providers has a name for it. */
  readonly isNamed: boolean;
  readonly recipient: string;
  /** The domain of the recipient. */
  readonly domain: string;
  /** Whether this is one of the provider's own domains, such as gmail.com, and not one that is hosted there. */
  readonly isProviderDomain: boolean;
  readonly isRefused: boolean;
  /** Whether the provider has accepted an email to this address lately. */
  readonly isKnown: boolean;
};

/** A time in which a provider refused addresses that exist. Times are in epoch milliseconds. */
export type Incident = {
  readonly provider: string;
  /** Arrival of the first and of the latest of its bounces. */
  readonly from: number;
  readonly to: number;
  /** When it was detected. */
  readonly detectedAt: number;
  /** When it was over. Missing while it lasts. */
  readonly endedAt?: number;
  /** The addresses that bounced, also those of the time before the detection. Those of a bad list are not among them. */
  readonly recipients: ReadonlySet<string>;
};

/** A bounce is isolated if the next one followed after so long, and after so many times what is usual between two. */
const maxGapMs = hour;
const maxGaps = 4;

type Bounces = readonly EmailOutcome[];

/** Returns bounces without the isolated ones of before. They are in the order of their arrival. */
export function withoutIsolatedStart(bounces: Bounces): Bounces {
  return bounces.slice(gapsOf(bounces).findLastIndex(isLong(bounces)) + 1);
}

/** Returns bounces without the isolated ones of after: at every time, some mailboxes are closed. */
export function withoutIsolatedEnd(bounces: Bounces): Bounces {
  const last = gapsOf(bounces).findLastIndex(isLong(bounces));
  const after = bounces.length - 1 - last;
  const isIsolated = last >= 0 && after <= maxIsolatedShare * bounces.length;
  return isIsolated ? withoutIsolatedEnd(bounces.slice(0, last + 1)) : bounces;
}

/** More bounces than this after a long gap are a part of the incident. */
const maxIsolatedShare = 0.2;

function gapsOf(bounces: Bounces): number[] {
  return bounces.slice(1).map(({ at }, index) => at - (bounces[index] as EmailOutcome).at);
}

function isLong(bounces: Bounces): (gap: number) => boolean {
  const gaps = gapsOf(bounces).sort((a, b) => a - b);
  const usual = gaps[gaps.length >> 1] ?? 0;
  return (gap) => gap > Math.max(maxGapMs, maxGaps * usual);
}

/** As many new addresses among those that bounced as are usual belong to an incident. More than this many times as many are those of a bad list. */
const maxNewIncrease = 3;

/** Returns the addresses of an incident. `newShare` is the share of the provider's recipients that is usually new. */
export function recipientsOf(bounces: Bounces, newShare: number): Set<string> {
  const known = new Set(bounces.flatMap(({ isKnown, recipient }) => (isKnown ? recipient : [])));
  const others = new Set(bounces.flatMap(({ recipient }) => (known.has(recipient) ? [] : recipient)));
  const isBadList = others.size > Math.max(1, (maxNewIncrease * newShare * known.size) / (1 - newShare));
  return isBadList ? known : new Set([...known, ...others]);
}
