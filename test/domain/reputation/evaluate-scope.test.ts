import { readPolicy } from '../../../shared/domain/policy/policy.ts';
import { initialAlarm } from '../../../shared/domain/reputation/alarm.ts';
import { initialCusum } from '../../../shared/domain/reputation/cusum.ts';
import { evaluateScope } from '../../../shared/domain/reputation/evaluate-scope.ts';
import { day, hour, noon } from '../../support/ses.ts';
import { bucket, evaluateAlarm, snapshot, stored } from './snapshot-fixture.ts';

const news = 'configuration-set:news';
const bad = bucket({ sends: 100, hard: 20 });
const noMarks = { from: initialCusum.from, raisedAt: initialCusum.raisedAt };
const outcomes = (fields: Parameters<typeof snapshot>[0]) =>
  evaluateScope(snapshot(fields)).map(({ name: { scope, rule, metric = '' }, result, change }) => [
    `${scope} ${rule} ${metric}`.trim(),
    result.status,
    change?.notice,
  ]);

describe('a scope without sends', () => {
  test('is evaluated by the rules for its kind, and raises no alarm', () => {
    expect(outcomes({})).toEqual([
      ['account rate-exceeded bounceRate', 'ok', undefined],
      ['account near-threshold bounceRate', undefined, undefined],
      ['account rate-exceeded complaintRate', 'ok', undefined],
      ['account near-threshold complaintRate', undefined, undefined],
      ['account account-status', undefined, undefined],
      ['account missing-feedback', undefined, undefined],
      ['account missing-feedback complaintRate', undefined, undefined],
      ['account missing-sends', 'ok', undefined],
      ['account provider-outage', 'ok', undefined],
      ...Array(8).fill(['account sender-fault', 'ok', undefined]),
    ]);
    expect(outcomes({ scope: news })).toEqual([
      [`${news} rate-exceeded bounceRate`, 'ok', undefined],
      [`${news} rate-exceeded complaintRate`, 'ok', undefined],
      [`${news} missing-sends`, 'ok', undefined],
    ]);
  });

  test('has empty figures', () => {
    const nothing = { bad: 0, total: 0 };
    expect(evaluateAlarm({}, 'rate-exceeded', 'bounceRate')).toStrictEqual({
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

describe('an exceeded rate', () => {
  test('raises an alarm with all figures', () => {
    const cusum = { from: initialCusum.from, raisedAt: noon + hour };
    const peak = { bad: 20, total: 100, rate: 0.2 };
    expect(evaluateAlarm({ buckets: [bad] }, 'rate-exceeded', 'bounceRate')).toStrictEqual({
      name: { scope: 'account', rule: 'rate-exceeded', metric: 'bounceRate' },
      before: initialAlarm,
      result: { status: 'critical', cusum, peak, requestsPause: false, isSending: true, isInhibited: false },
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
          cusum,
          since: noon + hour,
          peak,
          notifiedAt: noon + hour,
        },
        notice: 'raised',
      },
    });
  });

  test('concerns one rate: complaints do not raise the bounce rate', () => {
    expect(outcomes({ scope: news, buckets: [bucket({ sends: 100, complaints: 20 })] })).toEqual([
      [`${news} rate-exceeded bounceRate`, 'ok', undefined],
      [`${news} rate-exceeded complaintRate`, 'critical', 'raised'],
      [`${news} missing-sends`, 'ok', undefined],
    ]);
  });

  test('is compared with the thresholds of its scope', () => {
    const policy = readPolicy({
      scopes: { [news]: { reviewThresholds: { bounceRate: 0.3 }, pauseThresholds: { bounceRate: 0.4 } } },
    });
    const { figures, result } = evaluateAlarm({ scope: news, buckets: [bad], policy }, 'rate-exceeded', 'bounceRate');
    expect([figures.thresholds, figures.headroom?.remaining, result.status]).toEqual([
      { review: 0.3, pause: 0.4 },
      14,
      'ok',
    ]);
    expect(
      evaluateAlarm({ scope: 'tenant:a', buckets: [bad], policy }, 'rate-exceeded', 'bounceRate').result.status,
    ).toBe('critical');
  });

  test('needs more evidence in one scope of many, but not in the account', () => {
    const buckets = [bucket({ sends: 20, hard: 8 })];
    const status = (scope: string) =>
      evaluateAlarm({ scope, buckets, scopeCount: 200 }, 'rate-exceeded', 'bounceRate').result.status;
    expect([status('account'), status(news)]).toEqual(['critical', 'ok']);
  });

  test('ignores emails that are not settled, and those SES did not attempt', () => {
    expect(evaluateAlarm({ buckets: [bad], until: noon }, 'rate-exceeded', 'bounceRate').result).toMatchObject({
      status: 'ok',
      isSending: false,
    });
    const buckets = [bucket({ sends: 100, hard: 8, prevented: 90 })];
    expect(evaluateAlarm({ buckets }, 'rate-exceeded', 'bounceRate').figures).toMatchObject({ bad: 8, total: 10 });
  });

  test('starts from the CUSUM marks of its own alarm, and has the worst day of the incident as its peak', () => {
    const cusum = { from: noon, raisedAt: noon };
    const alarms = [
      stored({ scope: news, rule: 'rate-exceeded', metric: 'complaintRate' }, { status: 'approaching' }),
      stored(
        { scope: news, rule: 'rate-exceeded', metric: 'bounceRate' },
        { status: 'critical', announced: 'critical', cusum, since: noon, notifiedAt: noon, version: 4 },
      ),
    ];
    const buckets = [
      bucket({ start: noon - 2 * day, sends: 10, hard: 10 }),
      bad,
      bucket({ start: noon + hour, sends: 1000 }),
    ];
    const recovered = { now: noon + 14 * hour, until: noon + 14 * hour };
    const { before, result, change } = evaluateAlarm(
      { scope: news, alarms, buckets, ...recovered },
      'rate-exceeded',
      'bounceRate',
    );
    expect(before).toEqual(alarms[1]?.alarm);
    expect(result).toEqual({
      status: 'ok',
      cusum: { ...noMarks, from: noon + 2 * hour },
      peak: { rate: 0.2, bad: 20, total: 100 },
      requestsPause: false,
      isSending: true,
      isInhibited: false,
    });
    expect(change?.notice).toBe('resolved');
  });

  test('sends reminders only if emails were sent within a day', () => {
    const sending = (start: number) =>
      evaluateAlarm({ buckets: [bucket({ start, sends: 1 })] }, 'rate-exceeded', 'bounceRate').result.isSending;
    expect([noon + hour - day - 1, noon + hour - day].map(sending)).toEqual([false, true]);
  });
});
