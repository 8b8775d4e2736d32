import { formatNotice } from '../../../shared/domain/reputation/format-notice.ts';
import { formatSms } from '../../../shared/domain/reputation/format-sms.ts';
import type { Notice } from '../../../shared/domain/reputation/notice.ts';
import { notice } from './notice-fixtures.ts';

const textAndSms = (fields: Partial<Notice>) => [formatNotice(notice(fields)), formatSms(notice(fields))];

test('a critical rate is reported with its test, its windows, the headroom, the contributors and the next command', () => {
  expect(formatNotice(notice({}))).toBe(`CRITICAL: bounce rate of the account
Of the emails sent since 2026-11-20 12:00 UTC, 120 of 1,200 (10 %) bounced: significantly above the 5 % AWS review threshold.

Recent bounce rate, with 95 % confidence interval:
  1h  0 of 0                nothing sent
  6h  120 of 1,200          10 %  (8.4 % to 11.8 %)
  24h 130 of 2,000          6.5 %  (5.5 % to 7.7 %)
  7d  140 of 20,000         0.7 %  (0.59 % to 0.83 %)

Headroom: 77 more bounces until the 24-hour rate reaches the 10 % AWS pause threshold. The rate of the last 6 h is not above this threshold, so the headroom is not shrinking.

Top contributors (share of bounces):
  sent from      configuration-set:news  (75 %)
  reported as    NoEmail  (90.9 %)
  recipients at  gmail  (90.9 %)

Next (in the ses-feedback checkout): npx ses-feedback rates --table reputation --scope account
Runbook: docs/runbook.md#rate-exceeded
Alarm account/rate-exceeded/bounceRate#1, 2026-11-20 13:00 UTC
`);
  expect(formatSms(notice({}))).toBe(
    'SES CRITICAL: bounce rate of the account, 120 of 1,200 (10 %), 77 more bounces to the pause threshold',
  );
});

/** Returns the paragraph below the headline. */
const description = (fields: Partial<Notice>) => formatNotice(notice(fields)).split('\n')[1];

describe('an exceeded rate is described', () => {
  test('when only the most recent emails are above the threshold', () => {
    expect(description({ bad: 60 })).toBe(
      'Of the emails sent since 2026-11-20 12:00 UTC, 60 of 1,200 (5 %) bounced. The rate of the most recent emails is significantly above the 5 % AWS review threshold.',
    );
  });

  test('when it approaches the threshold', () => {
    const thresholds = { review: 0.001, pause: 0.005 };
    const few = { metric: 'complaintRate', to: 'approaching', bad: 9, total: 9000, thresholds } as const;
    expect(description(few)).toBe(
      'Of the emails sent since 2026-11-20 12:00 UTC, 9 of 9,000 (0.1 %) were reported as spam: significantly above 0.08 % (80 % of the 0.1 % AWS review threshold), but not yet significantly above 0.1 %.',
    );
  });

  test('in a reminder, without claiming that it is still significant', () => {
    expect(description({ kind: 'reminder' })).toBe(
      'Of the emails sent since 2026-11-20 12:00 UTC, 120 of 1,200 (10 %) bounced. The AWS review threshold is 5 %. The alarm has been active since 2026-11-20 11:00 UTC.',
    );
  });

  test('when it is not elevated at the moment', () => {
    const { elevatedSince: _, ...reminder } = notice({ kind: 'reminder', bad: 0, total: 0 });
    expect(formatNotice(reminder).split('\n').slice(0, 2)).toEqual([
      'CRITICAL (still): bounce rate of the account',
      'The bounce rate is not elevated at the moment. The alarm resolves once enough emails at a rate below 2.5 % (half of the 5 % AWS review threshold) are 12 hours old, because feedback can take that long. The alarm has been active since 2026-11-20 11:00 UTC.',
    ]);
    expect(formatSms(reminder)).toBe(
      'SES CRITICAL (still): bounce rate of the account, 130 of 2,000 (6.5 %), 77 more bounces to the pause threshold',
    );
  });
});

test('a resolved alarm is reported with its duration and peak, and without headroom', () => {
  const peak = { rate: 0.1, bad: 200, total: 2000 };
  const resolved = {
    kind: 'resolved',
    from: 'critical',
    to: 'ok',
    durationMinutes: 90,
    peak,
    contributors: [],
  } as const;
  expect(textAndSms(resolved)).toEqual([
    `RESOLVED: bounce rate of the account
The alarm lasted 1.5 h, since 2026-11-20 11:00 UTC. Highest 24-hour rate: 200 of 2,000 (10 %).

Recent bounce rate, with 95 % confidence interval:
  1h  0 of 0                nothing sent
  6h  120 of 1,200          10 %  (8.4 % to 11.8 %)
  24h 130 of 2,000          6.5 %  (5.5 % to 7.7 %)
  7d  140 of 20,000         0.7 %  (0.59 % to 0.83 %)

Next (in the ses-feedback checkout): npx ses-feedback rates --table reputation --scope account
Runbook: docs/runbook.md#rate-exceeded
Alarm account/rate-exceeded/bounceRate#1, 2026-11-20 13:00 UTC
`,
    'SES RESOLVED: bounce rate of the account after 1.5 h, 130 of 2,000 (6.5 %)',
  ]);
});

test.each([
  [0, '1 min'],
  [89.4, '89 min'],
  [90, '1.5 h'],
  [47 * 60 + 56, '47.9 h'],
  [48 * 60, '2 days'],
  [50.4 * 60, '2.1 days'],
])('%d minutes are written as %s', (durationMinutes, text) => {
  const { peak: _, ...resolved } = notice({ kind: 'resolved', durationMinutes });
  expect(formatNotice(resolved)).toContain(`\nThe alarm lasted ${text}, since 2026-11-20 11:00 UTC.\n`);
});

describe('the headroom is described', () => {
  const describeHeadroom = (headroom: Notice['headroom'] & object, fields: Partial<Notice> = {}) =>
    formatNotice(notice({ headroom, ...fields }))
      .split('\n')
      .find((line) => line.startsWith('Headroom'));

  test('with the time until the threshold is reached', () => {
    expect(describeHeadroom({ to: 'review', remaining: 1084, hoursToThreshold: 2.5, basedOnHours: 6 })).toBe(
      'Headroom: 1,084 more bounces until the 24-hour rate reaches the 5 % AWS review threshold, expected in 2.5 h at the rate and volume of the last 6 h.',
    );
    expect(
      describeHeadroom(
        { to: 'pause', remaining: 1, hoursToThreshold: 0.5, basedOnHours: 0.75 },
        { metric: 'complaintRate' },
      ),
    ).toBe(
      'Headroom: 1 more complaint until the 24-hour rate reaches the 10 % pause threshold in your policy, expected in 30 min at the rate and volume of the last 45 min.',
    );
  });

  test('in an SMS, in singular or plural, or as none', () => {
    const sms = (remaining: number) =>
      formatSms(notice({ headroom: { to: 'review', remaining, basedOnHours: 6 } }))
        .split(', ')
        .at(-1);
    expect([0, 1, 110].map(sms)).toEqual([
      'no headroom to the review threshold',
      '1 more bounce to the review threshold',
      '110 more bounces to the review threshold',
    ]);
  });

  test('as none if the next bounce reaches the threshold, whether it is reached already or not', () => {
    expect(describeHeadroom({ to: 'review', remaining: 0, basedOnHours: 6 })).toBe(
      'Headroom: none. One more bounce puts the 24-hour rate at or above the 5 % AWS review threshold.',
    );
    expect(describeHeadroom({ to: 'pause', remaining: 0, basedOnHours: 6 })).toBe(
      'Headroom: none. One more bounce puts the 24-hour rate at or above the 10 % AWS pause threshold.',
    );
  });
});

describe('a configuration set', () => {
  const fieldsOfSet = { scope: 'configuration-set:my set', contributors: [] };
  const pauseParagraph = (fields: Partial<Notice>) =>
    formatNotice(notice({ ...fieldsOfSet, ...fields })).split('\n\n')[3];

  test('that was paused is reported with the command that resumes it', () => {
    expect(pauseParagraph({ pausedConfigurationSet: 'my set' })).toBe(
      `ses-feedback paused sending with configuration set my set. Once the cause is fixed, resume it with:
  aws sesv2 put-configuration-set-sending-options --configuration-set-name 'my set' --sending-enabled`,
    );
  });

  test('that could not be paused is reported with the reason, and the command that pauses it', () => {
    expect(pauseParagraph({ pausedConfigurationSet: 'my set', pauseError: 'AccessDeniedException' })).toBe(
      `ses-feedback could not pause sending with configuration set my set: AccessDeniedException. To pause it manually, run:
  aws sesv2 put-configuration-set-sending-options --configuration-set-name 'my set' --no-sending-enabled`,
    );
  });

  test('that was resumed is reported', () => {
    const text = formatNotice(
      notice({ ...fieldsOfSet, kind: 'resolved', to: 'ok', resumedConfigurationSet: 'my set' }),
    );
    expect(text.split('\n\n')[2]).toBe(
      'An operator resumed sending with configuration set my set. Auto-pause is active again.',
    );
  });
});

test('contributors are those of the whole account, and a notice of another scope says so', () => {
  const heading = (fields: Partial<Notice>) => /^Top contributors .*$/m.exec(formatNotice(notice(fields)))?.[0];
  expect(heading({ scope: 'account' })).toBe('Top contributors (share of bounces):');
  expect(heading({ scope: 'tenant:a', metric: 'complaintRate' })).toBe(
    'Top contributors (share of complaints in the whole account):',
  );
  expect(formatNotice(notice({ contributors: [] }))).not.toContain('contributors');
});
