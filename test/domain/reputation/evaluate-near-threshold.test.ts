import { readPolicy } from '../../../shared/domain/policy/policy.ts';
import { evaluateScope } from '../../../shared/domain/reputation/evaluate-scope.ts';
import { hour, noon } from '../../support/ses.ts';
import { bucket, evaluateAlarm, reputation, snapshot, stored } from './snapshot-fixture.ts';

const bad = bucket({ sends: 100, hard: 20 });

describe('the headroom in the figures', () => {
  const headroom = (...buckets: Parameters<typeof bucket>[0][]) =>
    evaluateAlarm({ buckets: buckets.map(bucket) }, 'rate-exceeded', 'bounceRate').figures.headroom;

  test('is the distance to the review threshold, with a forecast from the last 6 hours', () => {
    const before = { start: noon + hour - 6 * hour - 1, sends: 1800 };
    const recent = { start: noon + hour - 6 * hour, sends: 200, hard: 20 };
    expect(headroom(before, recent)).toEqual({ to: 'review', remaining: 84, hoursToThreshold: 48, basedOnHours: 6 });
  });

  test('has a forecast from the emails since the rate rose, while the alarm is raised', () => {
    const [before, current] = [
      { start: noon - hour, sends: 900 },
      { start: noon, sends: 100, hard: 15 },
    ];
    // 15 of 100 in an hour, and 1,000 emails in all: (0.05 · 1000 − 15) / (15 − 0.05 · 100) hours.
    expect(headroom(before, current)).toEqual({ to: 'review', remaining: 36, hoursToThreshold: 3.5, basedOnHours: 1 });
    // Too few for an alarm: together with the 900 earlier emails, they move the rate away from the threshold.
    expect(headroom(before, { ...current, hard: 9 })).toEqual({ to: 'review', remaining: 43, basedOnHours: 6 });
  });

  test('has a forecast from the last 6 hours if the rate is no longer elevated', () => {
    const alarms = [stored({ scope: 'account', rule: 'rate-exceeded', metric: 'bounceRate' }, { status: 'critical' })];
    const buckets = [bucket({ sends: 100, hard: 4 })];
    const { result, figures } = evaluateAlarm({ alarms, buckets }, 'rate-exceeded', 'bounceRate');
    expect(result.status).toBe('critical');
    expect(figures).not.toHaveProperty('elevatedSince');
    expect(figures.headroom).toEqual({ to: 'review', remaining: 1, basedOnHours: 6 });
  });

  test('is the distance to the pause threshold once the review threshold is reached', () => {
    expect(headroom({ sends: 2000, hard: 99 })).toMatchObject({ to: 'review', remaining: 1 });
    expect(headroom({ sends: 2000, hard: 100 })).toEqual({ to: 'pause', remaining: 111, basedOnHours: 1 });
    expect(headroom({ sends: 2000, hard: 200 })).toEqual({ to: 'pause', remaining: 0, basedOnHours: 1 });
  });

  test('is zero if more emails bounced than were sent, or if none were sent', () => {
    expect(headroom({ sends: 10, hard: 30 })).toEqual({ to: 'pause', remaining: 0, basedOnHours: 1 });
    expect(headroom({ sends: 0, hard: 30 })).toEqual({ to: 'review', remaining: 0, basedOnHours: 6 });
  });
});

describe('the rate that SES measures', () => {
  const sesMetrics = { reputation: reputation([0.01, 0.01, 0.04, 0.031, 0.031, 0.031, 0.031]) };

  test('raises an alarm of the account, with the highest value of the last hour as its peak', () => {
    const { figures, result, change } = evaluateAlarm({ sesMetrics, buckets: [bad] }, 'near-threshold', 'bounceRate');
    expect(result).toEqual({
      status: 'approaching',
      peak: { rate: 0.04 },
      isSending: true,
      requestsPause: false,
      isInhibited: true,
    });
    expect(figures).toMatchObject({
      bad: 20,
      total: 100,
      ses: { rate: 0.031 },
      headroom: { to: 'pause', remaining: 0 },
    });
    expect(figures).not.toHaveProperty('elevatedSince');
    expect(change?.alarm).toMatchObject({ status: 'approaching', announced: 'ok', peak: { rate: 0.04 } });
    const ofTenant = evaluateScope(snapshot({ scope: 'identity:a.example', sesMetrics }));
    expect(ofTenant.map(({ name }) => name.rule)).toEqual(['rate-exceeded', 'rate-exceeded', 'missing-sends']);
  });

  test('is evaluated for each rate, at the levels of the policy', () => {
    const policy = readPolicy({ headroom: { approaching: 0.2, critical: 0.5 } });
    const fields = { sesMetrics: { reputation: reputation([0.03], [0.0003]) }, policy };
    expect(evaluateAlarm(fields, 'near-threshold', 'bounceRate').result.status).toBe('critical');
    expect(evaluateAlarm(fields, 'near-threshold', 'complaintRate').result.status).toBe('approaching');
  });

  test('is compared with the AWS thresholds if those of the policy are laxer, otherwise with those of the policy', () => {
    const evaluate = (rate: number, review: number, pause: number) => {
      const policy = readPolicy({ reviewThresholds: { bounceRate: review }, pauseThresholds: { bounceRate: pause } });
      const { result, figures } = evaluateAlarm(
        { policy, sesMetrics: { reputation: reputation([rate]) } },
        'near-threshold',
        'bounceRate',
      );
      return [result.status, figures.thresholds];
    };
    expect(evaluate(0.031, 0.2, 0.4)).toEqual(['approaching', { review: 0.05, pause: 0.1 }]);
    expect(evaluate(0.019, 0.02, 0.03)).toEqual(['critical', { review: 0.02, pause: 0.03 }]);
  });

  test('has the highest value of the incident as its peak', () => {
    const name = { scope: 'account', rule: 'near-threshold', metric: 'bounceRate' } as const;
    const peakSince = (at: number) =>
      evaluateAlarm(
        {
          sesMetrics: { reputation: reputation([0.09, 0.08, 0.03]) },
          alarms: [stored(name, { status: 'approaching', since: at })],
        },
        ...(['near-threshold', 'bounceRate'] as const),
      ).result.peak;
    expect([noon + 0.5 * hour, noon + 0.5 * hour + 1, noon + hour + 1].map(peakSince)).toEqual([
      { rate: 0.09 },
      { rate: 0.08 },
      undefined,
    ]);
  });

  test('has a peak from the last hour, and not from earlier, when the alarm is raised', () => {
    const hourAgo = evaluateAlarm(
      { sesMetrics: { reputation: reputation([0.09, 0.01, 0.01, 0.01, 0.031]) } },
      'near-threshold',
      'bounceRate',
    );
    const longAgo = evaluateAlarm(
      { sesMetrics: { reputation: reputation([0.09, 0.01, 0.01, 0.01, 0.01, 0.031]) } },
      'near-threshold',
      'bounceRate',
    );
    expect([hourAgo.result.peak, longAgo.result.peak]).toEqual([{ rate: 0.09 }, { rate: 0.031 }]);
  });

  test('that is missing leaves the alarm unchanged, and is not in the figures', () => {
    const alarms = [
      stored(
        { scope: 'account', rule: 'near-threshold', metric: 'bounceRate' },
        { status: 'critical', announced: 'critical' },
      ),
    ];
    for (const missing of [{}, { reputation: reputation([]) }]) {
      const { result, figures, change } = evaluateAlarm(
        { sesMetrics: missing, alarms },
        'near-threshold',
        'bounceRate',
      );
      expect(result).toEqual({ status: undefined, isSending: false, requestsPause: false, isInhibited: false });
      expect(figures).not.toHaveProperty('ses');
      expect(change).toBeUndefined();
    }
  });
});
