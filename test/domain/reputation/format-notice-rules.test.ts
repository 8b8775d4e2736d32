import { formatNotice, toNoticeMessage } from '../../../shared/domain/reputation/format-notice.ts';
import { formatSms } from '../../../shared/domain/reputation/format-sms.ts';
import { headline } from '../../../shared/domain/reputation/headline.ts';
import type { Notice } from '../../../shared/domain/reputation/notice.ts';
import { accountNotice, notice } from './notice-fixtures.ts';

const textAndSms = (one: Notice) => [formatNotice(one), formatSms(one)];
/** Builds a notice about the rate that SES measures, without any figures of ses-feedback. */
const nearThreshold = (fields: Partial<Notice>): Notice => {
  const {
    rates: _,
    elevatedSince: __,
    headroom: ___,
    ...rest
  } = notice({ rule: 'near-threshold', contributors: [], ...fields });
  return rest;
};

describe('a notice about the rate that SES measures', () => {
  test('reports the rate and the thresholds', () => {
    expect(textAndSms(nearThreshold({ to: 'approaching', ses: { rate: 0.0312 } }))).toEqual([
      `APPROACHING: bounce rate measured by SES
SES measures a bounce rate of 3.1 %. The AWS review threshold is 5 %, the AWS pause threshold 10 %.

Next (in the ses-feedback checkout): npx ses-feedback rates --table reputation --scope account
Runbook: docs/runbook.md#near-threshold
Alarm account/rate-exceeded/bounceRate#1, 2026-11-20 13:00 UTC
`,
      'SES APPROACHING: bounce rate measured by SES, 3.1 %',
    ]);
  });

  test('names the thresholds of the policy, which are stricter than those of AWS', () => {
    const thresholds = { review: 0.02, pause: 0.03 };
    expect(formatNotice(nearThreshold({ ses: { rate: 0.019 }, thresholds })).split('\n')[1]).toBe(
      'SES measures a bounce rate of 1.9 %. The review threshold in your policy is 2 %, the pause threshold in your policy 3 %.',
    );
  });

  test('also reports the rates counted by ses-feedback, except in an SMS', () => {
    const { elevatedSince: _, ...both } = notice({ rule: 'near-threshold', ses: { rate: 0.0451 }, kind: 'reminder' });
    const text = formatNotice(both);
    expect(text).toContain('CRITICAL (still): bounce rate measured by SES\n');
    expect(text).toContain('\n  24h 130 of 2,000          6.5 %');
    expect(text).toContain('\nHeadroom: 77 more bounces');
    expect(text).toContain('the AWS pause threshold 10 %. The alarm has been active since 2026-11-20 11:00 UTC.\n');
    expect(formatSms(both)).toBe('SES CRITICAL (still): bounce rate measured by SES, 4.5 %');
  });

  test('reports the peak when the alarm is resolved', () => {
    const resolved = { kind: 'resolved', to: 'ok', durationMinutes: 3000, peak: { rate: 0.0478 } } as const;
    expect(textAndSms(nearThreshold(resolved))).toEqual([
      `RESOLVED: bounce rate measured by SES
The alarm lasted 2.1 days, since 2026-11-20 11:00 UTC. Highest rate measured by SES: 4.8 %.

Next (in the ses-feedback checkout): npx ses-feedback rates --table reputation --scope account
Runbook: docs/runbook.md#near-threshold
Alarm account/rate-exceeded/bounceRate#1, 2026-11-20 13:00 UTC
`,
      'SES RESOLVED: bounce rate measured by SES after 2.1 days',
    ]);
  });
});

describe('a notice about the account status', () => {
  test.each([
    [
      'PROBATION',
      'AWS has put the account under review',
      'SES still sends your emails. AWS may pause the account next.',
    ],
    ['SHUTDOWN', 'AWS has paused the account', 'SES sends no emails until AWS resumes the account.'],
    [
      'SOMETHING NEW',
      'SES account under review or paused',
      'AWS has put the account under review or paused it. Its current status is unknown.',
    ],
  ])('explains %s, and names the support console and a command', (enforcementStatus, subject, text) => {
    expect(textAndSms(accountNotice({ rule: 'account-status', ses: { enforcementStatus } }))).toEqual([
      `CRITICAL: ${subject}
${text}

Next: fix the problem and answer the case that AWS opened: https://console.aws.amazon.com/support/home
To check the account status, run: aws sesv2 get-account
Runbook: docs/runbook.md#account-status
Alarm account/account-status#1, 2026-11-20 13:00 UTC
`,
      `SES CRITICAL: ${subject}`,
    ]);
  });

  test('reports that AWS has resumed the account and still reviews it', () => {
    const ses = { enforcementStatus: 'PROBATION' };
    const eased = accountNotice({ rule: 'account-status', kind: 'eased', from: 'critical', to: 'approaching', ses });
    expect(textAndSms(eased)).toEqual([
      `EASED: the account is under review, and not paused
SES still sends your emails. AWS may pause the account next.

Next: fix the problem and answer the case that AWS opened: https://console.aws.amazon.com/support/home
To check the account status, run: aws sesv2 get-account
Runbook: docs/runbook.md#account-status
Alarm account/account-status#1, 2026-11-20 13:00 UTC
`,
      'SES EASED: the account is under review, and not paused',
    ]);
  });

  test('reports that the account is healthy again', () => {
    const ses = { enforcementStatus: 'HEALTHY' };
    const resolved = accountNotice({
      rule: 'account-status',
      kind: 'resolved',
      from: 'critical',
      to: 'ok',
      durationMinutes: 90,
      ses,
    });
    expect(textAndSms(resolved)).toEqual([
      `RESOLVED: account status is healthy again
The alarm lasted 1.5 h, since 2026-11-20 13:00 UTC.

Next: aws sesv2 get-account
Runbook: docs/runbook.md#account-status
Alarm account/account-status#1, 2026-11-20 13:00 UTC
`,
      'SES RESOLVED: account status is healthy again after 1.5 h',
    ]);
  });
});

test.each<[Partial<Notice>, string]>([
  [{}, 'CRITICAL: bounce rate of the account'],
  [{ to: 'approaching', metric: 'complaintRate' }, 'APPROACHING: complaint rate of the account'],
  [{ kind: 'reminder', scope: 'tenant:a' }, 'CRITICAL (still): bounce rate of tenant:a'],
  [{ kind: 'resolved', to: 'ok', scope: 'identity:example.com' }, 'RESOLVED: bounce rate of identity:example.com'],
  [{ rule: 'near-threshold' }, 'CRITICAL: bounce rate measured by SES'],
])('the headline of %j is %s', (fields, text) => {
  expect(headline(notice(fields))).toBe(text);
});

/** An earlier version may have stored such a notice before this version publishes it. */
test.each<[Notice['rule'], string, string]>([
  ['rate-exceeded', 'CRITICAL: bounce rate of the account', 'The bounce rate is not elevated at the moment.'],
  [
    'near-threshold',
    'CRITICAL: bounce rate measured by SES',
    'SES has published no bounce rate in the last day. The review threshold',
  ],
  ['account-status', 'CRITICAL: SES account under review or paused', 'AWS has put the account under review'],
  [
    'missing-feedback',
    'CRITICAL: bounces from SES are missing',
    'In the last 24 hours, SES counted 0 bounces, but ses-feedback received only 0.',
  ],
])('a notice of the rule %s without figures is still a readable text', (rule, firstLine, text) => {
  const bare = accountNotice({ rule });
  expect(formatNotice(bare).startsWith(`${firstLine}\n${text}`)).toBe(true);
  expect(formatSms(bare)).toBe(`SES ${firstLine}`);
  expect(formatSms({ ...bare, kind: 'resolved' })).toContain(' after 1 min');
  const { headroom: _, ...noHeadroom } = notice({ rule });
  const { metric: __, thresholds: ___, ...noMetric } = notice({ rule, ses: {} });
  const noRates = { ...bare, elevatedSince: '2026-11-20T12:00:00.000Z', ses: {} };
  for (const one of [noRates, noHeadroom, noMetric]) {
    expect(`${formatNotice(one)}${formatSms(one)}`).not.toMatch(/undefined|NaN|Headroom/);
  }
});

test('a notice without a metric is written as one about bounces', () => {
  const { metric: _, ...noMetric } = notice({});
  expect(formatNotice(noMetric)).toContain('Recent bounce rate,');
  expect(formatNotice(noMetric)).toContain(
    '\nHeadroom: 77 more bounces until the 24-hour rate reaches the 10 % AWS pause',
  );
  expect(formatNotice(noMetric)).toContain('\nTop contributors (share of bounces):\n');
  expect(formatSms(noMetric)).toContain(', 77 more bounces to the pause threshold');
});

describe('an SNS message', () => {
  test('contains a text for people, an SMS, and JSON for machines', () => {
    const one = notice({ kind: 'reminder' });
    const json = JSON.stringify(one);
    const text = formatNotice(one);
    expect(toNoticeMessage(one)).toEqual({
      subject: '[ses-feedback] CRITICAL (still): bounce rate of the account',
      parts: {
        default: text,
        email: text,
        sms: formatSms(one),
        sqs: json,
        lambda: json,
        http: json,
        https: json,
        firehose: json,
      },
      attributes: {
        rule: 'rate-exceeded',
        metric: 'bounceRate',
        scope: 'account',
        kind: 'reminder',
        status: 'critical',
      },
    });
    expect(JSON.parse(json)).toEqual(one);
  });

  test('has the attribute metric "none" if the alarm concerns no rate', () => {
    expect(toNoticeMessage(accountNotice({ rule: 'missing-feedback' })).attributes).toEqual({
      rule: 'missing-feedback',
      metric: 'none',
      scope: 'account',
      kind: 'raised',
      status: 'critical',
    });
  });

  test('has a subject of fewer than 100 ASCII characters, and an SMS of at most 140', () => {
    const scope = `tag:campaign=ü\n${'x'.repeat(120)}`;
    const { subject, parts } = toNoticeMessage(notice({ scope }));
    expect(subject).toBe(`[ses-feedback] CRITICAL: bounce rate of tag:campaign=??${'x'.repeat(44)}`);
    expect(subject).toHaveLength(99);
    const figures = ', 120 of 1,200 (10 %), 77 more bounces to the pause threshold';
    expect(parts.sms).toBe(`SES CRITICAL: bounce rate of tag:campaign=??${'x'.repeat(96 - figures.length)}${figures}`);
    expect(parts.sms).toHaveLength(140);
  });
});
