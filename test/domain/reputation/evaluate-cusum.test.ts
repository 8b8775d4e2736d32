import fc from 'fast-check';
import { initialCusum } from '../../../shared/domain/reputation/cusum.ts';
import { evaluateCusum } from '../../../shared/domain/reputation/evaluate-cusum.ts';
import { createIncrementalCusum } from '../../../shared/domain/reputation/incremental-cusum.ts';
import { runs } from '../../support/runs.ts';
import { hour, noon } from '../../support/ses.ts';

const slot = 5 * 60_000;
const options = { threshold: 0.05, maturityMs: 4 * hour };

test('evaluating all buckets again and keeping them in memory give the same transitions', () => {
  const bucket = fc.record({ at: fc.nat(300), slot: fc.nat(300), total: fc.nat(60), bad: fc.nat(20) });
  fc.assert(
    fc.property(fc.array(bucket, { minLength: 5, maxLength: 60 }), (given) => {
      const arriving = given.toSorted((a, b) => a.at - b.at);
      const incremental = createIncrementalCusum(options);
      const buckets: { start: number; total: number; bad: number }[] = [];
      let state = initialCusum;
      for (const { at, slot: index, total, bad } of arriving) {
        const one = { start: noon + Math.min(index, at) * slot, total, bad };
        buckets.push(one);
        incremental.add(one);
        const until = noon + (at + 1) * slot;
        const next = evaluateCusum(state, buckets, { ...options, until });
        const { bad: all, total: of } = next.excess;
        const expected =
          next.state === state ? undefined : { from: state.status, to: next.state.status, bad: all, total: of };
        expect(incremental.evaluate(until)).toEqual(expected);
        state = next.state;
      }
    }),
    { numRuns: runs(200) },
  );
});

test('the emails of an hour are mature when the hour is as old as the maturity, and no earlier', () => {
  const { maturityMs } = options;
  const buckets = [
    { start: noon, total: 100, bad: 50 },
    { start: noon + hour, total: 100_000, bad: 0 },
  ];
  const raised = evaluateCusum(initialCusum, buckets.slice(0, 1), { ...options, until: noon + slot }).state;
  expect(raised.status).toBe('critical');
  const at = (until: number) => evaluateCusum(raised, buckets, { ...options, until }).state.status;
  expect([at(noon + hour + maturityMs), at(noon + 2 * hour + maturityMs)]).toEqual(['critical', 'ok']);
});
