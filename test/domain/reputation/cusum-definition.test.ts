import fc from 'fast-check';
import { excessLimit, judgeTallies, quiet, type Status, type Tally } from '../../../shared/domain/reputation/cusum.ts';
import { createHistory, type ExcessTransition } from '../../../shared/domain/reputation/incremental-cusum.ts';
import { runs } from '../../support/runs.ts';
import { day, hour, noon } from '../../support/ses.ts';

const line = 0.05;
const memory = 30 * day;
const near = 1e-9;

/** The definition, word for word: every window that ends now, and none remembered from one evaluation to the next. */
function createDefinition(scopes: number) {
  const tallies: Tally[] = [];
  let [status, from, raisedAt]: [Status, number, number] = ['ok', Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
  const upTo = (until: number) => tallies.filter(({ start }) => start < until).toSorted((a, b) => a.start - b.start);

  /** The largest sum over any run of tallies that ends with the last one, and the run: the shortest, before which all was even. */
  function largest(all: readonly Tally[], weigh: (tally: Tally) => number) {
    let best = { level: 0, b: 0, n: 0 };
    let [sum, b, n] = [0, 0, 0];
    for (const tally of all.toReversed()) {
      if (tally.n === 0) continue;
      [sum, b, n] = [sum + weigh(tally), b + tally.b, n + tally.n];
      // These sums are not exact: a run that is even must not look a little better than none.
      if (sum > best.level + near) best = { level: sum, b, n };
    }
    return best;
  }

  return {
    add: (tally: Tally) => tallies.push(tally),
    evaluate(until: number): ExcessTransition | undefined {
      const merged = new Map<number, Tally>();
      for (const { start, n, b } of upTo(until)) {
        const held = merged.get(start) ?? { start, n: 0, b: 0 };
        merged.set(start, { start, n: held.n + n, b: held.b + b });
      }
      const all = [...merged.values()];
      const window = all.filter(({ start }) => start >= Math.max(from, until - memory));
      const sends = all.filter(({ start }) => start >= until - day).reduce((sum, { n }) => sum + n, 0);
      const limit = excessLimit(line, sends, scopes);
      const u = largest(window, ({ b, n }) => b - 0.8 * line * n);
      const c = largest(window, ({ b, n }) => b - line * n);
      const d = largest(
        all.filter(({ start }) => start >= raisedAt),
        ({ b, n }) => 0.5 * line * n - b,
      );
      const to = ((): Status => {
        if (status === 'ok') return u.level < limit - near ? 'ok' : c.level < limit - near ? 'approaching' : 'critical';
        if (status === 'approaching' && c.level >= limit - near) return 'critical';
        return d.level >= limit - near ? 'ok' : status;
      })();
      if (to === status) return undefined;
      const transition = { from: status, to, b: u.b, n: u.n };
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
    n: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 60 }), fc.integer({ min: 100, max: 1500 })),
    percent: fc.constantFrom(0, 0, 1, 4, 5, 8, 20, 120),
    isEvaluated: fc.boolean(),
  }),
  { maxLength: 60 },
);

/** A watch that is carried on from one look to the next, and all tallies judged anew at each: what the evaluator does. */
function createEvaluator(scopes: number) {
  const counters = new Map<number, Tally>();
  let watch = quiet;
  return {
    add({ start, n, b }: Tally) {
      const held = counters.get(start) ?? { start, n: 0, b: 0 };
      counters.set(start, { start, n: held.n + n, b: held.b + b });
    },
    evaluate(until: number): ExcessTransition | undefined {
      const tallies = [...counters.values()].sort((a, b) => a.start - b.start);
      const { watch: next, fold } = judgeTallies(watch, tallies, { line, until, scopes });
      const transition = { from: watch.status, to: next.status, b: fold.b, n: fold.n };
      const isSame = next === watch;
      watch = next;
      return isSame ? undefined : transition;
    },
  };
}

test.each<
  [string, (scopes: number) => Pick<ReturnType<typeof createDefinition>, 'evaluate'> & { add(tally: Tally): unknown }]
>([
  ['the history in memory', (scopes) => createHistory(line, scopes)],
  ['the evaluator', createEvaluator],
])('whatever comes, however late: %s says what the definition says', (_name, create) => {
  fc.assert(
    fc.property(actions, fc.constantFrom(1, 1, 50), (all, scopes) => {
      const [subject, definition] = [create(scopes), createDefinition(scopes)];
      let now = noon;
      for (const { hours, late, n, percent, isEvaluated } of all) {
        now += hours * hour;
        const tally = { start: now - late * hour, n, b: Math.round((n * percent) / 100) };
        subject.add(tally);
        definition.add(tally);
        if (isEvaluated) expect(subject.evaluate(now + hour)).toEqual(definition.evaluate(now + hour));
      }
    }),
    { numRuns: runs(2000) },
  );
});

describe('the evaluator', () => {
  const tallies = (count: number, n: number, b: number, from = 0): Tally[] =>
    Array.from({ length: count }, (_, i) => ({ start: noon + (from + i) * hour, n, b }));

  test('judges what starts before the end, and nothing at it', () => {
    const all = tallies(1, 100, 50);
    expect(judgeTallies(quiet, all, { line, until: noon }).watch).toBe(quiet);
    expect(judgeTallies(quiet, all, { line, until: noon + 1 }).watch).toEqual({
      status: 'critical',
      from: Number.NEGATIVE_INFINITY,
      raisedAt: noon + 1,
    });
  });

  test('has nothing to say of a scope nobody has sent in', () => {
    const nothing = { u: 0, c: 0, d: 0, since: Number.POSITIVE_INFINITY, b: 0, n: 0 };
    expect(judgeTallies(quiet, [], { line, until: noon })).toEqual({ watch: quiet, fold: nothing });
    expect(judgeTallies(quiet, tallies(1, 0, 99), { line, until: noon + hour })).toEqual({
      watch: quiet,
      fold: nothing,
    });
  });

  test('asked again at once, after a gap, or by a clock that was set back, raises nothing twice', () => {
    const all = [...tallies(1, 100, 50), ...tallies(2, 100, 5, 1)];
    let { watch } = judgeTallies(quiet, all, { line, until: noon + hour });
    const raised = watch;
    for (const hours of [1, 3, 0.5, -5, 3]) {
      watch = judgeTallies(watch, all, { line, until: noon + hours * hour }).watch;
      expect(watch).toBe(raised);
    }
  });

  test('counts the sends of a day to the millisecond for the limit', () => {
    // It is 51 too many: of a limit of 56 with the large tally, of 6 without.
    const sent = { start: noon, n: 100_000, b: 0 };
    const bad = { start: noon + 23 * hour, n: 100, b: 55 };
    const at = (until: number) => judgeTallies(quiet, [sent, bad], { line, until }).watch.status;
    expect([at(noon + day), at(noon + day + 1)]).toEqual(['ok', 'critical']);
  });

  test('forgets what is 30 days ago, to the millisecond', () => {
    const all = tallies(1, 100, 50);
    const at = (until: number) => judgeTallies(quiet, all, { line, until }).watch.status;
    expect([at(noon + memory), at(noon + memory + 1)]).toEqual(['critical', 'ok']);
  });
});
