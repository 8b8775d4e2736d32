/** What most of what went bad has in common: where it was sent from, what SES calls it, who it was sent to. */
export type Contributor = {
  readonly kind: 'scope' | 'sub-type' | 'provider';
  /** `configuration-set:news`, `NoEmail`, `gmail`. */
  readonly name: string;
  /** So many of all that went bad in that time. */
  readonly bad: number;
  readonly of: number;
};

/** What went bad in one scope, of how many. */
export type ScopeShare = { readonly scope: string; readonly bad: number; readonly total: number };

/** Counters of the causes item by name: `hard_is_NoEmail`, `hard_at_gmail`. */
export type ContributorCounts = Readonly<Record<string, number>>;

/** What a cause is looked for of. */
export type ContributorQuery = {
  readonly metric: 'hard' | 'complaints';
  /** How much went bad in all. */
  readonly bad: number;
  /** The share that would be too much. */
  readonly threshold: number;
};

/**
 * The scope, the sub-type and the provider that most of it has in common. Of scopes it is the one with the most beyond what the line
 * allows for its own mails: all that an account does is done by some identity, which says nothing.
 */
export function topContributors(
  { metric, bad: of, threshold }: ContributorQuery,
  shares: readonly ScopeShare[],
  counts: ContributorCounts,
): Contributor[] {
  const excess = ({ bad, total }: ScopeShare) => bad - threshold * total;
  const [worst] = shares
    .filter(({ bad }) => bad > 0)
    .toSorted((x, y) => excess(y) - excess(x) || order(x.scope, y.scope));
  return [
    ...(worst === undefined ? [] : [{ kind: 'scope' as const, name: worst.scope, bad: worst.bad, of }]),
    ...most('sub-type', `${metric}_is_`, counts),
    ...most('provider', `${metric}_at_`, counts),
  ];
}

function most(kind: Contributor['kind'], prefix: string, counts: ContributorCounts): Contributor[] {
  const named = Object.entries(counts).filter(([name, count]) => name.startsWith(prefix) && count > 0);
  const of = named.reduce((sum, [, count]) => sum + count, 0);
  const [top] = named.toSorted(([x, b], [y, c]) => c - b || order(x, y));
  return top === undefined ? [] : [{ kind, name: top[0].slice(prefix.length), bad: top[1], of }];
}

function order(x: string, y: string): number {
  // Stryker disable next-line EqualityOperator: no two have one name
  return x < y ? -1 : 1;
}
