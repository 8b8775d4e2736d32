/** What most of what went bad has in common: where it was sent from, what SES calls it, who it was sent to. */
export type Cause = {
  readonly kind: 'scope' | 'sub-type' | 'provider';
  /** `configuration-set:news`, `NoEmail`, `gmail`. */
  readonly name: string;
  /** So many of all that went bad in that time. */
  readonly b: number;
  readonly of: number;
};

/** What went bad in one scope, of how many. */
export type ScopeShare = { readonly scope: string; readonly b: number; readonly n: number };

/** Counters of the causes item by name: `hard_is_NoEmail`, `hard_at_gmail`. */
export type CauseCounts = Readonly<Record<string, number>>;

/** What a cause is looked for of. */
export type Gone = {
  readonly metric: 'hard' | 'complaints';
  /** How much went bad in all. */
  readonly b: number;
  /** The share that would be too much. */
  readonly line: number;
};

/**
 * The scope, the sub-type and the provider that most of it has in common. Of scopes it is the one with the most beyond what the line
 * allows for its own mails: all that an account does is done by some identity, which says nothing.
 */
export function topCauses({ metric, b: of, line }: Gone, shares: readonly ScopeShare[], counts: CauseCounts): Cause[] {
  const excess = ({ b, n }: ScopeShare) => b - line * n;
  const [worst] = shares.filter(({ b }) => b > 0).toSorted((x, y) => excess(y) - excess(x) || order(x.scope, y.scope));
  return [
    ...(worst === undefined ? [] : [{ kind: 'scope' as const, name: worst.scope, b: worst.b, of }]),
    ...most('sub-type', `${metric}_is_`, counts),
    ...most('provider', `${metric}_at_`, counts),
  ];
}

function most(kind: Cause['kind'], prefix: string, counts: CauseCounts): Cause[] {
  const named = Object.entries(counts).filter(([name, count]) => name.startsWith(prefix) && count > 0);
  const of = named.reduce((sum, [, count]) => sum + count, 0);
  const [top] = named.toSorted(([x, b], [y, c]) => c - b || order(x, y));
  return top === undefined ? [] : [{ kind, name: top[0].slice(prefix.length), b: top[1], of }];
}

function order(x: string, y: string): number {
  // Stryker disable next-line EqualityOperator: no two have one name
  return x < y ? -1 : 1;
}
