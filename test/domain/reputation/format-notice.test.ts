import { formatNotice, formatSms } from '../../../shared/domain/reputation/format-notice.ts';
import type { Notice } from '../../../shared/domain/reputation/notice.ts';
import { notice } from './notice-fixtures.ts';

const shown = (fields: Partial<Notice>) => [formatNotice(notice(fields)), formatSms(notice(fields))];

test('an excess that turned critical', () => {
  expect(formatNotice(notice({}))).toBe(`CRITICAL: bounce rate of the account
Of the mails sent since 2026-11-20 12:00 UTC, 120 of 1,200 (10 %) bounced: more than chance explains at a rate of 5 %, where AWS reviews. (rule excess)

bounce rate, with the range the true rate is in (95 %):
  1h  0 of 0                nothing sent
  6h  120 of 1,200          10 %  (8.4 % to 11.8 %)
  24h 130 of 2,000          6.5 %  (5.5 % to 7.7 %)
  7d  140 of 20,000         0.7 %  (0.59 % to 0.83 %)

Headroom: 77 more bounces until 10 %, where AWS may pause; at the rate of the last 6 h it moves away from it.

Most of it has in common:
  sent from      configuration-set:news  (75 %)
  reported as    NoEmail  (90.9 %)
  recipients at  gmail  (90.9 %)

Next: npx ses-feedback rates --table reputation --scope account
Alarm account/rate-exceeded/bounceRate#1, 2026-11-20 13:00 UTC
`);
  expect(formatSms(notice({}))).toBe(
    'SES CRITICAL: bounce rate of the account, 120 of 1,200 (10 %), 77 bounces to pause line',
  );
});

/** The paragraph under the headline. */
const said = (fields: Partial<Notice>) => formatNotice(notice(fields)).split('\n')[1];

describe('an excess says of what it goes by', () => {
  test('when the newest mails alone reach the line', () => {
    expect(said({ bad: 60 })).toBe(
      'Of the mails sent since 2026-11-20 12:00 UTC, 60 of 1,200 (5 %) bounced, the newest of them: more than chance explains at a rate of 5 %, where AWS reviews. (rule excess)',
    );
  });

  test('when it only approaches', () => {
    const lines = { review: 0.001, pause: 0.005 };
    const few = { metric: 'complaintRate', to: 'approaching', bad: 9, total: 9000, lines } as const;
    expect(said(few)).toBe(
      'Of the mails sent since 2026-11-20 12:00 UTC, 9 of 9,000 (0.1 %) were reported as spam: more than chance explains at a rate of 0.08 %. The line is 0.1 %, where AWS reviews. (rule excess)',
    );
  });

  test('in a reminder without a word of chance: it may be less by now', () => {
    expect(said({ kind: 'reminder' })).toBe(
      'Of the mails sent since 2026-11-20 12:00 UTC, 120 of 1,200 (10 %) bounced. The line is 5 %, where AWS reviews. (rule excess) Raised 2026-11-20 11:00 UTC, and not over.',
    );
  });

  test('where it has stopped growing', () => {
    const { elevatedSince: _, ...still } = notice({ kind: 'reminder', bad: 0, total: 0 });
    expect(formatNotice(still).split('\n').slice(0, 2)).toEqual([
      'CRITICAL (still): bounce rate of the account',
      'It grows no more, and is over when enough has been sent at less than 2.5 %, half of the line. (rule excess) Raised 2026-11-20 11:00 UTC, and not over.',
    ]);
    expect(formatSms(still)).toBe(
      'SES CRITICAL (still): bounce rate of the account, 130 of 2,000 (6.5 %), 77 bounces to pause line',
    );
  });
});

test('what is over: for how long it lasted, its worst, and no headroom', () => {
  const peak = { rate: 0.1, bad: 200, total: 2000 };
  const over = { kind: 'resolved', from: 'critical', to: 'ok', durationMinutes: 90, peak, contributors: [] } as const;
  expect(shown(over)).toEqual([
    `RESOLVED: bounce rate of the account
It is over. It lasted 1.5 h, since 2026-11-20 11:00 UTC; at its worst 200 of 2,000 (10 %) in 24 hours.

bounce rate, with the range the true rate is in (95 %):
  1h  0 of 0                nothing sent
  6h  120 of 1,200          10 %  (8.4 % to 11.8 %)
  24h 130 of 2,000          6.5 %  (5.5 % to 7.7 %)
  7d  140 of 20,000         0.7 %  (0.59 % to 0.83 %)

Next: npx ses-feedback rates --table reputation --scope account
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
])('%d minutes are %s', (durationMinutes, text) => {
  const { peak: _, ...over } = notice({ kind: 'resolved', durationMinutes });
  expect(formatNotice(over)).toContain(`\nIt is over. It lasted ${text}, since 2026-11-20 11:00 UTC.\n`);
});

describe('the headroom is told', () => {
  const told = (headroom: Notice['headroom'] & object, fields: Partial<Notice> = {}) =>
    formatNotice(notice({ headroom, ...fields }))
      .split('\n')
      .find((line) => line.startsWith('Headroom'));

  test('with the time it takes', () => {
    expect(told({ to: 'review', remaining: 1084, hoursToThreshold: 2.5, basedOnHours: 6 })).toBe(
      'Headroom: 1,084 more bounces until 5 %, where AWS reviews; at the rate and pace of the last 6 h in 2.5 h.',
    );
    expect(
      told({ to: 'pause', remaining: 1, hoursToThreshold: 0.5, basedOnHours: 0.75 }, { metric: 'complaintRate' }),
    ).toBe(
      'Headroom: 1 more complaints until 10 %, the line you have set; at the rate and pace of the last 45 min in 30 min.',
    );
  });

  test('as none where the next one passes the line, whether it is reached or not', () => {
    expect(told({ to: 'review', remaining: 0, basedOnHours: 6 })).toBe(
      'Headroom: none. With one more the rate of 24 hours is at 5 %, where AWS reviews, or above.',
    );
    expect(told({ to: 'pause', remaining: 0, basedOnHours: 6 })).toBe(
      'Headroom: none. With one more the rate of 24 hours is at 10 %, where AWS may pause, or above.',
    );
  });
});

describe('a configuration set', () => {
  const named = { scope: 'configuration-set:my set', contributors: [] };
  const brake = (fields: Partial<Notice>) => formatNotice(notice({ ...named, ...fields })).split('\n\n')[3];

  test('that is pausedConfigurationSet: how to resume it', () => {
    expect(brake({ pausedConfigurationSet: 'my set' })).toBe(
      `Sending with the configuration set my set is paused by ses-feedback. When the cause is gone:
  aws sesv2 put-configuration-set-sending-options --configuration-set-name 'my set' --sending-enabled`,
    );
  });

  test('that could not be pausedConfigurationSet: why, and how to do it by hand', () => {
    expect(brake({ pausedConfigurationSet: 'my set', pauseError: 'AccessDeniedException' })).toBe(
      `Sending with the configuration set my set should be paused, and that failed: AccessDeniedException. To pause it by hand:
  aws sesv2 put-configuration-set-sending-options --configuration-set-name 'my set' --no-sending-enabled`,
    );
  });

  test('that is paused no more', () => {
    const text = formatNotice(notice({ ...named, kind: 'resolved', to: 'ok', resumedConfigurationSet: 'my set' }));
    expect(text.split('\n\n')[2]).toBe(
      'Sending with the configuration set my set was resumed. The brake is armed again.',
    );
  });
});

test('causes are those of the whole account, and said to be', () => {
  const heading = (scope: string) => /^Most of .*$/m.exec(formatNotice(notice({ scope })))?.[0];
  expect(heading('account')).toBe('Most of it has in common:');
  expect(heading('tenant:a')).toBe('Most of what went bad in the whole account has in common:');
  expect(formatNotice(notice({ contributors: [] }))).not.toContain('in common');
});
