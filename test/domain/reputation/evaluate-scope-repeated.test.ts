import fc from 'fast-check';
import type { Alarm } from '../../../shared/domain/reputation/alarm.ts';
import type { AlarmName } from '../../../shared/domain/reputation/alarm-name.ts';
import { type CounterBucket, mergeBuckets } from '../../../shared/domain/reputation/counter-bucket.ts';
import { evaluateScope } from '../../../shared/domain/reputation/evaluate-scope.ts';
import type { ScopeSnapshot } from '../../../shared/domain/reputation/scope-snapshot.ts';
import { runs } from '../../support/runs.ts';
import { day, hour, noon } from '../../support/ses.ts';
import { bucket, snapshot } from './snapshot-fixture.ts';

/** Evaluates a scope whenever a test asks for it, stores only the alarms, and publishes every notice at once. */
function createEvaluator(scope = 'account') {
  const alarms = new Map<string, AlarmName & { alarm: Alarm }>();
  const notices: string[] = [];
  return {
    notices,
    statuses: () => [...alarms.values()].map(({ rule, metric, alarm }) => `${rule} ${metric} ${alarm.status}`),
    evaluate(now: number, buckets: readonly CounterBucket[], fields: Partial<ScopeSnapshot> = {}) {
      const current = {
        scope,
        now,
        until: now,
        buckets: mergeBuckets(buckets, 0),
        alarms: [...alarms.values()],
      };
      for (const { name, change } of evaluateScope(snapshot({ ...current, ...fields }))) {
        if (name.rule.startsWith('missing-')) continue;
        if (change) alarms.set(`${name.rule} ${name.metric}`, { ...name, alarm: change.alarm });
        if (change?.notice) notices.push(`${change.notice} ${name.rule} ${change.alarm.status}`);
      }
    },
  };
}

/** Builds buckets of one hour each, from noon on. */
const hourly = (...bounces: number[]) => bounces.map((hard, i) => bucket({ start: noon + i * hour, sends: 100, hard }));
const times = (count: number, value: number) => Array.from({ length: count }, () => value);

test('a rate that flaps around the threshold is one incident, with a reminder every day', () => {
  const evaluator = createEvaluator();
  const buckets = hourly(...times(36, 0).flatMap(() => [9, 3]), ...times(20, 0));
  for (let i = 1; i <= buckets.length; i++) evaluator.evaluate(noon + i * hour, buckets.slice(0, i));
  expect(evaluator.notices).toEqual([
    'raised rate-exceeded approaching',
    'raised rate-exceeded critical',
    'reminder rate-exceeded critical',
    'reminder rate-exceeded critical',
    'reminder rate-exceeded critical',
    'resolved rate-exceeded ok',
  ]);
});

test('a rate of SES that flaps around the level is one incident', () => {
  const evaluator = createEvaluator();
  const flapping = times(40, 0).flatMap((_, i) => (i % 2 === 0 ? [0.031, 0.0301] : [0.028, 0.0269]));
  const values = [...flapping, ...times(8, 0.02)];
  for (let i = 1; i <= values.length; i++) {
    const series = values.slice(0, i).map((value, index) => ({ at: noon + index * 900_000, value }));
    evaluator.evaluate(noon + i * 900_000, [], {
      sesMetrics: { reputation: { bounceRate: series, complaintRate: [] } },
    });
  }
  expect(evaluator.notices).toEqual(['raised near-threshold approaching', 'resolved near-threshold ok']);
});

/** Evaluations at any times in any order: minutes are left out or come twice, or the clock jumps. */
const evaluationTimes = fc.array(fc.integer({ min: 0, max: 60 }), { maxLength: 6 });

test('a healthy sender raises no alarm, whenever it is evaluated, and however late and in whatever order its emails become known', () => {
  const buckets = hourly(...times(60, 2));
  const arrivals = fc.shuffledSubarray(buckets, { minLength: buckets.length });
  fc.assert(
    fc.property(evaluationTimes, arrivals, (at, arriving) => {
      const evaluator = createEvaluator();
      for (const [index, hours] of at.entries()) evaluator.evaluate(noon + hours * hour, arriving.slice(0, 6 * index));
      expect([evaluator.notices, evaluator.statuses()]).toEqual([[], []]);
    }),
    { numRuns: runs(100) },
  );
});

test('an unhealthy sender raises one alarm, whichever minutes are left out and however the clock jumps', () => {
  fc.assert(
    fc.property(evaluationTimes, (at) => {
      const evaluator = createEvaluator('tenant:a');
      const buckets = hourly(...times(40, 2), ...times(20, 20));
      for (const hours of [...at, 60]) evaluator.evaluate(noon + hours * hour, buckets);
      const raised = evaluator.notices.filter((text) => !text.startsWith('reminder'));
      expect(raised.at(-1)).toBe('raised rate-exceeded critical');
      expect([1, 2]).toContain(raised.length);
      expect(evaluator.statuses()).toEqual(['rate-exceeded bounceRate critical']);
    }),
    { numRuns: runs(100) },
  );
});

test('late bounces belong to the same incident, and raise no alarm if the rate has recovered since', () => {
  const evaluator = createEvaluator();
  const [sent, late] = [hourly(...times(24, 0)), bucket({ start: noon + 22 * hour, hard: 30 })];
  evaluator.evaluate(noon + day, sent);
  evaluator.evaluate(noon + day + 1, [...sent, late]);
  evaluator.evaluate(noon + day + 2, [late, ...sent]);
  expect(evaluator.notices).toEqual(['raised rate-exceeded critical']);
  const recovered = createEvaluator();
  const old = bucket({ start: noon + hour, hard: 10 });
  recovered.evaluate(noon + day, [...sent, old]);
  expect(recovered.notices).toEqual([]);
});
