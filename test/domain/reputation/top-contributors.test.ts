import {
  type ContributorQuery,
  type ScopeShare,
  topContributors,
} from '../../../shared/domain/reputation/top-contributors.ts';

const share = (scope: string, bad: number, total = 100): ScopeShare => ({ scope, bad, total });
const bounces: ContributorQuery = { metric: 'hard', bad: 50, threshold: 0.05 };

test('the contributors are the scope, the sub-type and the provider with the most bounces', () => {
  const shares = [share('configuration-set:news', 8), share('identity:example.com', 40), share('tenant:a', 9)];
  const counts = { hard_is_General: 5, hard_is_NoEmail: 30, hard_at_gmail: 12, hard_at_other: 20, hard: 50 };
  expect(topContributors(bounces, shares, counts)).toEqual([
    { kind: 'scope', name: 'identity:example.com', bad: 40, of: 50 },
    { kind: 'sub-type', name: 'NoEmail', bad: 30, of: 35 },
    { kind: 'provider', name: 'other', bad: 20, of: 32 },
  ]);
});

test('complaints have contributors of their own', () => {
  const counts = { complaints_is_abuse: 3, hard_is_NoEmail: 30, hard_at_gmail: 12 };
  const complaints: ContributorQuery = { metric: 'complaints', bad: 3, threshold: 0.001 };
  expect(topContributors(complaints, [], counts)).toEqual([{ kind: 'sub-type', name: 'abuse', bad: 3, of: 3 }]);
});

describe('the scope', () => {
  const scopeOf = (...shares: ScopeShare[]) => topContributors(bounces, shares, {})[0]?.name;

  test('is the one with the most bounces beyond what its own emails allow, not an identity that sends all emails', () => {
    const [identity, news] = [share('identity:example.com', 40, 1000), share('configuration-set:news', 30, 100)];
    expect([scopeOf(identity, news), scopeOf(news, identity)]).toEqual([
      'configuration-set:news',
      'configuration-set:news',
    ]);
    expect(scopeOf(share('a', 1, 1000), share('b', 2, 1000))).toBe('b');
  });

  test('is the first by name of those that are equal, and never one without bounces', () => {
    expect(scopeOf(share('b', 9), share('c', 8), share('a', 9))).toBe('a');
    expect(scopeOf(share('a', 9), share('b', 9))).toBe('a');
    expect(scopeOf(share('b', 0, 0), share('a', 1, 10_000))).toBe('a');
  });
});

test('of sub-types with equal counts, the first by name is the contributor', () => {
  const subTypeOf = (counts: Record<string, number>) => topContributors(bounces, [], counts)[0]?.name;
  expect(subTypeOf({ hard_is_b: 4, hard_is_a: 4 })).toBe('a');
  expect(subTypeOf({ hard_is_a: 4, hard_is_b: 4 })).toBe('a');
  expect(subTypeOf({ hard_is_a: 4, hard_is_b: 5 })).toBe('b');
});

test('without counts or bounces, there are no contributors', () => {
  expect(topContributors(bounces, [], {})).toEqual([]);
  expect(topContributors(bounces, [share('tenant:a', 0)], { hard_is_NoEmail: 0, hard_at_gmail: 0 })).toEqual([]);
});
