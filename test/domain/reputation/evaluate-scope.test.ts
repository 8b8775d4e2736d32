import { readPolicy } from '../../../shared/domain/policy/policy.ts';
import { initialAlarm } from '../../../shared/domain/reputation/alarm.ts';
import { initialCusum } from '../../../shared/domain/reputation/cusum.ts';
import { evaluateScope } from '../../../shared/domain/reputation/evaluate-scope.ts';
import { day, hour, noon } from '../../support/ses.ts';
import { held, judge, sight, stretch } from './snapshot-fixture.ts';

const news = 'configuration-set:news';
const bad = stretch({ sends: 100, hard: 20 });
const noMarks = { from: initialCusum.from, raisedAt: initialCusum.raisedAt };
const names = (fields: Parameters<typeof sight>[0]) =>
  evaluateScope(sight(fields)).map(({ name: { scope, rule, metric = '' }, result, change }) => [
    `${scope} ${rule} ${metric}`.trim(),
    result.status,
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
    const nothing = { bad: 0, total: 0 };
    expect(judge({}, 'rate-exceeded', 'bounceRate')).toStrictEqual({
      name: { scope: 'account', rule: 'rate-exceeded', metric: 'bounceRate' },
      before: initialAlarm,
      result: { status: 'ok', cusum: noMarks, requestsPause: false, isSending: false, isInhibited: false },
      figures: {
        ...nothing,
        rates: { '1h': nothing, '6h': nothing, '24h': nothing, '7d': nothing },
        thresholds: { review: 0.05, pause: 0.1 },
        headroom: { to: 'review', remaining: 0, basedOnHours: 6 },
      },
    });
  });
});

describe('the excess of a scope', () => {
  test('raises its alarm, with all there is to say', () => {
    const watch = { from: initialCusum.from, raisedAt: noon + hour };
    const peak = { bad: 20, total: 100, rate: 0.2 };
    expect(judge({ buckets: [bad] }, 'rate-exceeded', 'bounceRate')).toStrictEqual({
      name: { scope: 'account', rule: 'rate-exceeded', metric: 'bounceRate' },
      before: initialAlarm,
      result: { status: 'critical', watch, peak, requestsPause: false, isSending: true, isInhibited: false },
      figures: {
        bad: 20,
        total: 100,
        elevatedSince: noon,
        rates: { '1h': peak, '6h': peak, '24h': peak, '7d': peak },
        thresholds: { review: 0.05, pause: 0.1 },
        headroom: { to: 'pause', remaining: 0, basedOnHours: 1 },
      },
      change: {
        alarm: {
          status: 'critical',
          announced: 'critical',
          version: 1,
          watch,
          since: noon + hour,
          peak,
          notifiedAt: noon + hour,
        },
        notice: 'raised',
      },
    });
  });

  test('is of one rate: complaints are no bounces', () => {
    expect(names({ scope: news, buckets: [stretch({ sends: 100, complaints: 20 })] })).toEqual([
      [`${news} excess bounceRate`, 'ok', undefined],
      [`${news} excess complaintRate`, 'critical', 'raised'],
    ]);
  });

  test('goes by its own lines', () => {
    const policy = readPolicy({
      scopes: { [news]: { reviewThresholds: { bounceRate: 0.3 }, pauseThresholds: { bounceRate: 0.4 } } },
    });
    const { figures, result } = judge({ scope: news, buckets: [bad], policy }, 'rate-exceeded', 'bounceRate');
    expect([figures.thresholds, figures.headroom?.remaining, result.status]).toEqual([
      { review: 0.3, pause: 0.4 },
      14,
      'ok',
    ]);
    expect(judge({ scope: 'tenant:a', buckets: [bad], policy }, 'rate-exceeded', 'bounceRate').result.status).toBe(
      'critical',
    );
  });

  test('stands higher in one scope of many, and not in the account', () => {
    const buckets = [stretch({ sends: 20, hard: 8 })];
    const status = (scope: string) =>
      judge({ scope, buckets, scopeCount: 200 }, 'rate-exceeded', 'bounceRate').result.status;
    expect([status('account'), status(news)]).toEqual(['critical', 'ok']);
  });

  test('goes by what is settled, and mail it was not sent to is none', () => {
    expect(judge({ buckets: [bad], until: noon }, 'rate-exceeded', 'bounceRate').result).toMatchObject({
      status: 'ok',
      isSending: false,
    });
    const buckets = [stretch({ sends: 100, hard: 8, prevented: 90 })];
    expect(judge({ buckets }, 'rate-exceeded', 'bounceRate').figures).toMatchObject({ bad: 8, total: 10 });
  });

  test('starts from the marks of its own alarm, and knows its worst day since', () => {
    const cusum = { from: noon, raisedAt: noon };
    const alarms = [
      held({ scope: news, rule: 'rate-exceeded', metric: 'complaintRate' }, { status: 'approaching' }),
      held(
        { scope: news, rule: 'rate-exceeded', metric: 'bounceRate' },
        { status: 'critical', announced: 'critical', cusum, since: noon, notifiedAt: noon, version: 4 },
      ),
    ];
    const buckets = [
      stretch({ start: noon - 2 * day, sends: 10, hard: 10 }),
      bad,
      stretch({ start: noon + 60_000, sends: 1000 }),
    ];
    const { before, result, change } = judge({ scope: news, alarms, buckets }, 'rate-exceeded', 'bounceRate');
    expect(before).toEqual(alarms[1]?.alarm);
    expect(result).toEqual({
      status: 'ok',
      cusum: { ...noMarks, from: noon + hour },
      peak: { rate: 0.2, bad: 20, total: 100 },
      requestsPause: false,
      isSending: true,
      isInhibited: false,
    });
    expect(change?.notice).toBe('resolved');
  });

  test('sends within a day are what there is to be reminded of', () => {
    const sending = (start: number) =>
      judge({ buckets: [stretch({ start, sends: 1 })] }, 'rate-exceeded', 'bounceRate').result.isSending;
    expect([noon + hour - day - 1, noon + hour - day].map(sending)).toEqual([false, true]);
  });
});
