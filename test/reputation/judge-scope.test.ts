import { readPolicy } from '../../shared/feedback/policy.ts';
import { calm } from '../../shared/reputation/alarm.ts';
import { quiet } from '../../shared/reputation/excess.ts';
import { exactInterval } from '../../shared/reputation/interval.ts';
import { judgeScope } from '../../shared/reputation/judge-scope.ts';
import { day, hour, noon } from '../support/ses.ts';
import { held, judge, reputation, sight, stretch } from './sight.ts';

const news = 'configuration-set:news';
const bad = stretch({ sends: 100, hard: 20 });
const noMarks = { from: quiet.from, raisedAt: quiet.raisedAt };
const names = (fields: Parameters<typeof sight>[0]) =>
  judgeScope(sight(fields)).map(({ name: { scope, rule, metric = '' }, judgement, change }) => [
    `${scope} ${rule} ${metric}`.trim(),
    judgement.status,
    change?.notice,
  ]);

describe('a scope nobody has sent in yet', () => {
  test('is judged by the rules it has, and nothing is told', () => {
    expect(names({})).toEqual([
      ['account excess bounceRate', 'ok', undefined],
      ['account headroom bounceRate', undefined, undefined],
      ['account excess complaintRate', 'ok', undefined],
      ['account headroom complaintRate', undefined, undefined],
      ['account enforcement', undefined, undefined],
      ['account loop', undefined, undefined],
    ]);
    expect(names({ scope: news })).toEqual([
      [`${news} excess bounceRate`, 'ok', undefined],
      [`${news} excess complaintRate`, 'ok', undefined],
    ]);
  });

  test('is shown as nothing sent', () => {
    const nothing = { b: 0, n: 0 };
    expect(judge({}, 'excess', 'bounceRate')).toStrictEqual({
      name: { scope: 'account', rule: 'excess', metric: 'bounceRate' },
      before: calm,
      judgement: { status: 'ok', watch: noMarks, pauses: false, isSending: false, isInhibited: false },
      figures: {
        ...nothing,
        rates: { '1h': nothing, '6h': nothing, '24h': nothing, '7d': nothing },
        lines: { review: 0.05, pause: 0.1 },
        headroom: { to: 'review', left: 0 },
      },
    });
  });
});

describe('the excess of a scope', () => {
  test('raises its alarm, with all there is to say', () => {
    const watch = { from: quiet.from, raisedAt: noon + hour };
    const rate = { b: 20, n: 100, rate: 0.2, ...exactInterval(20, 100) };
    expect(judge({ stretches: [bad] }, 'excess', 'bounceRate')).toStrictEqual({
      name: { scope: 'account', rule: 'excess', metric: 'bounceRate' },
      before: calm,
      judgement: { status: 'critical', watch, pauses: false, isSending: true, isInhibited: false },
      figures: {
        b: 20,
        n: 100,
        excessSince: noon,
        rates: { '1h': rate, '6h': rate, '24h': rate, '7d': rate },
        lines: { review: 0.05, pause: 0.1 },
        headroom: { to: 'pause', left: 0 },
      },
      change: {
        alarm: {
          status: 'critical',
          announced: 'critical',
          version: 1,
          watch,
          since: noon + hour,
          toldAt: noon + hour,
        },
        notice: 'raised',
      },
    });
  });

  test('is of one rate: complaints are no bounces', () => {
    expect(names({ scope: news, stretches: [stretch({ sends: 100, complaints: 20 })] })).toEqual([
      [`${news} excess bounceRate`, 'ok', undefined],
      [`${news} excess complaintRate`, 'critical', 'raised'],
    ]);
  });

  test('goes by its own lines', () => {
    const policy = readPolicy({
      scopes: { [news]: { reviewLines: { bounceRate: 0.3 }, pauseLines: { bounceRate: 0.4 } } },
    });
    const { figures, judgement } = judge({ scope: news, stretches: [bad], policy }, 'excess', 'bounceRate');
    expect([figures.lines, figures.headroom?.left, judgement.status]).toEqual([{ review: 0.3, pause: 0.4 }, 14, 'ok']);
    expect(judge({ scope: 'tenant:a', stretches: [bad], policy }, 'excess', 'bounceRate').judgement.status).toBe(
      'critical',
    );
  });

  test('stands higher in one scope of many, and not in the account', () => {
    const stretches = [stretch({ sends: 20, hard: 8 })];
    const status = (scope: string) => judge({ scope, stretches, scopes: 200 }, 'excess', 'bounceRate').judgement.status;
    expect([status('account'), status(news)]).toEqual(['critical', 'ok']);
  });

  test('goes by what is settled, and mail it was not sent to is none', () => {
    expect(judge({ stretches: [bad], until: noon }, 'excess', 'bounceRate').judgement).toMatchObject({
      status: 'ok',
      isSending: false,
    });
    const stretches = [stretch({ sends: 100, hard: 8, prevented: 90 })];
    expect(judge({ stretches }, 'excess', 'bounceRate').figures).toMatchObject({ b: 8, n: 10 });
  });

  test('starts from the marks of its own alarm, and knows its worst day since', () => {
    const watch = { from: noon, raisedAt: noon };
    const alarms = [
      held({ scope: news, rule: 'excess', metric: 'complaintRate' }, { status: 'approaching' }),
      held(
        { scope: news, rule: 'excess', metric: 'bounceRate' },
        { status: 'critical', announced: 'critical', watch, since: noon, toldAt: noon, version: 4 },
      ),
    ];
    const stretches = [
      stretch({ start: noon - 2 * day, sends: 10, hard: 10 }),
      bad,
      stretch({ start: noon + 60_000, sends: 1000 }),
    ];
    const { before, judgement, change } = judge({ scope: news, alarms, stretches }, 'excess', 'bounceRate');
    expect(before).toEqual(alarms[1]?.alarm);
    expect(judgement).toEqual({
      status: 'ok',
      watch: { ...noMarks, from: noon + hour },
      peak: { rate: 0.2, b: 20, n: 100 },
      pauses: false,
      isSending: true,
      isInhibited: false,
    });
    expect(change?.notice).toBe('resolved');
  });

  test('sends within a day are what there is to be reminded of', () => {
    const sending = (start: number) =>
      judge({ stretches: [stretch({ start, sends: 1 })] }, 'excess', 'bounceRate').judgement.isSending;
    expect([noon + hour - day - 1, noon + hour - day].map(sending)).toEqual([false, true]);
  });
});

describe('the headroom that is shown', () => {
  const shown = (...stretches: Parameters<typeof stretch>[0][]) =>
    judge({ stretches: stretches.map(stretch) }, 'excess', 'bounceRate').figures.headroom;

  test('is to the review line, at the pace of the last 6 hours', () => {
    const before = { start: noon + hour - 6 * hour - 1, sends: 1800 };
    const recent = { start: noon + hour - 6 * hour, sends: 200, hard: 20 };
    expect(shown(before, recent)).toEqual({ to: 'review', left: 84, hoursToLine: 48 });
  });

  test('is to the pause line once that is reached', () => {
    expect(shown({ sends: 2000, hard: 99 })).toMatchObject({ to: 'review', left: 1 });
    expect(shown({ sends: 2000, hard: 100 })).toEqual({ to: 'pause', left: 111 });
    expect(shown({ sends: 2000, hard: 200 })).toEqual({ to: 'pause', left: 0 });
  });

  test('is none where more bounced than was sent, or where nothing was', () => {
    expect(shown({ sends: 10, hard: 30 })).toEqual({ to: 'pause', left: 0 });
    expect(shown({ sends: 0, hard: 30 })).toEqual({ to: 'review', left: 0 });
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
    expect(names({ scope: news, facts })).toHaveLength(2);
  });

  test('is of one rate, with its levels from the policy', () => {
    const policy = readPolicy({ headroom: { approaching: 0.2, critical: 0.5 } });
    const status = (rates: Parameters<typeof reputation>) =>
      names({ facts: { reputation: reputation(...rates) }, policy }).filter(([name]) => String(name).includes('room'));
    expect(status([[0.03], [0.0003]])).toEqual([
      ['account headroom bounceRate', 'critical', 'raised'],
      ['account headroom complaintRate', 'approaching', 'raised'],
    ]);
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
