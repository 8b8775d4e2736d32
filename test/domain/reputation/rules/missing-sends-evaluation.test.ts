import { readPolicy } from '../../../../shared/domain/policy/policy.ts';
import { initialAlarm } from '../../../../shared/domain/reputation/alarm.ts';
import { evaluateMissingSends } from '../../../../shared/domain/reputation/rules/missing-sends.ts';
import type { ScopeSnapshot } from '../../../../shared/domain/reputation/scope-snapshot.ts';
import { day, hour, noon } from '../../../support/ses.ts';
import { bucket, snapshot, stored } from '../snapshot-fixture.ts';

const half = hour / 2;
const now = noon + day + hour;
/** The comparison ends half an hour ago, and begins a day before the hour. */
const [from, end] = [noon + hour, now - half];

/** Evaluates the rule at an hour after noon, two days after its first evaluation. */
const evaluate = (fields: Partial<ScopeSnapshot>, scope = 'account') =>
  evaluateMissingSends(
    snapshot({
      scope,
      now,
      until: now,
      alarms: [
        stored(
          { scope, rule: 'missing-sends' },
          { version: 1, cusum: { ...initialAlarm.cusum, from: now - 2 * day - hour } },
        ),
      ],
      ...fields,
    }),
  );
const countsOf = (fields: Partial<ScopeSnapshot>, scope?: string) => evaluate(fields, scope).figures.ses?.sends;
const eachOf = (...starts: number[]) =>
  starts.map((start, i) => bucket({ start, sends: 10 ** i, hard: 2 * 10 ** i, complaints: 10 ** i }));

test('the emails of a day are counted, until half an hour ago', () => {
  const buckets = eachOf(from - 1, from, end - 1, end);
  expect(countsOf({ buckets })).toEqual({ received: 110, feedback: 330 });
  const sends = [from - 1, from, end - 1, end].map((at, i) => ({ at, value: 10 ** i }));
  expect(countsOf({ buckets, sesMetrics: { sends } })).toEqual({ received: 110, feedback: 330, ses: 110 });
});

test('emails that wait in the volume queue are not counted', () => {
  const until = now - 2 * hour;
  expect(countsOf({ until, buckets: eachOf(until - 1, until) })).toEqual({ received: 1, feedback: 3 });
});

test('SES’s count is compared only once it covers a day, and only in the account', () => {
  const sesMetrics = { sends: [{ at: now - 2 * hour, value: 500 }] };
  expect(countsOf({ sesMetrics, alarms: [] })).toEqual({ received: 0, feedback: 0 });
  expect(evaluate({ sesMetrics, alarms: [] }).result.status).toBe('ok');
  expect(countsOf({ sesMetrics }, 'tenant:a')).toEqual({ received: 0, feedback: 0 });
  expect(countsOf({ sesMetrics })).toEqual({ received: 0, feedback: 0, ses: 500 });
});

test('other scopes count the last 24 hours, to the minute', () => {
  const buckets = eachOf(now - day - 1, now - day);
  expect(countsOf({ buckets }, 'tenant:a')).toEqual({ received: 10, feedback: 30 });
});

test('the account stores when it was first evaluated; other scopes do not need to', () => {
  expect(evaluate({ alarms: [] }).result).toMatchObject({ isFirstEvaluation: true, cusum: { from: now } });
  for (const { result } of [evaluate({}), evaluate({ alarms: [] }, 'tenant:a'), evaluate({}, 'tenant:a')]) {
    expect(result).not.toHaveProperty('isFirstEvaluation');
    expect(result).not.toHaveProperty('cusum');
  }
});

test('it never requests a pause, and emails are being sent if feedback arrives or SES counts some', () => {
  const isSending = (fields: Partial<ScopeSnapshot>) => evaluate(fields).result.isSending;
  expect(isSending({})).toBe(false);
  expect(isSending({ buckets: [bucket({ start: from, hard: 1 })] })).toBe(true);
  expect(isSending({ sesMetrics: { sends: [{ at: from, value: 1 }] } })).toBe(true);
  expect(isSending({ sesMetrics: { sends: [{ at: from, value: 0 }] } })).toBe(false);
  expect(evaluate({}).result.requestsPause).toBe(false);
});

test.each<[string, object, 'ok' | 'critical']>([
  ['are watched', {}, 'critical'],
  ['are not watched by policy', { missingFeedback: { enabled: false } }, 'ok'],
  ['are not needed, because the sends are SES’s own', { sendsFrom: 'ses' }, 'ok'],
])('missing Send events that %s', (_name, policy, status) => {
  const sesMetrics = { sends: [{ at: from, value: 500 }] };
  expect(evaluate({ sesMetrics, policy: readPolicy(policy) }).result.status).toBe(status);
});
