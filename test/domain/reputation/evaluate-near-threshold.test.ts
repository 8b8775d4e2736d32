import { readPolicy } from '../../../shared/domain/policy/policy.ts';
import { judgeScope } from '../../../shared/domain/reputation/evaluate-scope.ts';
import { hour, noon } from '../../support/ses.ts';
import { held, judge, reputation, sight, stretch } from './snapshot-fixture.ts';

const bad = stretch({ sends: 100, hard: 20 });

describe('the headroom that is shown', () => {
  const shown = (...stretches: Parameters<typeof stretch>[0][]) =>
    judge({ stretches: stretches.map(stretch) }, 'excess', 'bounceRate').figures.headroom;

  test('is to the review line, at the pace of the last 6 hours', () => {
    const before = { start: noon + hour - 6 * hour - 1, sends: 1800 };
    const recent = { start: noon + hour - 6 * hour, sends: 200, hard: 20 };
    expect(shown(before, recent)).toEqual({ to: 'review', left: 84, hoursToLine: 48, ofHours: 6 });
  });

  test('goes by the mails since the excess began, as long as it lasts', () => {
    const [before, now] = [
      { start: noon - hour, sends: 900 },
      { start: noon, sends: 100, hard: 15 },
    ];
    // 15 of 100 an hour, and 1,000 mails before them: (0.05 · 1000 − 15) / (15 − 0.05 · 100) hours.
    expect(shown(before, now)).toEqual({ to: 'review', left: 36, hoursToLine: 3.5, ofHours: 1 });
    // Too few for an alarm: with the 900 mails before them they move away from the line.
    expect(shown(before, { ...now, hard: 9 })).toEqual({ to: 'review', left: 43, ofHours: 6 });
  });

  test('goes by the last 6 hours where the excess has stopped growing', () => {
    const alarms = [held({ scope: 'account', rule: 'excess', metric: 'bounceRate' }, { status: 'critical' })];
    const stretches = [stretch({ sends: 100, hard: 4 })];
    const { judgement, figures } = judge({ alarms, stretches }, 'excess', 'bounceRate');
    expect(judgement.status).toBe('critical');
    expect(figures).not.toHaveProperty('excessSince');
    expect(figures.headroom).toEqual({ to: 'review', left: 1, ofHours: 6 });
  });

  test('is to the pause line once that is reached', () => {
    expect(shown({ sends: 2000, hard: 99 })).toMatchObject({ to: 'review', left: 1 });
    expect(shown({ sends: 2000, hard: 100 })).toEqual({ to: 'pause', left: 111, ofHours: 1 });
    expect(shown({ sends: 2000, hard: 200 })).toEqual({ to: 'pause', left: 0, ofHours: 1 });
  });

  test('is none where more bounced than was sent, or where nothing was', () => {
    expect(shown({ sends: 10, hard: 30 })).toEqual({ to: 'pause', left: 0, ofHours: 1 });
    expect(shown({ sends: 0, hard: 30 })).toEqual({ to: 'review', left: 0, ofHours: 6 });
  });
});

describe("SES's own rate", () => {
  const facts = { reputation: reputation([0.01, 0.01, 0.04, 0.031, 0.031, 0.031, 0.031]) };

  test('raises the headroom alarm of the account, with its worst value of an hour', () => {
    const { figures, judgement, change } = judge({ facts, stretches: [bad] }, 'headroom', 'bounceRate');
    expect(judgement).toEqual({
      status: 'approaching',
      peak: { rate: 0.04 },
      isSending: true,
      pauses: false,
      isInhibited: true,
    });
    expect(figures).toMatchObject({ b: 20, n: 100, ses: { rate: 0.031 }, headroom: { to: 'pause', left: 0 } });
    expect(figures).not.toHaveProperty('excessSince');
    expect(change?.alarm).toMatchObject({ status: 'approaching', announced: 'ok', peak: { rate: 0.04 } });
    const ofPart = judgeScope(sight({ scope: 'tenant:a', facts }));
    expect(ofPart.map(({ name }) => name.rule)).toEqual(['excess', 'excess']);
  });

  test('is of one rate, with its levels from the policy', () => {
    const policy = readPolicy({ headroom: { approaching: 0.2, critical: 0.5 } });
    const given = { facts: { reputation: reputation([0.03], [0.0003]) }, policy };
    expect(judge(given, 'headroom', 'bounceRate').judgement.status).toBe('critical');
    expect(judge(given, 'headroom', 'complaintRate').judgement.status).toBe('approaching');
  });

  test("is held against AWS's lines where the policy has laxer ones, and against stricter ones of the policy", () => {
    const seen = (rate: number, review: number, pause: number) => {
      const policy = readPolicy({ reviewLines: { bounceRate: review }, pauseLines: { bounceRate: pause } });
      const { judgement, figures } = judge(
        { policy, facts: { reputation: reputation([rate]) } },
        'headroom',
        'bounceRate',
      );
      return [judgement.status, figures.lines];
    };
    expect(seen(0.031, 0.2, 0.4)).toEqual(['approaching', { review: 0.05, pause: 0.1 }]);
    expect(seen(0.019, 0.02, 0.03)).toEqual(['critical', { review: 0.02, pause: 0.03 }]);
  });

  test('has the worst of its incident as its peak', () => {
    const name = { scope: 'account', rule: 'headroom', metric: 'bounceRate' } as const;
    const since = (at: number) =>
      judge(
        {
          facts: { reputation: reputation([0.09, 0.08, 0.03]) },
          alarms: [held(name, { status: 'approaching', since: at })],
        },
        ...(['headroom', 'bounceRate'] as const),
      ).judgement.peak;
    expect([noon + 0.5 * hour, noon + 0.5 * hour + 1, noon + hour + 1].map(since)).toEqual([
      { rate: 0.09 },
      { rate: 0.08 },
      undefined,
    ]);
  });

  test('of an hour ago and no longer is the peak of what is raised now', () => {
    const hourAgo = judge(
      { facts: { reputation: reputation([0.09, 0.01, 0.01, 0.01, 0.031]) } },
      'headroom',
      'bounceRate',
    );
    const longAgo = judge(
      { facts: { reputation: reputation([0.09, 0.01, 0.01, 0.01, 0.01, 0.031]) } },
      'headroom',
      'bounceRate',
    );
    expect([hourAgo.judgement.peak, longAgo.judgement.peak]).toEqual([{ rate: 0.09 }, { rate: 0.031 }]);
  });

  test('that is missing holds the alarm, and is shown as unknown', () => {
    const alarms = [
      held({ scope: 'account', rule: 'headroom', metric: 'bounceRate' }, { status: 'critical', announced: 'critical' }),
    ];
    for (const missing of [{}, { reputation: reputation([]) }]) {
      const { judgement, figures, change } = judge({ facts: missing, alarms }, 'headroom', 'bounceRate');
      expect(judgement).toEqual({ status: undefined, isSending: false, pauses: false, isInhibited: false });
      expect(figures).not.toHaveProperty('ses');
      expect(change).toBeUndefined();
    }
  });
});
