import { type Deployed, startDeployed } from '../../support/deployed.ts';
import { useSystem } from '../../support/system.ts';

useSystem();
let deployed: Deployed;
beforeEach(async () => {
  deployed = await startDeployed({ callsPerSecond: Number.POSITIVE_INFINITY });
});
afterEach(() => deployed.close());

const identities = (...args: string[]) => deployed.command('identities', ...args);
const operations = () =>
  deployed.ses.calls.map(({ operation }) => operation).filter((operation) => !operation.startsWith('Get'));

describe('list', () => {
  test('names every identity with its state', async () => {
    deployed.ses.identities['example.com'] = { isVerified: true };
    deployed.ses.identities['news@example.org'] = { isVerified: false };
    expect((await identities('list')).stdout).toBe(
      [
        'identity          kind     state',
        'example.com       domain   verified',
        'news@example.org  address  not verified',
        '',
      ].join('\n'),
    );
    const { stdout } = await identities('list', '--kind', 'address', '--json');
    expect(JSON.parse(stdout)).toEqual({
      schemaVersion: 1,
      region: 'us-east-1',
      identities: [{ name: 'news@example.org', kind: 'address', isVerified: false }],
    });
    expect((await deployed.command('verified-domains')).stdout).toContain('example.com');
  });

  test('says so if there is none', async () => {
    deployed.ses.identities['news@example.org'] = { isVerified: false };
    const { code, stdout } = await deployed.command('verified-emails');
    expect([code, stdout]).toEqual([3, expect.stringMatching(/^SES has no such identity in us-east-1\. .*create/)]);
  });
});

describe('create', () => {
  test('sets up DKIM and MAIL FROM, and says what to do next', async () => {
    const { code, stdout } = await identities('create', 'Example.COM', '--mail-from', 'bounce');
    expect(code).toBe(0);
    expect(deployed.ses.identities['example.com']).toEqual({
      isVerified: false,
      dkim: { status: 'PENDING', tokens: ['token1', 'token2', 'token3'], keyLength: 'RSA_2048_BIT' },
      mailFrom: { domain: 'bounce.example.com', status: 'PENDING' },
    });
    expect(stdout).toMatch(
      /^example\.com: created, with Easy DKIM\nexample\.com: MAIL FROM domain bounce\.example\.com\n/,
    );
    expect(stdout).toMatch(/^DKIM +CNAME +token3\._domainkey\.example\.com +token3\.dkim\.amazonses\.com$/m);
    expect(stdout).toContain('npx ses-feedback identities check example.com --region us-east-1');
    expect(stdout).toContain('npx ses-feedback connect --identity example.com --region us-east-1');
  });

  test('changes nothing the second time, and replaces a MAIL FROM domain only if asked to', async () => {
    await identities('create', 'example.com', '--mail-from', 'bounce.example.com');
    deployed.ses.calls.length = 0;
    const again = await identities('create', 'example.com', '--mail-from', 'bounce');
    expect(again.stdout).toMatch(/^example\.com: nothing to change\n/);
    const other = await identities('create', 'example.com', '--mail-from', 'mail');
    expect([other.code, other.stderr]).toEqual([
      2,
      expect.stringContaining('already has the MAIL FROM domain bounce.'),
    ]);
    expect(operations()).toEqual([]);
    await identities('create', 'example.com', '--mail-from', 'mail', '--replace');
    expect(deployed.ses.identities['example.com']?.mailFrom?.domain).toBe('mail.example.com');
  });

  test('creates an address, whose owner has to open a link', async () => {
    const { stdout } = await identities('create', 'news@example.org');
    expect(deployed.ses.identities['news@example.org']).toEqual({ isVerified: false, verificationEmails: 1 });
    expect(stdout).toContain('SES has sent an email with a link to news@example.org');
    expect(stdout).not.toContain('CNAME');
  });

  test.each([
    [['create', 'localhost'], 'Not a domain: localhost'],
    [['create', 'a@b@c'], 'Not an email address: a@b@c'],
    [['create', 'example.com', '--mail-from', 'example.com'], 'A MAIL FROM domain is a subdomain of example.com'],
    [['records', 'news@example.org'], 'DNS records belong to domains. Pass the domain: example.org'],
  ])('%s is a usage error', async (args, message) => {
    const { code, stderr } = await identities(...args);
    expect([code, stderr]).toEqual([2, expect.stringContaining(message)]);
  });
});

describe('verify and dkim', () => {
  test('an address gets its email again, a domain is searched for again after SES has given up', async () => {
    deployed.ses.identities['news@example.org'] = { isVerified: false, verificationEmails: 1 };
    deployed.ses.identities['example.com'] = { isVerified: false, dkim: { status: 'FAILED', tokens: ['t'] } };
    await deployed.command('verify-email', 'news@example.org');
    expect(deployed.ses.identities['news@example.org'].verificationEmails).toBe(2);
    const { stdout } = await deployed.command('verify-domain', 'example.com');
    expect(stdout).toContain('SES searches for its DNS records, for 3 days');
    expect(deployed.ses.identities['example.com'].dkim?.status).toBe('PENDING');
    deployed.ses.calls.length = 0;
    expect((await identities('verify', 'example.com')).stdout).toContain('SES is searching for its DNS records');
    expect(operations()).toEqual([]);
  });

  test('what is verified stays as it is, and what SES does not have is created', async () => {
    deployed.ses.identities['example.com'] = { isVerified: true };
    expect((await identities('verify', 'example.com')).stdout).toBe('example.com: is verified\n');
    expect(operations()).toEqual([]);
    await deployed.command('verify-identity', 'example.net');
    expect(deployed.ses.identities['example.net']).toMatchObject({ isVerified: false });
  });

  test('a key of the account itself (BYODKIM) is never replaced', async () => {
    const dkim = { status: 'FAILED', tokens: ['own'], isOwnKey: true, isEnabled: false };
    deployed.ses.identities['example.com'] = { isVerified: false, dkim };
    await identities('verify', 'example.com');
    await deployed.command('enable-dkim', 'example.com');
    expect(deployed.ses.identities['example.com'].dkim).toEqual({ ...dkim, isEnabled: true });
    expect((await identities('records', 'example.com')).stdout).not.toContain('CNAME');
  });

  test('dkim shows how emails are signed, and turns signing on', async () => {
    deployed.ses.identities['example.com'] = {
      isVerified: true,
      dkim: { status: 'SUCCESS', tokens: ['t'], isEnabled: false, keyLength: 'RSA_1024_BIT' },
    };
    const off = await deployed.command('dkim', 'example.com');
    expect([off.code, off.stdout]).toEqual([3, expect.stringMatching(/^example\.com: emails are not signed\n/)]);
    expect((await identities('dkim', 'example.com', '--enable')).stdout).toBe(
      'example.com: emails are signed, Easy DKIM, key of 1024 bits\n',
    );
  });
});

test('an identity that SES does not have is named with the command that creates it', async () => {
  for (const action of ['records', 'check', 'dkim']) {
    const { code, stderr } = await identities(action, 'example.com');
    expect([code, stderr]).toEqual([
      3,
      'ses-feedback: SES has no identity example.com in us-east-1. To create it: npx ses-feedback identities create example.com --region us-east-1\n',
    ]);
  }
});

describe('records', () => {
  beforeEach(() => {
    deployed.ses.identities['example.com'] = {
      isVerified: false,
      dkim: { status: 'PENDING', tokens: ['k1'] },
      mailFrom: { domain: 'bounce.example.com', status: 'PENDING' },
    };
  });

  test('as a zone file, which Cloudflare imports as well', async () => {
    const bind = [
      '; Records of example.com for Amazon SES',
      'k1._domainkey.example.com. 3600 IN CNAME k1.dkim.amazonses.com.',
      'bounce.example.com. 3600 IN MX 10 feedback-smtp.us-east-1.amazonses.com.',
      'bounce.example.com. 3600 IN TXT "v=spf1 include:amazonses.com ~all"',
      '_dmarc.example.com. 3600 IN TXT "v=DMARC1; p=none"',
      '',
    ];
    expect((await identities('records', 'example.com', '--format', 'bind')).stdout).toBe(bind.join('\n'));
    bind[1] += ' ; cf_tags=cf-proxied:false';
    expect((await identities('records', 'example.com', '--format', 'cloudflare')).stdout).toBe(bind.join('\n'));
  });

  test('as a change batch for Route 53, which replaces nothing', async () => {
    const { stdout } = await identities('records', 'example.com', '--format', 'route53', '--inbound');
    const { Changes } = JSON.parse(stdout);
    expect(new Set(Changes.map(({ Action }: { Action: string }) => Action))).toEqual(new Set(['CREATE']));
    expect(Changes.at(-1).ResourceRecordSet).toEqual({
      Name: 'example.com.',
      Type: 'MX',
      TTL: 3600,
      ResourceRecords: [{ Value: '10 inbound-smtp.us-east-1.amazonaws.com.' }],
    });
  });

  test('a second Region gets the next priority, and Route 53 both in one set', async () => {
    const backup = ['--inbound', '--backup-region', 'eu-central-1'];
    const zone = await identities('records', 'example.com', '--format', 'bind', ...backup);
    expect(zone.stdout).toContain('example.com. 3600 IN MX 10 inbound-smtp.us-east-1.amazonaws.com.\n');
    expect(zone.stdout).toContain('example.com. 3600 IN MX 20 inbound-smtp.eu-central-1.amazonaws.com.\n');
    const { stdout } = await identities('records', 'example.com', '--format', 'route53', ...backup);
    const sets = JSON.parse(stdout).Changes.map((change: { ResourceRecordSet: object }) => change.ResourceRecordSet);
    expect(
      sets.filter((set: { Name: string; Type: string }) => set.Name === 'example.com.' && set.Type === 'MX'),
    ).toEqual([
      {
        Name: 'example.com.',
        Type: 'MX',
        TTL: 3600,
        ResourceRecords: [
          { Value: '10 inbound-smtp.us-east-1.amazonaws.com.' },
          { Value: '20 inbound-smtp.eu-central-1.amazonaws.com.' },
        ],
      },
    ]);
    expect(await identities('records', 'example.com', '--backup-region', 'eu-central-1')).toMatchObject({ code: 2 });
    expect(await identities('records', 'example.com', ...backup.slice(0, 2), 'Frankfurt')).toMatchObject({ code: 2 });
  });

  test('as JSON, with the Region of the identity', async () => {
    const { stdout } = await identities('records', 'example.com', '--json', '--region', 'eu-west-1');
    expect(JSON.parse(stdout).records[1]).toEqual({
      purpose: 'MAIL FROM',
      type: 'MX',
      name: 'bounce.example.com',
      value: 'feedback-smtp.eu-west-1.amazonses.com',
      priority: 10,
    });
  });
});
