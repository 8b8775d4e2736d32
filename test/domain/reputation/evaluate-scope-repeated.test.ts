import fc from 'fast-check';
import type { Alarm, AlarmName } from '../../../shared/domain/reputation/alarm.ts';
import { type CounterBucket, mergeBuckets } from '../../../shared/domain/reputation/counter-bucket.ts';
import { evaluateScope, type ScopeSnapshot } from '../../../shared/domain/reputation/evaluate-scope.ts';
import { runs } from '../../support/runs.ts';
import { day, hour, noon } from '../../support/ses.ts';
import { sight, stretch } from './snapshot-fixture.ts';

/** An evaluator with nothing in mind but its alarms, that looks when it is told to. Everything it says is published at once. */
function createEvaluator(scope = 'account') {
  const alarms = new Map<string, AlarmName & { alarm: Alarm }>();
  const told: string[] = [];
  return {
    told,
    statuses: () => [...alarms.values()].map(({ rule, metric, alarm }) => `${rule} ${metric} ${alarm.status}`),
    look(now: number, buckets: readonly CounterBucket[], fields: Partial<ScopeSnapshot> = {}) {
      const known = {
        scope,
        now,
        until: now,
        buckets: mergeBuckets(buckets, 0),
        alarms: [...alarms.values()],
      };
      for (const { name, change } of evaluateScope(sight({ ...known, ...fields }))) {
        if (name.rule === 'missing-feedback') continue;
        if (change) alarms.set(`${name.rule} ${name.metric}`, { ...name, alarm: change.alarm });
        if (change?.notice) told.push(`${change.notice} ${name.rule} ${change.alarm.status}`);
      }
    },
  };
}

/** An hour's mails each, one after the other. */
const hourly = (...bounced: number[]) =>
  bounced.map((hard, i) => stretch({ start: noon + i * hour, sends: 100, hard }));
const times = (count: number, value: number) => Array.from({ length: count }, () => value);

test('flapping around the line is one incident, with a reminder a day', () => {
  const evaluator = createEvaluator();
  const buckets = hourly(...times(36, 0).flatMap(() => [9, 3]), ...times(20, 0));
  for (let i = 1; i <= buckets.length; i++) evaluator.look(noon + i * hour, buckets.slice(0, i));
  expect(evaluator.told).toEqual([
    'raised rate-exceeded approaching',
    'raised rate-exceeded critical',
    'reminder rate-exceeded critical',
    'reminder rate-exceeded critical',
    'resolved rate-exceeded ok',
  ]);
});

test("SES's rate around the level is one incident", () => {
  const evaluator = createEvaluator();
  const flapping = times(40, 0).flatMap((_, i) => (i % 2 === 0 ? [0.031, 0.0301] : [0.028, 0.0269]));
  const values = [...flapping, ...times(8, 0.02)];
  for (let i = 1; i <= values.length; i++) {
    const series = values.slice(0, i).map((value, index) => ({ at: noon + index * 900_000, value }));
    evaluator.look(noon + i * 900_000, [], { sesMetrics: { reputation: { bounceRate: series, complaintRate: [] } } });
  }
  expect(evaluator.told).toEqual(['raised near-threshold approaching', 'resolved near-threshold ok']);
});

/** Looks in any order at any time: minutes that are missed, come twice, or that a clock has jumped to. */
const looks = fc.array(fc.integer({ min: 0, max: 60 }), { maxLength: 6 });

test('a sender who is well is told of nothing, whenever it is looked at, however late and in whatever order it is known', () => {
  const buckets = hourly(...times(60, 2));
  const arrivals = fc.shuffledSubarray(buckets, { minLength: buckets.length });
  fc.assert(
    fc.property(looks, arrivals, (at, arriving) => {
      const evaluator = createEvaluator();
      for (const [index, hours] of at.entries()) evaluator.look(noon + hours * hour, arriving.slice(0, 6 * index));
      expect([evaluator.told, evaluator.statuses()]).toEqual([[], []]);
    }),
    { numRuns: runs(100) },
  );
});

test('one who is not is told of once, whichever minutes are missed and wherever the clock has been', () => {
  fc.assert(
    fc.property(looks, (at) => {
      const evaluator = createEvaluator('tenant:a');
      const buckets = hourly(...times(40, 2), ...times(20, 20));
      for (const hours of [...at, 60]) evaluator.look(noon + hours * hour, buckets);
      const raised = evaluator.told.filter((text) => !text.startsWith('reminder'));
      expect(raised.at(-1)).toBe('raised rate-exceeded critical');
      expect([1, 2]).toContain(raised.length);
      expect(evaluator.statuses()).toEqual(['excess bounceRate critical']);
    }),
    { numRuns: runs(100) },
  );
});

test('bounces that are known late are told of in the same incident, or not at all', () => {
  const evaluator = createEvaluator();
  const [sent, bounced] = [hourly(...times(24, 0)), stretch({ start: noon + 22 * hour, hard: 30 })];
  evaluator.look(noon + day, sent);
  evaluator.look(noon + day + 1, [...sent, bounced]);
  evaluator.look(noon + day + 2, [bounced, ...sent]);
  expect(evaluator.told).toEqual(['raised rate-exceeded critical']);
  const recovered = createEvaluator();
  const old = stretch({ start: noon + hour, hard: 10 });
  recovered.look(noon + day, [...sent, old]);
  expect(recovered.told).toEqual([]);
});
