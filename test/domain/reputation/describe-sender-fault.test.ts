import { formatNotice, formatSms, toNoticeMessage } from '../../../shared/domain/reputation/format-notice.ts';
import { headline } from '../../../shared/domain/reputation/headline.ts';
import { type SenderCause, senderCauses } from '../../../shared/domain/reputation/rules/sender-fault.ts';
import { accountNotice } from './notice-fixtures.ts';

const counts = (...names: string[]) => names.map((name, i) => ({ name, count: 20 - i }));
const about = (cause: SenderCause, fields: Partial<Parameters<typeof accountNotice>[0]> = {}) =>
  accountNotice({
    rule: 'sender-fault',
    cause,
    command: 'aws sesv2 get-email-identity --email-identity shop.example',
    senderFault: { recipients: 1234, providers: counts('google', 'microsoft'), sentFrom: counts('shop.example') },
    ...fields,
  });

test('a notice says what fails, for whom, which records to look at, and what comes next', () => {
  expect(formatNotice(about('authentication'))).toBe(
    `CRITICAL: emails of shop.example fail authentication
In this hour and the one before, emails to 1,234 recipients were refused for this reason, sent from shop.example (20). They are at google (20), microsoft (19). Check the DNS records: the DKIM records of SES (*._domainkey.shop.example), the SPF record of the MAIL FROM domain (TXT), and the DMARC record (TXT at _dmarc.shop.example). See also https://postmaster.google.com/, https://sendersupport.olc.protection.outlook.com/snds/. No recipient is suppressed permanently for it.

Next: aws sesv2 get-email-identity --email-identity shop.example
Alarm account/sender-fault#1, 2026-11-20 13:00 UTC
`,
  );
});

test('names three providers at most, and none that is unknown has a page', () => {
  const senderFault = { recipients: 60, providers: counts('other', 'google', 'qq', 'gmx'), sentFrom: [] };
  const text = formatNotice(about('block-list', { senderFault }));
  expect(text).toContain('were refused for this reason. They are at other (20), google (19), qq (18), 1 more. Look up');
  expect(text).toContain('See also https://postmaster.google.com/, https://postmaster.gmx.net/. No recipient');
  const unknown = { recipients: 20, providers: counts('other'), sentFrom: [] };
  expect(formatNotice(about('sender-address', { senderFault: unknown }))).toContain('Check that your domain and');
  expect(formatNotice(about('policy', { senderFault: unknown }))).not.toContain('See also');
});

test.each(Object.keys(senderCauses) as SenderCause[])('the cause %s has a headline of its own', (cause) => {
  const others = Object.keys(senderCauses).filter((other) => other !== cause) as SenderCause[];
  expect(others.map((other) => headline(about(other)))).not.toContain(headline(about(cause)));
  const { subject, attributes } = toNoticeMessage(about(cause));
  expect(subject).toMatch(/^\[ses-feedback\] CRITICAL: \w/);
  expect(attributes).toMatchObject({ rule: 'sender-fault', metric: 'none' });
});

test('the end of an alarm is announced with its duration, and an SMS has the headline', () => {
  const resolved = about('block-list', {
    kind: 'resolved',
    to: 'ok',
    durationMinutes: 120,
    peak: { rate: 50, bad: 50 },
  });
  expect(formatNotice(resolved)).toMatch(
    /^RESOLVED: no longer so: the sender is on a block list\nThe alarm lasted 2 h, since 2026-11-20 13:00 UTC\.\n/,
  );
  expect(formatSms(about('rate-limit', { to: 'approaching' }))).toBe(
    'SES APPROACHING: servers limit the rate of the sender',
  );
});
