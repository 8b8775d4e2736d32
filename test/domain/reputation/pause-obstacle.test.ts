import { readPolicy } from '../../../shared/domain/policy/policy.ts';
import { pauseObstacle } from '../../../shared/domain/reputation/pause-obstacle.ts';
import type { SesMetrics } from '../../../shared/domain/reputation/ses-metrics.ts';
import { day, noon } from '../../support/ses.ts';
import { bucket, snapshot } from './snapshot-fixture.ts';

const minute = 60_000;

/** The obstacle after 1,000 emails at noon, of which 100 bounced and 10 were reported as spam. */
const obstacle = (sesMetrics: SesMetrics, metric: 'bounceRate' | 'complaintRate' = 'bounceRate') =>
  pauseObstacle(
    snapshot({
      until: noon + 10 * minute,
      buckets: [bucket({ sends: 1000, hard: 100, complaints: 10 })],
      sesMetrics,
      policy: readPolicy({}),
    }),
    metric,
  );
const sends = (value: number, at = noon) => ({ sends: [{ at, value }] });
const reputation = (bounceRate: number, complaintRate = 0.01) => ({
  reputation: { bounceRate: [{ at: noon, value: bounceRate }], complaintRate: [{ at: noon, value: complaintRate }] },
});

test.each<[string, SesMetrics, RegExp | undefined]>([
  ['nothing is known', {}, undefined],
  ['a message is in the dead-letter queue', { volumeDeadLetters: 1 }, /^Send events are in the dead-letter queue, so/],
  ['the dead-letter queue is empty', { volumeDeadLetters: 0 }, undefined],
  ['the queue is ten minutes behind', { volumeDelayMs: 10 * minute }, undefined],
  ['the queue is more than ten minutes behind', { volumeDelayMs: 10 * minute + 1 }, /^Send events are delayed, so/],
  ['SES counts a fourth more sends', sends(1250), undefined],
  ['SES counts still more sends', sends(1251), /^SES counts more emails than arrived here/],
  ['SES counted more sends before', sends(9000, noon - 2 * day), undefined],
  ['SES counts as many sends, whatever its rate', { ...sends(1000), ...reputation(0.001) }, undefined],
  [
    'SES measures less than half of the rate',
    reputation(0.0249),
    /^SES itself measures a bounce rate of 2\.5 % for the account$/,
  ],
  ['SES measures half of the review threshold', reputation(0.025), undefined],
  ['SES has published no rate', { reputation: { bounceRate: [], complaintRate: [] } }, undefined],
])('if %s', (_name, metrics, expected) => {
  const found = obstacle(metrics);
  if (expected === undefined) expect(found).toBeUndefined();
  else expect(found).toMatch(expected);
});

test('each rate is compared with its own', () => {
  expect(obstacle(reputation(0.1, 0.0001), 'complaintRate')).toMatch(/complaint rate of 0\.01 %/);
  expect(obstacle(reputation(0.1, 0.0001))).toBeUndefined();
  expect(obstacle(reputation(0.01, 0.01), 'complaintRate')).toBeUndefined();
});

test('a rate that SES measures as low as it is here contradicts nothing', () => {
  const low = snapshot({
    until: noon + 10 * minute,
    buckets: [bucket({ sends: 1000, hard: 10 })],
    sesMetrics: reputation(0.008),
  });
  expect(pauseObstacle(low, 'bounceRate')).toBeUndefined();
});

test('with fewer than 200 sends in its count, the counts are not compared', () => {
  const few = (value: number) =>
    pauseObstacle(snapshot({ until: noon + minute, buckets: [], sesMetrics: sends(value) }), 'bounceRate');
  expect([few(199), few(200) === undefined]).toEqual([undefined, false]);
});

test('a rate that SES measures as half of the rate here contradicts nothing', () => {
  const half = (bounceRate: number) =>
    pauseObstacle(
      snapshot({
        until: noon + minute,
        buckets: [bucket({ sends: 1000, hard: 40 })],
        sesMetrics: reputation(bounceRate),
      }),
      'bounceRate',
    );
  expect(half(0.02)).toBeUndefined();
  expect(half(0.019)).toMatch(/bounce rate of 1\.9 %/);
});

test('SES’s rate is compared with the thresholds of the account', () => {
  const policy = readPolicy({ scopes: { account: { reviewThresholds: { bounceRate: 0.02 } } } });
  const buckets = [bucket({ sends: 1000, hard: 100 })];
  const fields = { until: noon + minute, buckets, sesMetrics: reputation(0.015) };
  expect(pauseObstacle(snapshot({ ...fields, policy }), 'bounceRate')).toBeUndefined();
  expect(pauseObstacle(snapshot(fields), 'bounceRate')).toMatch(/bounce rate of 1\.5 %/);
});

test('without a rate of its own, nothing is contradicted', () => {
  const fields = { until: noon + minute, buckets: [], sesMetrics: reputation(0.001) };
  expect(pauseObstacle(snapshot(fields), 'bounceRate')).toBeUndefined();
});
