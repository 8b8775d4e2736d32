import { formatNotice } from '../../../shared/domain/reputation/format-notice.ts';
import { formatSms } from '../../../shared/domain/reputation/format-sms.ts';
import { headline } from '../../../shared/domain/reputation/headline.ts';
import type { Notice } from '../../../shared/domain/reputation/notice.ts';
import { accountNotice } from './notice-fixtures.ts';

const textAndSms = (one: Notice) => [formatNotice(one), formatSms(one)];

test('a notice about missing feedback reports the counts, the possible causes and the consequences', () => {
  const ses = { feedback: { ses: 1200, received: 37 } };
  expect(textAndSms(accountNotice({ rule: 'missing-feedback', ses, command: 'aws ses …' }))).toEqual([
    `CRITICAL: bounces from SES are missing
In the last 24 hours, SES counted 1,200 bounces, but ses-feedback received only 37. Either SES removed the notification topic of an identity, which happens without notice when SES cannot publish to it, or emails are sent without the configuration set. Until this is fixed, addresses in the missing bounces are not suppressed, and the rates are incomplete. If others send from this account as well, set missingFeedback in the policy.

Next: aws ses …
Runbook: docs/runbook.md#missing-feedback
Alarm account/missing-feedback#1, 2026-11-20 13:00 UTC
`,
    'SES CRITICAL: bounces from SES are missing',
  ]);
});

test('a notice that feedback arrives again is not headed as missing feedback', () => {
  const resolved = accountNotice({ rule: 'missing-feedback', kind: 'resolved', to: 'ok' });
  expect(headline(resolved)).toBe('RESOLVED: bounces from SES arrive again');
  expect(headline({ ...resolved, metric: 'complaintRate' })).toBe('RESOLVED: complaints from SES arrive again');
});

test('a notice about missing complaints is about a week, and one about missing sends says what follows', () => {
  const complaints = accountNotice({
    rule: 'missing-feedback',
    metric: 'complaintRate',
    ses: { feedback: { ses: 60, received: 0 } },
  });
  expect(formatNotice(complaints)).toMatch(
    /^CRITICAL: complaints from SES are missing\nIn the last 7 days, SES counted 60 complaints, but ses-feedback received only 0\./,
  );
  const sends = accountNotice({ rule: 'missing-sends', ses: { sends: { received: 10, feedback: 3, ses: 5000 } } });
  expect(formatNotice(sends)).toMatch(
    /^CRITICAL: Send events are missing\nIn the last 24 hours, SES counted 5,000 emails, but only 10 Send events\. .*too high/,
  );
  const blind = accountNotice({
    rule: 'missing-sends',
    scope: 'tenant:a',
    ses: { sends: { received: 0, feedback: 30 } },
  });
  expect(formatNotice(blind)).toMatch(
    /^CRITICAL: Send events are missing of tenant:a\nIn the last 24 hours, 30 bounces and complaints arrived, but only 0 Send events\./,
  );
});

test('a notice that Send events arrive again is not headed as missing events, and names the scope', () => {
  const resolved = accountNotice({ rule: 'missing-sends', kind: 'resolved', to: 'ok' });
  expect(headline(resolved)).toBe('RESOLVED: Send events arrive again');
  expect(headline({ ...resolved, scope: 'tenant:a' })).toBe('RESOLVED: Send events of tenant:a arrive again');
});
