import { readPolicy } from '../../../shared/domain/policy/policy.ts';
import { calm } from '../../../shared/domain/reputation/alarm.ts';
import { quiet } from '../../../shared/domain/reputation/cusum.ts';
import { judgeScope } from '../../../shared/domain/reputation/evaluate-scope.ts';
import { day, hour, noon } from '../../support/ses.ts';
import { held, judge, sight, stretch } from './snapshot-fixture.ts';

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
        headroom: { to: 'review', left: 0, ofHours: 6 },
      },
    });
  });
});

describe('the excess of a scope', () => {
  test('raises its alarm, with all there is to say', () => {
    const watch = { from: quiet.from, raisedAt: noon + hour };
    const peak = { b: 20, n: 100, rate: 0.2 };
    expect(judge({ stretches: [bad] }, 'excess', 'bounceRate')).toStrictEqual({
      name: { scope: 'account', rule: 'excess', metric: 'bounceRate' },
      before: calm,
      judgement: { status: 'critical', watch, peak, pauses: false, isSending: true, isInhibited: false },
      figures: {
        b: 20,
        n: 100,
        excessSince: noon,
        rates: { '1h': peak, '6h': peak, '24h': peak, '7d': peak },
        lines: { review: 0.05, pause: 0.1 },
        headroom: { to: 'pause', left: 0, ofHours: 1 },
      },
      change: {
        alarm: {
          status: 'critical',
          announced: 'critical',
          version: 1,
          watch,
          since: noon + hour,
          peak,
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
