import { readPolicy } from '../../../../shared/domain/policy/policy.ts';
import { initialAlarm } from '../../../../shared/domain/reputation/alarm.ts';
import type { RateName } from '../../../../shared/domain/reputation/rate-name.ts';
import { evaluateMissingFeedback } from '../../../../shared/domain/reputation/rules/missing-feedback.ts';
import type { ScopeSnapshot } from '../../../../shared/domain/reputation/scope-snapshot.ts';
import { day, hour, noon } from '../../../support/ses.ts';
import { snapshot, stored } from '../snapshot-fixture.ts';

const now = noon + 9 * day;
/** SES's count ends half an hour ago, so that feedback that is on its way is not missing. */
const end = now - hour / 2;
const days = { bounceRate: 1, complaintRate: 7 } as const;
const part = { bounceRate: 'bounces', complaintRate: 'complaints' } as const;

const evaluate = (metric: RateName, fields: Partial<ScopeSnapshot>, watchedSince = noon) =>
  evaluateMissingFeedback(
    snapshot({
      now,
      alarms: [
        stored(
          { scope: 'account', rule: 'missing-feedback', ...(metric === 'complaintRate' && { metric }) },
          { version: 1, cusum: { ...initialAlarm.cusum, from: watchedSince } },
        ),
      ],
      ...fields,
    }),
    metric,
  );
const at = (metric: RateName, ...times: number[]) => ({
  sesMetrics: {
    feedback: { bounceRate: [], complaintRate: [], [metric]: times.map((time, i) => ({ at: time, value: 10 ** i })) },
  },
  received: new Map(times.map((time, i) => [time, { bounces: 0, complaints: 0, [part[metric]]: 2 * 10 ** i }])),
});

describe.each<RateName>(['bounceRate', 'complaintRate'])('the feedback of the %s', (metric) => {
  const from = now - days[metric] * day;

  test('is counted from one hour on, SES’s until half an hour ago', () => {
    const { figures } = evaluate(metric, at(metric, from - 1, from, end - 1, end));
    expect(figures.ses).toEqual({ feedback: { ses: 110, received: 2220 } });
  });

  test('is not counted before the first evaluation, nor until the counts cover a day', () => {
    const fields = at(metric, now - day - 1, now - day);
    expect(evaluate(metric, fields, now - day).figures.ses).toEqual({ feedback: { ses: 10, received: 20 } });
    expect(evaluate(metric, fields, now - day + 1).figures).toEqual({ bad: 0, total: 0 });
    const first = evaluate(metric, { ...fields, alarms: [] });
    expect(first.figures).toEqual({ bad: 0, total: 0 });
    expect(first.result).toMatchObject({ isFirstEvaluation: true, cusum: { from: now }, status: undefined });
    expect(evaluate(metric, fields).result).not.toHaveProperty('isFirstEvaluation');
  });

  test('is unknown where SES has published no count', () => {
    const { figures, result } = evaluate(metric, {});
    expect([figures, result.status, result.isSending]).toEqual([{ bad: 0, total: 0 }, undefined, false]);
  });

  test('is missing if SES counts it and none was received, unless the policy says otherwise', () => {
    const fields = { ...at(metric, end - 1, end - 2, end - 3), received: new Map() };
    expect(evaluate(metric, fields).result).toMatchObject({
      status: 'critical',
      isSending: true,
      requestsPause: false,
    });
    const policy = readPolicy({ missingFeedback: { enabled: false } });
    expect(evaluate(metric, { ...fields, policy }).result.status).toBe('ok');
  });

  test('counts as sending only if SES counts some', () => {
    expect(evaluate(metric, at(metric, end)).result.isSending).toBe(false);
    expect(evaluate(metric, at(metric, end - 1)).result.isSending).toBe(true);
  });
});
