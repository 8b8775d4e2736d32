import { domainOf } from '../../shared/domain/address.ts';
import type { Reason } from '../../shared/domain/feedback/recipient-event.ts';
import { rateBucketOf } from '../../shared/domain/reputation/counter-bucket.ts';
import { rateBetween } from '../../shared/domain/reputation/rolling-rates.ts';
import type { ReputationStore } from '../../shared/monitoring/reputation-store.ts';

/** What the bounces and complaints of a period can be divided by. */
export type ContributionKey = 'configuration-set' | 'identity' | 'tag' | 'tenant' | 'domain' | 'provider' | 'reason';

/** One part of the bounces and complaints of a period. */
export type Contribution = {
  readonly name: string;
  readonly bounces: number;
  readonly complaints: number;
  /** Missing where sends are not counted: by domain, provider and reason. */
  readonly sends?: number;
};

type SuppressedPage = readonly { readonly address: string; readonly reason: Reason }[];

/** The suppressed addresses where they are not known, or not needed: only the contributions by domain read them. */
export async function* noPages(): AsyncGenerator<never> {}

export type ContributionSource = {
  readonly store: ReputationStore;
  /** The addresses whose suppression began in the period. */
  readonly suppressed: AsyncIterable<SuppressedPage>;
  /** Epoch milliseconds. */
  readonly from: number;
  readonly until: number;
};

/** Returns what makes up the bounces and complaints of a period, the largest number of bounces first. */
export async function contributionsBy(key: ContributionKey, source: ContributionSource): Promise<Contribution[]> {
  const all = await readContributions(key, source);
  return all.sort((a, b) => b.bounces - a.bounces || b.complaints - a.complaints || (a.name < b.name ? -1 : 1));
}

async function readContributions(key: ContributionKey, source: ContributionSource): Promise<Contribution[]> {
  if (key === 'domain') return byDomain(source.suppressed);
  if (key !== 'provider' && key !== 'reason') return byScope(key, source);
  const counters = await source.store.contributors(source.from, source.until);
  return byCounter(counters, key === 'provider' ? /^(hard|complaints)_at_(.+)$/ : /^(hard|complaints)_is_(.+)$/);
}

/** Scopes that are read at the same time. */
const scopesAtOnce = 20;

async function byScope(kind: string, { store, from, until }: ContributionSource): Promise<Contribution[]> {
  const scopes = (await store.knownScopes()).filter((scope) => scope.startsWith(`${kind}:`));
  const found: Contribution[] = [];
  for (let first = 0; first < scopes.length; first += scopesAtOnce) {
    const batch = scopes.slice(first, first + scopesAtOnce).map(async (scope) => {
      const { buckets } = await store.read(scope, until, false);
      const of = (metric: 'bounceRate' | 'complaintRate') =>
        rateBetween(
          buckets.map((bucket) => rateBucketOf(bucket, metric)),
          from,
          until,
        );
      const { bad: bounces, total: sends } = of('bounceRate');
      return { name: scope.slice(kind.length + 1), bounces, complaints: of('complaintRate').bad, sends };
    });
    found.push(...(await Promise.all(batch)));
  }
  return found.filter(({ bounces, complaints, sends = 0 }) => bounces + complaints + sends > 0);
}

type MutableContribution = { readonly name: string; bounces: number; complaints: number };

/** Counters have names such as `hard_at_gmail` and `complaints_is_abuse`. */
function byCounter(counters: Readonly<Record<string, number>>, pattern: RegExp): Contribution[] {
  const parts = new Map<string, MutableContribution>();
  for (const [counter, count] of Object.entries(counters)) {
    const [, metric, name] = pattern.exec(counter) ?? [];
    if (name === undefined) continue;
    partOf(parts, name)[metric === 'hard' ? 'bounces' : 'complaints'] += count;
  }
  return [...parts.values()];
}

/** The domains of recipients are not counted. The suppressions of the period show them. */
async function byDomain(pages: AsyncIterable<SuppressedPage>): Promise<Contribution[]> {
  const parts = new Map<string, MutableContribution>();
  for await (const page of pages) {
    for (const { address, reason } of page) {
      if (reason === 'hard') partOf(parts, domainOf(address)).bounces++;
      else if (reason === 'complaint') partOf(parts, domainOf(address)).complaints++;
    }
  }
  return [...parts.values()];
}

function partOf(parts: Map<string, MutableContribution>, name: string): MutableContribution {
  const part = parts.get(name) ?? { name, bounces: 0, complaints: 0 };
  parts.set(name, part);
  return part;
}
