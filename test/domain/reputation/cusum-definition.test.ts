import fc from 'fast-check';
import type { AlarmStatus } from '../../../shared/domain/reputation/alarm-status.ts';
import { cusumLimit, initialCusum } from '../../../shared/domain/reputation/cusum.ts';
import { noExcess } from '../../../shared/domain/reputation/cusum-sums.ts';
import { evaluateCusum } from '../../../shared/domain/reputation/evaluate-cusum.ts';
import { type CusumTransition, createIncrementalCusum } from '../../../shared/domain/reputation/incremental-cusum.ts';
import type { RateBucket } from '../../../shared/domain/reputation/rate-bucket.ts';
import { runs } from '../../support/runs.ts';
import { day, hour, noon } from '../../support/ses.ts';

const threshold = 0.05;
const maturityMs = 12 * hour;
const windowLength = 30 * day;
const fullHour = (time: number) => Math.floor(time / hour) * hour;
const tolerance = 1e-9;

/** The definition of the test, taken literally: it looks at every window that ends now, and stores no sums. */
function createDefinition(scopeCount: number) {
  const buckets: RateBucket[] = [];
  let [status, from, raisedAt]: [AlarmStatus, number, number] = [
    'ok',
    Number.NEGATIVE_INFINITY,
    Number.POSITIVE_INFINITY,
  ];
  const upTo = (until: number) => buckets.filter(({ start }) => start < until).toSorted((a, b) => a.start - b.start);

  /** Returns the largest sum over any run of buckets that ends with the last one, and the counts of the shortest such run. */
  function largest(all: readonly RateBucket[], excess: (bucket: RateBucket) => number) {
    let best = { sum: 0, bad: 0, total: 0, since: Number.POSITIVE_INFINITY };
    let [sum, bad, total] = [0, 0, 0];
    for (const bucket of all.toReversed()) {
      if (bucket.total === 0) continue;
      [sum, bad, total] = [sum + excess(bucket), bad + bucket.bad, total + bucket.total];
      // These sums are not exact, so that a run with an excess of 0 could look slightly larger than no run at all.
      if (sum > best.sum + tolerance) best = { sum, bad, total, since: bucket.start };
    }
    return best;
  }

  return {
    add: (bucket: RateBucket) => buckets.push(bucket),
    evaluate(until: number): CusumTransition | undefined {
      const merged = new Map<number, RateBucket>();
      for (const { start: added, total, bad } of upTo(until)) {
        // By the hour, except the newest five hours.
        const start = added < fullHour(until - 5 * hour) ? fullHour(added) : added;
        const existing = merged.get(start) ?? { start, total: 0, bad: 0 };
        merged.set(start, { start, total: existing.total + total, bad: existing.bad + bad });
      }
      const all = [...merged.values()];
      const window = all.filter(({ start }) => start >= Math.max(from, until - windowLength));
      const sends = all.filter(({ start }) => start >= until - day).reduce((sum, { total }) => sum + total, 0);
      const limit = cusumLimit(threshold, sends, scopeCount);
      // Newer emails say nothing good yet.
      const matureUntil = fullHour(until - maturityMs);
      const excess = ({ bad, total }: RateBucket) => bad - 0.8 * threshold * total;
      const approaching = largest(window, excess);
      const critical = largest(window, ({ bad, total }) => bad - threshold * total);
      const recovery = largest(
        all.filter(({ start }) => start >= Math.max(raisedAt, until - windowLength) && start < matureUntil),
        ({ bad, total }) => 0.5 * threshold * total - bad,
      );
      const mature = largest(
        window.filter(({ start }) => start < matureUntil),
        excess,
      );
      const newer = largest(
        all.filter(({ start }) => start >= matureUntil),
        excess,
      );
      const isOver = until - raisedAt >= 7 * day && mature.since >= raisedAt;
      const to = ((): AlarmStatus => {
        const reaches = ({ sum }: { sum: number }) => sum >= limit - tolerance;
        if (status === 'ok') return !reaches(approaching) ? 'ok' : !reaches(critical) ? 'approaching' : 'critical';
        if (status === 'approaching' && reaches(critical)) return 'critical';
        return (reaches(recovery) || isOver) && !reaches(newer) ? 'ok' : status;
      })();
      if (to === status) return undefined;
      const transition = { from: status, to, bad: approaching.bad, total: approaching.total };
      [status, from, raisedAt] =
        to === 'ok' ? [to, matureUntil, Number.POSITIVE_INFINITY] : [to, from, Math.ceil(until / hour) * hour];
      return transition;
    },
  };
}

/** Sends and bounces of some days, some of which become known late, with evaluations in between. */
const actions = fc.array(
  fc.record({
    hours: fc.oneof({ weight: 9, arbitrary: fc.integer({ min: 0, max: 12 }) }, fc.integer({ min: 100, max: 900 })),
    minutes: fc.constantFrom(0, 0, 5, 35, 55),
    late: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, fc.integer({ min: 0, max: 40 })),
    total: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 60 }), fc.integer({ min: 100, max: 1500 })),
    percent: fc.constantFrom(0, 0, 1, 4, 5, 8, 20, 120),
    isEvaluated: fc.boolean(),
  }),
  { maxLength: 60 },
);

/** Keeps the state between evaluations, and evaluates all buckets again each time, as the monitoring flow does. */
function createEvaluator(scopeCount: number) {
  const counters = new Map<number, RateBucket>();
  let state = initialCusum;
  return {
    add({ start, total, bad }: RateBucket) {
      const existing = counters.get(start) ?? { start, total: 0, bad: 0 };
      counters.set(start, { start, total: existing.total + total, bad: existing.bad + bad });
    },
    evaluate(until: number): CusumTransition | undefined {
      const buckets = [...counters.values()].sort((a, b) => a.start - b.start);
      const { state: next, excess } = evaluateCusum(state, buckets, { threshold, maturityMs, until, scopeCount });
      const transition = { from: state.status, to: next.status, bad: excess.bad, total: excess.total };
      const isSame = next === state;
      state = next;
      return isSame ? undefined : transition;
    },
  };
}

test.each<
  [
    string,
    (
      scopeCount: number,
    ) => Pick<ReturnType<typeof createDefinition>, 'evaluate'> & { add(bucket: RateBucket): unknown },
  ]
>([
  ['createIncrementalCusum', (scopeCount) => createIncrementalCusum({ threshold, maturityMs, scopeCount })],
  ['evaluateCusum', createEvaluator],
])('%s returns what the definition does, whatever the sends and however late the bounces', (_name, create) => {
  fc.assert(
    fc.property(actions, fc.constantFrom(1, 1, 50), (all, scopeCount) => {
      const [subject, definition] = [create(scopeCount), createDefinition(scopeCount)];
      let now = noon;
      for (const { hours, minutes, late, total, percent, isEvaluated } of all) {
        now += hours * hour + minutes * 60_000;
        const bucket = { start: now - late * hour, total, bad: Math.round((total * percent) / 100) };
        subject.add(bucket);
        definition.add(bucket);
        if (isEvaluated) expect(subject.evaluate(now + hour)).toEqual(definition.evaluate(now + hour));
      }
    }),
    { numRuns: runs(2000) },
  );
});

describe('evaluateCusum', () => {
  const options = { threshold, maturityMs };
  const buckets = (count: number, total: number, bad: number, from = 0): RateBucket[] =>
    Array.from({ length: count }, (_, i) => ({ start: noon + (from + i) * hour, total, bad }));

  test('evaluates buckets that start before the end, and none that start at it', () => {
    const all = buckets(1, 100, 50);
    expect(evaluateCusum(initialCusum, all, { ...options, until: noon }).state).toBe(initialCusum);
    expect(evaluateCusum(initialCusum, all, { ...options, until: noon + 1 }).state).toEqual({
      status: 'critical',
      from: Number.NEGATIVE_INFINITY,
      raisedAt: noon + hour,
    });
  });

  test('changes nothing in a scope without sends', () => {
    const nothing = { state: initialCusum, excess: noExcess, isRecovering: false };
    expect(evaluateCusum(initialCusum, [], { ...options, until: noon })).toEqual(nothing);
    expect(evaluateCusum(initialCusum, buckets(1, 0, 99), { ...options, until: noon + hour })).toEqual(nothing);
  });

  test('raises nothing twice, whether it is called again at once, after a gap, or after the clock was set back', () => {
    const all = [...buckets(1, 100, 50), ...buckets(2, 100, 5, 1)];
    let { state } = evaluateCusum(initialCusum, all, { ...options, until: noon + hour });
    const raised = state;
    for (const hours of [1, 3, 0.5, -5, 3]) {
      state = evaluateCusum(state, all, { ...options, until: noon + hours * hour }).state;
      expect(state).toBe(raised);
    }
  });

  test('counts the sends of one day for the limit, to the millisecond', () => {
    // The excess is 51 bounces. The limit is 56 with the large bucket, and 6 without it.
    const sent = { start: noon, total: 100_000, bad: 0 };
    const bad = { start: noon + 23 * hour, total: 100, bad: 55 };
    const at = (until: number) => evaluateCusum(initialCusum, [sent, bad], { ...options, until }).state.status;
    expect([at(noon + day), at(noon + day + 1)]).toEqual(['ok', 'critical']);
  });

  test('ignores buckets older than 30 days, to the millisecond', () => {
    const all = buckets(1, 100, 50);
    const at = (until: number) => evaluateCusum(initialCusum, all, { ...options, until }).state.status;
    expect([at(noon + windowLength), at(noon + windowLength + 1)]).toEqual(['critical', 'ok']);
  });
});
