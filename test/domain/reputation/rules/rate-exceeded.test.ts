import { readPolicy } from '../../../../shared/domain/policy/policy.ts';
import type { Alarm } from '../../../../shared/domain/reputation/alarm.ts';
import { measureRates, type RateMeasurement } from '../../../../shared/domain/reputation/rules/measure-rate.ts';
import { evaluateRateExceeded } from '../../../../shared/domain/reputation/rules/rate-exceeded.ts';
import type { ScopeSnapshot } from '../../../../shared/domain/reputation/scope-snapshot.ts';
import { noon } from '../../../support/ses.ts';
import { bucket, snapshot } from '../snapshot-fixture.ts';

const obstacle = 'SES counts fewer bounces';
const pausing = readPolicy({ autoPause: { enabled: true } });
/** A campaign with many bounces, for which the policy allows a pause that something contradicts. */
const campaign: Partial<ScopeSnapshot> = {
  scope: 'configuration-set:news',
  buckets: [bucket({ sends: 2000, hard: 400 })],
  policy: pausing,
};

function evaluate(
  fields: Partial<ScopeSnapshot>,
  change: (one: RateMeasurement) => Partial<RateMeasurement> = () => ({}),
) {
  const state = snapshot({ ...campaign, ...fields });
  const measurement = measureRates(state).bounceRate;
  return evaluateRateExceeded(state, 'bounceRate', { ...measurement, ...change(measurement) });
}

const contradicted = { pauseObstacles: { bounceRate: obstacle } };

test('a pause is requested if the policy allows it and nothing contradicts it', () => {
  expect(evaluate({}).result).toMatchObject({ status: 'critical', requestsPause: true });
  expect(evaluate({}).figures).not.toHaveProperty('pauseObstacle');
});

test('a pause that is contradicted is not requested, and the notice says why', () => {
  const { result, figures } = evaluate(contradicted);
  expect(result.requestsPause).toBe(false);
  expect(figures.pauseObstacle).toBe(obstacle);
});

test('what contradicts the pause of another rate does not matter', () => {
  const { result, figures } = evaluate({ pauseObstacles: { complaintRate: obstacle } });
  expect(result.requestsPause).toBe(true);
  expect(figures).not.toHaveProperty('pauseObstacle');
});

test.each<[string, Partial<ScopeSnapshot>]>([
  ['the policy does not pause', { policy: readPolicy({}) }],
  ['the scope is neither a tenant nor a configuration set', { scope: 'identity:a.example' }],
  ['too few emails were sent', { buckets: [bucket({ sends: 999, hard: 400 })] }],
])('nothing is said about a pause if %s', (_name, fields) => {
  const { result, figures } = evaluate({ ...contradicted, ...fields });
  expect(result).toMatchObject({ status: 'critical', requestsPause: false });
  expect(figures).not.toHaveProperty('pauseObstacle');
});

test('nothing is said about a pause while the rate is not critical', () => {
  const { figures } = evaluate(contradicted, ({ cusum }) => ({ cusum: { ...cusum, status: 'approaching' } }));
  expect(figures).not.toHaveProperty('pauseObstacle');
});

test('nothing is said about a pause that has been made', () => {
  const { figures } = evaluate(contradicted, ({ alarm }) => ({
    alarm: { ...alarm, autoPause: { kind: 'done', at: noon } } as Alarm,
  }));
  expect(figures).not.toHaveProperty('pauseObstacle');
});

test('a rate that is low again for the newest emails is reported as recovering', () => {
  expect(evaluate({}, () => ({ isRecovering: true })).result.isRecovering).toBe(true);
  expect(evaluate({}).result).not.toHaveProperty('isRecovering');
});
