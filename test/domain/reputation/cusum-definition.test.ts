import fc from 'fast-check';
import {
  type AlarmStatus,
  cusumLimit,
  evaluateCusum,
  initialCusum,
  type RateBucket,
} from '../../../shared/domain/reputation/cusum.ts';
import { type CusumTransition, createIncrementalCusum } from '../../../shared/domain/reputation/incremental-cusum.ts';
import { runs } from '../../support/runs.ts';
import { day, hour, noon } from '../../support/ses.ts';

const line = 0.05;
const memory = 30 * day;
const near = 1e-9;

/** The definition, word for word: every window that ends now, and none remembered from one evaluation to the next. */
function createDefinition(scopes: number) {
  const tallies: RateBucket[] = [];
  let [status, from, raisedAt]: [AlarmStatus, number, number] = [
    'ok',
    Number.NEGATIVE_INFINITY,
    Number.POSITIVE_INFINITY,
  ];
  const upTo = (until: number) => tallies.filter(({ start }) => start < until).toSorted((a, b) => a.start - b.start);

  /** The largest sum over any run of tallies that ends with the last one, and the run: the shortest, before which all was even. */
  function largest(all: readonly RateBucket[], weigh: (tally: RateBucket) => number) {
    let best = { level: 0, bad: 0, total: 0 };
    let [sum, bad, total] = [0, 0, 0];
    for (const tally of all.toReversed()) {
      if (tally.total === 0) continue;
      [sum, bad, total] = [sum + weigh(tally), bad + tally.bad, total + tally.total];
      // These sums are not exact: a run that is even must not look a little better than none.
      if (sum > best.level + near) best = { level: sum, bad, total };
    }
    return best;
  }

  return {
    add: (tally: RateBucket) => tallies.push(tally),
    evaluate(until: number): CusumTransition | undefined {
      const merged = new Map<number, RateBucket>();
      for (const { start, total, bad } of upTo(until)) {
        const held = merged.get(start) ?? { start, total: 0, bad: 0 };
        merged.set(start, { start, total: held.total + total, bad: held.bad + bad });
      }
      const all = [...merged.values()];
      const window = all.filter(({ start }) => start >= Math.max(from, until - memory));
      const sends = all.filter(({ start }) => start >= until - day).reduce((sum, { total }) => sum + total, 0);
      const limit = cusumLimit(line, sends, scopes);
      const u = largest(window, ({ bad, total }) => bad - 0.8 * line * total);
      const c = largest(window, ({ bad, total }) => bad - line * total);
      const d = largest(
        all.filter(({ start }) => start >= raisedAt),
        ({ bad, total }) => 0.5 * line * total - bad,
      );
      const to = ((): AlarmStatus => {
        if (status === 'ok') return u.level < limit - near ? 'ok' : c.level < limit - near ? 'approaching' : 'critical';
        if (status === 'approaching' && c.level >= limit - near) return 'critical';
        return d.level >= limit - near ? 'ok' : status;
      })();
      if (to === status) return undefined;
      const transition = { from: status, to, bad: u.bad, total: u.total };
      [status, from, raisedAt] = to === 'ok' ? [to, until, Number.POSITIVE_INFINITY] : [to, from, until];
      return transition;
    },
  };
}

/** Sends and bounces of some days, some of them known late, with an evaluation now and then. */
const actions = fc.array(
  fc.record({
    hours: fc.oneof({ weight: 9, arbitrary: fc.integer({ min: 0, max: 12 }) }, fc.integer({ min: 100, max: 900 })),
    late: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, fc.integer({ min: 0, max: 40 })),
    total: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 60 }), fc.integer({ min: 100, max: 1500 })),
    percent: fc.constantFrom(0, 0, 1, 4, 5, 8, 20, 120),
    isEvaluated: fc.boolean(),
  }),
  { maxLength: 60 },
);

/** A watch that is carried on from one look to the next, and all tallies judged anew at each: what the evaluator does. */
function createEvaluator(scopes: number) {
  const counters = new Map<number, RateBucket>();
  let watch = initialCusum;
  return {
    add({ start, total, bad }: RateBucket) {
      const held = counters.get(start) ?? { start, total: 0, bad: 0 };
      counters.set(start, { start, total: held.total + total, bad: held.bad + bad });
    },
    evaluate(until: number): CusumTransition | undefined {
      const tallies = [...counters.values()].sort((a, b) => a.start - b.start);
      const { state: next, sums } = evaluateCusum(watch, tallies, { line, until, scopes });
      const transition = { from: watch.status, to: next.status, bad: sums.bad, total: sums.total };
      const isSame = next === watch;
      watch = next;
      return isSame ? undefined : transition;
    },
  };
}

test.each<
  [
    string,
    (scopes: number) => Pick<ReturnType<typeof createDefinition>, 'evaluate'> & { add(tally: RateBucket): unknown },
  ]
>([
  ['the history in memory', (scopes) => createIncrementalCusum(line, scopes)],
  ['the evaluator', createEvaluator],
])('whatever comes, however late: %s says what the definition says', (_name, create) => {
  fc.assert(
    fc.property(actions, fc.constantFrom(1, 1, 50), (all, scopes) => {
      const [subject, definition] = [create(scopes), createDefinition(scopes)];
      let now = noon;
      for (const { hours, late, total, percent, isEvaluated } of all) {
        now += hours * hour;
        const tally = { start: now - late * hour, total, bad: Math.round((total * percent) / 100) };
        subject.add(tally);
        definition.add(tally);
        if (isEvaluated) expect(subject.evaluate(now + hour)).toEqual(definition.evaluate(now + hour));
      }
    }),
    { numRuns: runs(2000) },
  );
});

describe('the evaluator', () => {
  const tallies = (count: number, total: number, bad: number, from = 0): RateBucket[] =>
    Array.from({ length: count }, (_, i) => ({ start: noon + (from + i) * hour, total, bad }));

  test('judges what starts before the end, and nothing at it', () => {
    const all = tallies(1, 100, 50);
    expect(evaluateCusum(initialCusum, all, { line, until: noon }).state).toBe(initialCusum);
    expect(evaluateCusum(initialCusum, all, { line, until: noon + 1 }).state).toEqual({
      status: 'critical',
      from: Number.NEGATIVE_INFINITY,
      raisedAt: noon + 1,
    });
  });

  test('has nothing to say of a scope nobody has sent in', () => {
    const nothing = { approaching: 0, critical: 0, recovery: 0, since: Number.POSITIVE_INFINITY, bad: 0, total: 0 };
    expect(evaluateCusum(initialCusum, [], { line, until: noon })).toEqual({ watch: initialCusum, sums: nothing });
    expect(evaluateCusum(initialCusum, tallies(1, 0, 99), { line, until: noon + hour })).toEqual({
      watch: initialCusum,
      sums: nothing,
    });
  });

  test('asked again at once, after a gap, or by a clock that was set back, raises nothing twice', () => {
    const all = [...tallies(1, 100, 50), ...tallies(2, 100, 5, 1)];
    let { state } = evaluateCusum(initialCusum, all, { line, until: noon + hour });
    const raised = state;
    for (const hours of [1, 3, 0.5, -5, 3]) {
      state = evaluateCusum(state, all, { line, until: noon + hours * hour }).state;
      expect(state).toBe(raised);
    }
  });

  test('counts the sends of a day to the millisecond for the limit', () => {
    // It is 51 too many: of a limit of 56 with the large tally, of 6 without.
    const sent = { start: noon, total: 100_000, bad: 0 };
    const bad = { start: noon + 23 * hour, total: 100, bad: 55 };
    const at = (until: number) => evaluateCusum(initialCusum, [sent, bad], { line, until }).state.status;
    expect([at(noon + day), at(noon + day + 1)]).toEqual(['ok', 'critical']);
  });

  test('forgets what is 30 days ago, to the millisecond', () => {
    const all = tallies(1, 100, 50);
    const at = (until: number) => evaluateCusum(initialCusum, all, { line, until }).state.status;
    expect([at(noon + memory), at(noon + memory + 1)]).toEqual(['critical', 'ok']);
  });
});
