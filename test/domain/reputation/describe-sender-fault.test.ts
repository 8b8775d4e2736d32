import { formatNotice, toNoticeMessage } from '../../../shared/domain/reputation/format-notice.ts';
import { formatSms } from '../../../shared/domain/reputation/format-sms.ts';
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
Runbook: docs/runbook.md#sender-fault
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
    /^RESOLVED: servers no longer say that the sender is on a block list\nThe alarm lasted 2 h, since 2026-11-20 13:00 UTC\.\n/,
  );
  expect(formatSms(about('rate-limit', { to: 'approaching' }))).toBe(
    'SES APPROACHING: servers limit the rate of the sender',
  );
});

test.each<[SenderCause, string, string]>([
  [
    'virus',
    'emails are taken to contain a virus',
    'Look at what was sent: a link or an attachment may be infected, or somebody else may send with your credentials.',
  ],
  [
    'host-name',
    'servers refuse the name of the sending host',
    'A dedicated IP address needs a PTR record that points back to it. The shared addresses of SES have one; open a support case with AWS.',
  ],
  [
    'reputation',
    'servers refuse the sender for its reputation',
    'Send only to recipients who asked for it and who react, and look at the complaints at the providers.',
  ],
  [
    'rate-limit',
    'servers limit the rate of the sender',
    'Send more slowly to these providers, and raise the volume of a new domain or IP address step by step.',
  ],
  [
    'policy',
    'servers refuse the sender by a policy',
    'Read the answers of the servers in the evidence of the addresses: they name the rule or a page.',
  ],
])('a notice about %s says what comes next, and names no domain in its headline', (cause, subject, next) => {
  expect(headline(about(cause))).toBe(`CRITICAL: ${subject}`);
  expect(formatNotice(about(cause))).toContain(`${next} See also`);
});

test('each page of a provider is an address, and three are named at most', () => {
  const providers = ['comcast', 'orange', 'yandex', 'mailru'];
  const pagesOf = (names: readonly string[]) => {
    const senderFault = { recipients: 60, providers: counts(...names), sentFrom: [] };
    return /See also (.*)\. No recipient/.exec(formatNotice(about('policy', { senderFault })))?.[1]?.split(', ');
  };
  expect(pagesOf(providers)).toEqual([
    'https://postmaster.comcast.net/',
    'https://postmaster.orange.fr/',
    'https://postoffice.yandex.com/',
  ]);
  expect(pagesOf(['mailru'])).toEqual(['https://postmaster.mail.ru/']);
});

test('without a page, the text goes on with the next sentence', () => {
  const senderFault = { recipients: 20, providers: counts('other'), sentFrom: [] };
  expect(formatNotice(about('policy', { senderFault }))).toContain('they name the rule or a page. No recipient is');
});

test('a notice that an earlier version stored without figures can be published', () => {
  const { senderFault: _, ...bare } = about('authentication');
  expect(headline(bare)).toBe('CRITICAL: emails fail authentication');
  expect(formatNotice(bare)).toContain('emails to 0 recipients were refused for this reason. Check the DNS records');
});
