import { type Deployed, startDeployed } from '../../support/deployed.ts';
import { type DnsServer, type ServedRecord, startDnsServer } from '../../support/dns-server.ts';
import { useSystem } from '../../support/system.ts';

/** The command `identities check`. The faults of single records are in test/cli/identities/check-dns.test.ts. */

useSystem();
let deployed: Deployed;
let dns: DnsServer;
beforeEach(async () => {
  [deployed, dns] = await Promise.all([startDeployed({ callsPerSecond: Number.POSITIVE_INFINITY }), startDnsServer()]);
});
afterEach(() => Promise.all([deployed.close(), dns.close()]));

const check = (...args: string[]) =>
  deployed.command('identities', 'check', 'example.com', '--dns-server', dns.address, ...args);

const complete: readonly ServedRecord[] = [
  { type: 'CNAME', name: 'token1._domainkey.example.com', value: 'token1.dkim.amazonses.com' },
  { type: 'CNAME', name: 'token2._domainkey.example.com', value: 'token2.dkim.amazonses.com' },
  { type: 'CNAME', name: 'token3._domainkey.example.com', value: 'token3.dkim.amazonses.com' },
  { type: 'TXT', name: '_dmarc.example.com', value: 'v=DMARC1; p=reject' },
  { type: 'MX', name: 'bounce.example.com', value: 'feedback-smtp.us-east-1.amazonses.com', priority: 10 },
  { type: 'TXT', name: 'bounce.example.com', value: 'v=spf1 include:amazonses.com -all' },
  { type: 'TXT', name: 'amazonses.com', value: 'v=spf1 ip4:199.255.192.0/22 -all' },
];
beforeEach(() => {
  deployed.ses.identities['example.com'] = {
    isVerified: true,
    mailFrom: { domain: 'bounce.example.com', status: 'SUCCESS' },
  };
});

test('everything is ticked if it is right, with a test email', async () => {
  dns.records = complete;
  const { code, stdout } = await check('--test-email');
  expect(stdout.replaceAll(/message id [\w-]+/g, 'message id 1')).toBe(
    [
      '✓ verified: SES sends from it',
      '✓ DKIM: emails are signed (Easy DKIM)',
      '✓ MAIL FROM: bounce.example.com',
      '✓ DKIM CNAME token1._domainkey.example.com: published',
      '✓ DKIM CNAME token2._domainkey.example.com: published',
      '✓ DKIM CNAME token3._domainkey.example.com: published',
      '✓ MAIL FROM MX bounce.example.com: published',
      '✓ SPF TXT bounce.example.com: v=spf1 include:amazonses.com -all',
      '✓ DMARC TXT _dmarc.example.com: v=DMARC1; p=reject',
      '✓ production access: SES sends to every address',
      '✓ test email: SES accepted an email from ses-feedback@example.com (message id 1)',
      '',
    ].join('\n'),
  );
  expect(code).toBe(0);
  expect(deployed.ses.sent.map(({ destination }) => destination)).toEqual([['success@simulator.amazonses.com']]);
});

test('each fault has its fix, and the exit code is 1', async () => {
  dns.records = complete.filter(({ name }) => !name.startsWith('token2') && !name.startsWith('_dmarc'));
  deployed.ses.account.isSandbox = true;
  deployed.ses.identities['example.com'] = {
    isVerified: false,
    dkim: { status: 'FAILED', tokens: ['token1', 'token2', 'token3'] },
  };
  const { code, stdout } = await check();
  expect(code).toBe(1);
  const fixes = [...stdout.matchAll(/^✗ ([^:]*): .*\n {4}→ (.*)$/gm)].map(([, resource, fix]) => `${resource}: ${fix}`);
  expect(fixes).toEqual([
    expect.stringMatching(/^verified: .*npx ses-feedback identities verify example\.com --region us-east-1$/),
    'DKIM: npx ses-feedback identities verify example.com --region us-east-1',
    'DKIM CNAME token2._domainkey.example.com: create in DNS: token2._domainkey.example.com CNAME token2.dkim.amazonses.com',
    'DMARC TXT _dmarc.example.com: create in DNS: _dmarc.example.com TXT v=DMARC1; p=none',
    expect.stringMatching(/^production access: request production access: https:/),
  ]);
  const json = JSON.parse((await check('--json')).stdout);
  expect(json).toMatchObject({ schemaVersion: 1, name: 'example.com', isWell: false });
});

test('a refused test email is a fault, with the reason of SES', async () => {
  dns.records = complete;
  deployed.ses.account.isSendingEnabled = false;
  const { code, stdout } = await check('--test-email');
  expect(code).toBe(1);
  expect(stdout).toMatch(/^✗ test email: SES refused an email from ses-feedback@example\.com: /m);
});
