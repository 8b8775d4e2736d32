import { formatNotice, formatSms, headline, toNoticeMessage } from '../../../shared/domain/reputation/format-notice.ts';
import type { Notice } from '../../../shared/domain/reputation/notice.ts';
import { accountNotice, notice } from './notice-fixtures.ts';

const shown = (one: Notice) => [formatNotice(one), formatSms(one)];
/** SES's rate and its lines, where nothing is known of our own. */
const headroom = (fields: Partial<Notice>): Notice => {
  const {
    rates: _,
    elevatedSince: __,
    headroom: ___,
    ...rest
  } = notice({ rule: 'near-threshold', contributors: [], ...fields });
  return rest;
};

describe("a notice of SES's own rate", () => {
  test('says what it is, and where the lines are', () => {
    expect(shown(headroom({ to: 'approaching', ses: { rate: 0.0312 } }))).toEqual([
      `APPROACHING: bounce rate at SES
SES's own rate is 3.1 %. AWS reviews at 5 %, and may pause the account at 10 %. (rule headroom)

Next: npx ses-feedback rates --table reputation --scope account
Alarm account/rate-exceeded/bounceRate#1, 2026-11-20 13:00 UTC
`,
      'SES APPROACHING: bounce rate at SES, 3.1 %',
    ]);
  });

  test('shows our own rates as well, and goes by SES on a telephone', () => {
    const { elevatedSince: _, ...both } = notice({ rule: 'near-threshold', ses: { rate: 0.0451 }, kind: 'reminder' });
    const text = formatNotice(both);
    expect(text).toContain('CRITICAL (still): bounce rate at SES\n');
    expect(text).toContain('\n  24h 130 of 2,000          6.5 %');
    expect(text).toContain('\nHeadroom: 77 more bounces');
    expect(text).toContain('(rule headroom) Raised 2026-11-20 11:00 UTC, and not over.\n');
    expect(formatSms(both)).toBe('SES CRITICAL (still): bounce rate at SES, 4.5 %');
  });

  test('tells its worst value when it is over', () => {
    const over = { kind: 'resolved', to: 'ok', durationMinutes: 3000, peak: { rate: 0.0478 } } as const;
    expect(shown(headroom(over))).toEqual([
      `RESOLVED: bounce rate at SES
It is over. It lasted 2.1 days, since 2026-11-20 11:00 UTC; at its worst 4.8 %.

Next: npx ses-feedback rates --table reputation --scope account
Alarm account/rate-exceeded/bounceRate#1, 2026-11-20 13:00 UTC
`,
      'SES RESOLVED: bounce rate at SES after 2.1 days',
    ]);
  });
});

describe("a notice of SES's word on the account", () => {
  test.each([
    ['PROBATION', 'AWS has put the account under review. It may pause the account next.'],
    ['SHUTDOWN', 'AWS has paused the account: SES sends nothing.'],
  ])('says what %s means', (enforcementStatus, meaning) => {
    expect(shown(accountNotice({ rule: 'account-status', ses: { enforcementStatus } }))).toEqual([
      `CRITICAL: SES account under enforcement
${meaning} (rule enforcement)

Next: aws sesv2 get-account
Alarm account/account-status#1, 2026-11-20 13:00 UTC
`,
      'SES CRITICAL: SES account under enforcement',
    ]);
  });
});

test('a notice of the loop says what is missing, what may be the cause, and what it costs', () => {
  const ses = { feedback: { ses: 1200, received: 37 } };
  expect(shown(accountNotice({ rule: 'missing-feedback', ses, command: 'aws ses …' }))).toEqual([
    `CRITICAL: SES feedback does not come in
In the last 24 hours SES counted 1,200 bounces and complaints, and 37 came in here. Either SES has removed the topic of an identity, as it does without a word when it cannot publish, or mail is sent without the configuration set. Suppression and rates miss what does not come in. (rule loop)

Next: aws ses …
Alarm account/missing-feedback#1, 2026-11-20 13:00 UTC
`,
    'SES CRITICAL: SES feedback does not come in',
  ]);
});

test.each<[Partial<Notice>, string]>([
  [{}, 'CRITICAL: bounce rate of the account'],
  [{ to: 'approaching', metric: 'complaintRate' }, 'APPROACHING: complaint rate of the account'],
  [{ kind: 'reminder', scope: 'tenant:a' }, 'CRITICAL (still): bounce rate of tenant:a'],
  [{ kind: 'resolved', to: 'ok', scope: 'identity:example.com' }, 'RESOLVED: bounce rate of identity:example.com'],
  [{ rule: 'near-threshold' }, 'CRITICAL: bounce rate at SES'],
])('the headline of %j is %s', (fields, text) => {
  expect(headline(notice(fields))).toBe(text);
});

/** Written by an earlier version, and published by this one. */
test.each<[Notice['rule'], string, string]>([
  ['rate-exceeded', 'CRITICAL: rate', 'It grows no more, and is over when enough has been sent at less than 0 %,'],
  [
    'near-threshold',
    'CRITICAL: rate at SES',
    "SES's own rate is 0 %. AWS reviews at 0 %, and may pause the account at 0 %.",
  ],
  ['account-status', 'CRITICAL: SES account under enforcement', 'AWS has put the account under review.'],
  [
    'missing-feedback',
    'CRITICAL: SES feedback does not come in',
    'In the last 24 hours SES counted 0 bounces and complaints, and 0',
  ],
])('a notice of the rule %s without its figures is a text all the same', (rule, headline, text) => {
  const bare = accountNotice({ rule });
  expect(formatNotice(bare).startsWith(`${headline}\n${text}`)).toBe(true);
  expect(formatSms(bare)).toBe(`SES ${headline}`);
  expect(formatSms({ ...bare, kind: 'resolved' })).toContain(' after 1 min');
  const { headroom: _, ...noHeadroom } = notice({ rule });
  const { metric: __, thresholds: ___, ...noMetric } = notice({ rule, ses: {} });
  const sinceThen = { ...bare, elevatedSince: '2026-11-20T12:00:00.000Z', ses: {} };
  for (const one of [sinceThen, noHeadroom, noMetric]) {
    expect(`${formatNotice(one)}${formatSms(one)}`).not.toMatch(/undefined|NaN|Headroom/);
  }
});

describe('as SNS takes it', () => {
  test('a notice is a text for people, a line for a telephone, and itself for machines', () => {
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

  test('one of no rate says so to filters', () => {
    expect(toNoticeMessage(accountNotice({ rule: 'missing-feedback' })).attributes).toEqual({
      rule: 'missing-feedback',
      metric: 'none',
      scope: 'account',
      kind: 'raised',
      status: 'critical',
    });
  });

  test('a subject is of less than 100 letters SNS lets through, and a line for a telephone of 140', () => {
    const scope = `tag:campaign=ü\n${'x'.repeat(120)}`;
    const { subject, parts } = toNoticeMessage(notice({ scope }));
    expect(subject).toBe(`[ses-feedback] CRITICAL: bounce rate of tag:campaign=??${'x'.repeat(44)}`);
    expect(subject).toHaveLength(99);
    const figures = ', 120 of 1,200 (10 %), 77 bounces to pause line';
    expect(parts.sms).toBe(`SES CRITICAL: bounce rate of tag:campaign=??${'x'.repeat(96 - figures.length)}${figures}`);
    expect(parts.sms).toHaveLength(140);
  });
});
