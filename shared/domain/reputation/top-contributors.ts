/** A property that most of the bounces (or complaints) share: the scope they were sent in, their sub-type, or their mailbox provider. */
export type Contributor = {
  readonly kind: 'scope' | 'sub-type' | 'provider';
  /** `configuration-set:news`, `NoEmail`, `gmail`. */
  readonly name: string;
  /** The bounces or complaints with this property, and how many there are in all. */
  readonly bad: number;
  readonly of: number;
};

/** The bounces or complaints of one scope, and its emails. */
export type ScopeShare = { readonly scope: string; readonly bad: number; readonly total: number };

/** Counters by sub-type and by provider: `hard_is_NoEmail`, `hard_at_gmail`. */
export type ContributorCounts = Readonly<Record<string, number>>;

/** The bounces or complaints to explain. */
export type ContributorQuery = {
  readonly metric: 'hard' | 'complaints';
  /** How many there are in the whole account. */
  readonly bad: number;
  /** The review threshold of the rate. */
  readonly threshold: number;
};

/**
 * Returns the scope, the sub-type and the provider that contribute most. Scopes are ranked by how many bounces they have beyond what the
 * threshold allows for their own emails. Ranked by bounces alone, the sending identity would often come first, because it sends all emails
 * of the account; that would explain nothing.
 */
export function topContributors(
  { metric, bad: of, threshold }: ContributorQuery,
  shares: readonly ScopeShare[],
  counts: ContributorCounts,
): Contributor[] {
  const excess = ({ bad, total }: ScopeShare) => bad - threshold * total;
  const [worst] = shares
    .filter(({ bad }) => bad > 0)
    .toSorted((x, y) => excess(y) - excess(x) || compareNames(x.scope, y.scope));
  return [
    ...(worst === undefined ? [] : [{ kind: 'scope' as const, name: worst.scope, bad: worst.bad, of }]),
    ...largest('sub-type', `${metric}_is_`, counts),
    ...largest('provider', `${metric}_at_`, counts),
  ];
}

function largest(kind: Contributor['kind'], prefix: string, counts: ContributorCounts): Contributor[] {
  const matching = Object.entries(counts).filter(([name, count]) => name.startsWith(prefix) && count > 0);
  const of = matching.reduce((sum, [, count]) => sum + count, 0);
  const [top] = matching.toSorted(([x, countX], [y, countY]) => countY - countX || compareNames(x, y));
  return top === undefined ? [] : [{ kind, name: top[0].slice(prefix.length), bad: top[1], of }];
}

function compareNames(x: string, y: string): number {
  // Stryker disable next-line EqualityOperator: no two names are equal
  return x < y ? -1 : 1;
}
