import type { WindowFit } from '../../../shared/domain/aws-window/fit-window.ts';
import { readPolicy } from '../../../shared/domain/policy/policy.ts';
import { buildNotice } from '../../../shared/domain/reputation/build-notice.ts';
import { formatNotice } from '../../../shared/domain/reputation/format-notice.ts';
import { formatSms } from '../../../shared/domain/reputation/format-sms.ts';
import { daysBefore, knownWindow, ledgerAt } from '../../support/ledger.ts';
import { day, hour, noon } from '../../support/ses.ts';
import { bucket, evaluateAlarm, reputation } from './snapshot-fixture.ts';

const now = noon + hour;
/** 500 emails a day, of which 5 bounce. Four days ago, 290 did. */
const days = daysBefore(
  now,
  Array.from({ length: 100 }, (_, index) => ({ sends: 500, hardBounces: index === 96 ? 290 : 5 })),
);
const unknown: WindowFit = { kind: 'unknown', reason: 'needs 60 values of AWS within the history, and has 2' };
const lastEmails = knownWindow({ emails: 10_000, days: 0 });

const evaluate = (fit: WindowFit, published: readonly number[], hard = 0, policy = readPolicy({})) =>
  evaluateAlarm(
    {
      ledger: ledgerAt(now, days, fit),
      sesMetrics: { reputation: reputation(published) },
      buckets: hard === 0 ? [] : [bucket({ sends: hard, hard })],
      policy,
    },
    'near-threshold',
    'bounceRate',
  );

test('a known window raises the alarm before SES publishes the rate, at 60 % and 90 % of the way', () => {
  // 385 of the last 10,000 bounced: 77 % of 500.
  const { result, figures } = evaluate(lastEmails, [0.012]);
  expect(result.status).toBe('approaching');
  expect(figures.awsRate).toMatchObject({
    isWindowKnown: true,
    estimates: [{ window: 'the last 10,000 emails', bad: 385, total: 10_000, remaining: { review: 115, pause: 615 } }],
    heaviestDay: { day: '2026-11-16', bad: 290, total: 500 },
  });
  // Each that bounces now replaces one of the oldest, of which 1 % did.
  expect(evaluate(lastEmails, [0.012], 65).result.status).toBe('approaching');
  expect(evaluate(lastEmails, [0.012], 66).result.status).toBe('critical');
});

test('the thresholds of the policy are nearer if they are stricter', () => {
  const policy = readPolicy({ reviewThresholds: { bounceRate: 0.04 }, pauseThresholds: { bounceRate: 0.08 } });
  const { result, figures } = evaluate(lastEmails, [0.012], 0, policy);
  expect(result.status).toBe('critical');
  expect(figures.awsRate?.estimates[0]?.remaining).toEqual({ review: 15, pause: 415 });
});

test('what SES publishes counts if it is higher, and alone where SES has published nothing for the window', () => {
  expect(evaluate(lastEmails, [0.046]).result.status).toBe('critical');
  expect(evaluate(knownWindow({ emails: 1000, days: 0 }), [0.046]).result.status).toBe('critical');
  expect(evaluate(lastEmails, []).result.status).toBe('approaching');
  expect(evaluate(unknown, []).result.status).toBeUndefined();
});

test('an unknown window raises nothing, and the figures are a range that says so', () => {
  const { result, figures } = evaluate(unknown, [0.012], 66);
  expect(result.status).toBe('ok');
  expect(figures.awsRate).toEqual({
    isWindowKnown: false,
    reason: unknown.reason,
    estimates: [
      expect.objectContaining({ window: 'the last 24 hours' }),
      expect.objectContaining({ window: 'the last 10,000 emails', bad: 450 }),
    ],
  });
});

test('other scopes have no rate of AWS', () => {
  const fields = { scope: 'identity:a.example', ledger: ledgerAt(now, days, lastEmails) };
  expect(evaluateAlarm(fields, 'rate-exceeded', 'bounceRate').figures).not.toHaveProperty('awsRate');
});

describe('a notice', () => {
  const location = { stack: 'ses-feedback-prod', region: 'eu-west-1' };
  const noticeOf = (...args: Parameters<typeof evaluate>) => {
    const notice = buildNotice(evaluate(...args), { contributors: [], now, location });
    if (notice === undefined) throw new Error('the alarm has no notice');
    return notice;
  };

  test('says how many bounces are left, by what, and which day weighs on it', () => {
    const notice = noticeOf(lastEmails, [0.012]);
    const text = formatNotice({
      ...notice,
      contributors: [{ kind: 'scope', name: 'tag:campaign=spring', bad: 280, of: 290 }],
    });
    expect(text).toContain(
      "APPROACHING: bounce rate in AWS's window\nSES measures a bounce rate of 1.2 %. With what has happened since, it is 3.9 %. The AWS review threshold is 5 %",
    );
    expect(text).toContain(
      `
AWS's own rate, over its window as inferred from its figures (explains 300 values of AWS, and no other window does):
  Over the last 10,000 emails: 385 of 10,000 (3.9 %); 115 bounces left before review, 615 before pause
  2026-11-16 contributes most: 290 of 500 (58 %)

Top contributors of 2026-11-16 (share of bounces):
  sent from      tag:campaign=spring  (96.6 %)
`,
    );
    expect(formatSms(notice)).toBe(
      "SES APPROACHING: bounce rate in AWS's window, 3.9 %, 115 bounces left before review",
    );
  });

  test('says when the rate is below the threshold again, if that is known', () => {
    const { awsRate } = noticeOf(knownWindow({ emails: 5000, days: 0 }), [0.012]);
    // 335 of 5,000: the bad day leaves after the six days that are newer than it, less what may stay.
    expect(awsRate?.estimates[0]?.belowReviewFrom).toMatch(/^2026-11-2[56]T/);
  });

  test('gives a range where the window is not known', () => {
    const text = formatNotice(noticeOf(unknown, [0.046]));
    expect(text).toContain('CRITICAL: bounce rate measured by SES\nSES measures a bounce rate of 4.6 %. The AWS');
    expect(text).toContain(
      "AWS's own rate: its window is not known (needs 60 values of AWS within the history, and has 2). A range:\n  Over the last 24 hours: 2 of 229 (0.87 %); 9 bounces left before review, 20 before pause\n  Over the last 10,000 emails: 385 of 10,000 (3.9 %); 115 bounces",
    );
    expect(text).not.toContain('inferred');
  });
});

test('a window of days recovers when the day has left it', () => {
  const { figures } = evaluate(knownWindow({ emails: 0, days: 6 }), [0.012]);
  const at = Date.parse(figures.awsRate?.estimates[0]?.belowReviewFrom ?? '');
  expect(Math.abs(at - (days[96]?.start ?? 0) - 7 * day)).toBeLessThan(day);
});
