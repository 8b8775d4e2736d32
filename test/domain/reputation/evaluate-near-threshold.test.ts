import { readPolicy } from '../../../shared/domain/policy/policy.ts';
import { evaluateScope } from '../../../shared/domain/reputation/evaluate-scope.ts';
import { hour, noon } from '../../support/ses.ts';
import { held, judge, reputation, sight, stretch } from './snapshot-fixture.ts';

const bad = stretch({ sends: 100, hard: 20 });

describe('the headroom that is shown', () => {
  const shown = (...buckets: Parameters<typeof stretch>[0][]) =>
    judge({ buckets: buckets.map(stretch) }, 'rate-exceeded', 'bounceRate').figures.headroom;

  test('is to the review line, at the pace of the last 6 hours', () => {
    const before = { start: noon + hour - 6 * hour - 1, sends: 1800 };
    const recent = { start: noon + hour - 6 * hour, sends: 200, hard: 20 };
    expect(shown(before, recent)).toEqual({ to: 'review', remaining: 84, hoursToThreshold: 48, basedOnHours: 6 });
  });

  test('goes by the mails since the excess began, as long as it lasts', () => {
    const [before, now] = [
      { start: noon - hour, sends: 900 },
      { start: noon, sends: 100, hard: 15 },
    ];
    // 15 of 100 an hour, and 1,000 mails before them: (0.05 · 1000 − 15) / (15 − 0.05 · 100) hours.
    expect(shown(before, now)).toEqual({ to: 'review', remaining: 36, hoursToThreshold: 3.5, basedOnHours: 1 });
    // Too few for an alarm: with the 900 mails before them they move away from the line.
    expect(shown(before, { ...now, hard: 9 })).toEqual({ to: 'review', remaining: 43, basedOnHours: 6 });
  });

  test('goes by the last 6 hours where the excess has stopped growing', () => {
    const alarms = [held({ scope: 'account', rule: 'rate-exceeded', metric: 'bounceRate' }, { status: 'critical' })];
    const buckets = [stretch({ sends: 100, hard: 4 })];
    const { result, figures } = judge({ alarms, buckets }, 'rate-exceeded', 'bounceRate');
    expect(result.status).toBe('critical');
    expect(figures).not.toHaveProperty('elevatedSince');
    expect(figures.headroom).toEqual({ to: 'review', remaining: 1, basedOnHours: 6 });
  });

  test('is to the pause line once that is reached', () => {
    expect(shown({ sends: 2000, hard: 99 })).toMatchObject({ to: 'review', remaining: 1 });
    expect(shown({ sends: 2000, hard: 100 })).toEqual({ to: 'pause', remaining: 111, basedOnHours: 1 });
    expect(shown({ sends: 2000, hard: 200 })).toEqual({ to: 'pause', remaining: 0, basedOnHours: 1 });
  });

  test('is none where more bounced than was sent, or where nothing was', () => {
    expect(shown({ sends: 10, hard: 30 })).toEqual({ to: 'pause', remaining: 0, basedOnHours: 1 });
    expect(shown({ sends: 0, hard: 30 })).toEqual({ to: 'review', remaining: 0, basedOnHours: 6 });
  });
});

describe("SES's own rate", () => {
  const sesMetrics = { reputation: reputation([0.01, 0.01, 0.04, 0.031, 0.031, 0.031, 0.031]) };

  test('raises the headroom alarm of the account, with its worst value of an hour', () => {
    const { figures, result, change } = judge({ sesMetrics, buckets: [bad] }, 'near-threshold', 'bounceRate');
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
    const ofPart = evaluateScope(sight({ scope: 'tenant:a', sesMetrics }));
    expect(ofPart.map(({ name }) => name.rule)).toEqual(['rate-exceeded', 'rate-exceeded']);
  });

  test('is of one rate, with its levels from the policy', () => {
    const policy = readPolicy({ headroom: { approaching: 0.2, critical: 0.5 } });
    const given = { facts: { reputation: reputation([0.03], [0.0003]) }, policy };
    expect(judge(given, 'near-threshold', 'bounceRate').result.status).toBe('critical');
    expect(judge(given, 'near-threshold', 'complaintRate').result.status).toBe('approaching');
  });

  test("is held against AWS's lines where the policy has laxer ones, and against stricter ones of the policy", () => {
    const seen = (rate: number, review: number, pause: number) => {
      const policy = readPolicy({ reviewThresholds: { bounceRate: review }, pauseThresholds: { bounceRate: pause } });
      const { result, figures } = judge(
        { policy, sesMetrics: { reputation: reputation([rate]) } },
        'near-threshold',
        'bounceRate',
      );
      return [result.status, figures.thresholds];
    };
    expect(seen(0.031, 0.2, 0.4)).toEqual(['approaching', { review: 0.05, pause: 0.1 }]);
    expect(seen(0.019, 0.02, 0.03)).toEqual(['critical', { review: 0.02, pause: 0.03 }]);
  });

  test('has the worst of its incident as its peak', () => {
    const name = { scope: 'account', rule: 'near-threshold', metric: 'bounceRate' } as const;
    const since = (at: number) =>
      judge(
        {
          sesMetrics: { reputation: reputation([0.09, 0.08, 0.03]) },
          alarms: [held(name, { status: 'approaching', since: at })],
        },
        ...(['near-threshold', 'bounceRate'] as const),
      ).result.peak;
    expect([noon + 0.5 * hour, noon + 0.5 * hour + 1, noon + hour + 1].map(since)).toEqual([
      { rate: 0.09 },
      { rate: 0.08 },
      undefined,
    ]);
  });

  test('of an hour ago and no longer is the peak of what is raised now', () => {
    const hourAgo = judge(
      { sesMetrics: { reputation: reputation([0.09, 0.01, 0.01, 0.01, 0.031]) } },
      'near-threshold',
      'bounceRate',
    );
    const longAgo = judge(
      { sesMetrics: { reputation: reputation([0.09, 0.01, 0.01, 0.01, 0.01, 0.031]) } },
      'near-threshold',
      'bounceRate',
    );
    expect([hourAgo.result.peak, longAgo.result.peak]).toEqual([{ rate: 0.09 }, { rate: 0.031 }]);
  });

  test('that is missing holds the alarm, and is shown as unknown', () => {
    const alarms = [
      held(
        { scope: 'account', rule: 'near-threshold', metric: 'bounceRate' },
        { status: 'critical', announced: 'critical' },
      ),
    ];
    for (const missing of [{}, { reputation: reputation([]) }]) {
      const { result, figures, change } = judge({ sesMetrics: missing, alarms }, 'near-threshold', 'bounceRate');
      expect(result).toEqual({ status: undefined, isSending: false, requestsPause: false, isInhibited: false });
      expect(figures).not.toHaveProperty('ses');
      expect(change).toBeUndefined();
    }
  });
});
