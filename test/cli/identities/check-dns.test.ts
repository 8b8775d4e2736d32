import type { Finding } from '../../../cli/doctor/finding.ts';
import { checkRecords } from '../../../cli/identities/check-dns.ts';
import { createDns, findAuthoritativeServers } from '../../../cli/identities/dns.ts';
import { requiredRecords } from '../../../cli/identities/dns-records.ts';
import type { EmailIdentity } from '../../../cli/stack/email-identities.ts';
import { type DnsServer, type ServedRecord, startDnsServer } from '../../support/dns-server.ts';

/** The records of a domain, checked at real DNS servers: a resolver, and the two authoritative servers of the zone. */

const identity: EmailIdentity = {
  name: 'shop.example.com',
  isVerified: true,
  verificationStatus: 'SUCCESS',
  dkim: { isEnabled: true, status: 'SUCCESS', isOwnKey: false, tokens: ['key'], zone: 'dkim.amazonses.com' },
  mailFrom: { domain: 'bounce.shop.example.com', status: 'SUCCESS' },
};
const key = 'key._domainkey.shop.example.com';
const bounce = 'bounce.shop.example.com';
const zone: readonly ServedRecord[] = [
  { type: 'CNAME', name: key, value: 'KEY.dkim.amazonses.com' },
  { type: 'MX', name: bounce, value: 'feedback-smtp.us-east-1.amazonses.com', priority: 10 },
  { type: 'TXT', name: bounce, value: 'v=spf1 include:amazonses.com ~all' },
  { type: 'TXT', name: '_dmarc.shop.example.com', value: 'v=DMARC1; p=none' },
  { type: 'MX', name: 'shop.example.com', value: 'inbound-smtp.us-east-1.amazonaws.com', priority: 10 },
  { type: 'TXT', name: 'amazonses.com', value: 'v=spf1 ip4:199.255.192.0/22 -all' },
];
const nameServers: readonly ServedRecord[] = [
  { type: 'NS', name: 'example.com', value: 'ns1.example.com' },
  { type: 'NS', name: 'example.com', value: 'ns2.example.com' },
  { type: 'A', name: 'ns1.example.com', value: '192.0.2.1' },
  { type: 'A', name: 'ns2.example.com', value: '192.0.2.2' },
];

let resolver: DnsServer;
let first: DnsServer;
let second: DnsServer;
beforeEach(async () => {
  [resolver, first, second] = await Promise.all([
    startDnsServer([...zone, ...nameServers]),
    startDnsServer(zone),
    startDnsServer(zone),
  ]);
});
afterEach(() => Promise.all([resolver.close(), first.close(), second.close()]));

/** Returns the findings, by the purpose of the record. */
async function check({ subject = identity, askAuthoritative = true } = {}): Promise<Record<string, Finding>> {
  const dns = createDns(resolver.address);
  const connect = (address: string) => createDns((address === '192.0.2.1' ? first : second).address);
  const authoritative = async (name: string) => (askAuthoritative ? findAuthoritativeServers(dns, name, connect) : []);
  const records = requiredRecords(subject, { region: 'us-east-1', inbound: true });
  const findings = await checkRecords(records, subject, { dns, authoritative });
  return Object.fromEntries(findings.map((finding, index) => [records[index]?.purpose, finding]));
}

/** Sets the records of a type and name at all servers. */
function serve(type: ServedRecord['type'], name: string, ...values: readonly ServedRecord['value'][]): void {
  const others = (records: readonly ServedRecord[]) =>
    records.filter((record) => record.type !== type || record.name !== name);
  const added = values.map((value) => ({ type, name, value, ...(type === 'MX' && { priority: 10 }) }));
  for (const server of [resolver, first, second]) server.records = [...others(server.records), ...added];
}

test('records that are right are ticked, with the number of servers that have them', async () => {
  const findings = await check();
  expect(Object.values(findings).map(({ status }) => status)).toEqual(['ok', 'ok', 'ok', 'ok', 'ok']);
  expect(findings.DKIM?.message).toBe('published, at 2 authoritative servers');
});

test.each([
  ['DKIM', 'CNAME', key, `create in DNS: ${key} CNAME key.dkim.amazonses.com`],
  ['MAIL FROM', 'MX', bounce, `create in DNS: ${bounce} MX 10 feedback-smtp.us-east-1.amazonses.com`],
  ['SPF', 'TXT', bounce, `create in DNS: ${bounce} TXT v=spf1 include:amazonses.com ~all`],
  ['DMARC', 'TXT', '_dmarc.shop.example.com', 'create in DNS: _dmarc.shop.example.com TXT v=DMARC1; p=none'],
  ['inbound', 'MX', 'shop.example.com', 'create in DNS: shop.example.com MX 10 inbound-smtp.us-east-1.amazonaws.com'],
] as const)('a missing record (%s) is wrong, with the record to create', async (purpose, type, name, fix) => {
  serve(type, name);
  const { [purpose]: finding, ...others } = await check();
  expect(finding).toEqual({ status: 'wrong', resource: `${purpose} ${type} ${name}`, message: 'missing in DNS', fix });
  expect(new Set(Object.values(others).map(({ status }) => status))).toEqual(new Set(['ok']));
});

describe('a wrong record', () => {
  test.each([
    ['DKIM', 'CNAME', key, ['other.dkim.amazonses.com'], 'points to other.dkim.amazonses.com instead of key.dkim.'],
    ['MAIL FROM', 'MX', bounce, ['feedback-smtp.eu-west-1.amazonses.com'], 'points to feedback-smtp.eu-west-1.'],
    [
      'SPF',
      'TXT',
      bounce,
      ['v=spf1 include:_spf.google.com ~all'],
      'does not allow SES: v=spf1 include:_spf.google.com',
    ],
    ['SPF', 'TXT', bounce, ['v=spf1 -include:amazonses.com ~all'], 'does not allow SES'],
    ['SPF', 'TXT', bounce, ['v=spf10 include:amazonses.com ~all'], 'missing in DNS'],
    ['DMARC', 'TXT', '_dmarc.shop.example.com', ['v=DMARC1; rua=mailto:a@b.example'], 'has no policy p=none'],
    ['DMARC', 'TXT', '_dmarc.shop.example.com', ['v=DMARC1; p=nothing'], 'has no policy p=none'],
    ['DMARC', 'TXT', '_dmarc.shop.example.com', ['DMARC1; p=none'], 'missing in DNS'],
    ['inbound', 'MX', 'shop.example.com', ['mx.example.net'], 'points to mx.example.net'],
  ] as const)('%s %s %s %j', async (purpose, type, name, values, message) => {
    serve(type, name, ...values);
    const { [purpose]: finding } = await check();
    expect(finding).toMatchObject({ status: 'wrong', message: expect.stringContaining(message) });
  });

  test('a key that was pasted as a TXT record', async () => {
    serve('CNAME', key);
    serve('TXT', key, 'p=MIGf');
    expect((await check()).DKIM).toMatchObject({
      status: 'wrong',
      message: 'has a TXT record instead of the CNAME record',
    });
  });

  test('a name to which the DNS provider appended the domain', async () => {
    serve('CNAME', key);
    serve('CNAME', `${key}.shop.example.com`, 'key.dkim.amazonses.com');
    expect((await check()).DKIM).toMatchObject({
      status: 'wrong',
      message: `was created as ${key}.shop.example.com: your DNS provider appends the domain`,
      fix: 'rename it: enter key._domainkey as its name',
    });
  });
});

describe('a doubled record', () => {
  test.each([
    ['SPF', 'TXT', bounce, ['v=spf1 include:amazonses.com ~all', 'v=spf1 -all'], 'has 2 SPF records'],
    ['DMARC', 'TXT', '_dmarc.shop.example.com', ['v=DMARC1; p=none', 'v=DMARC1; p=reject'], 'has 2 DMARC policies'],
    ['MAIL FROM', 'MX', bounce, ['feedback-smtp.us-east-1.amazonses.com', 'mx.example.net'], 'has several MX records'],
  ] as const)('%s', async (purpose, type, name, values, message) => {
    serve(type, name, ...values);
    expect((await check())[purpose]).toMatchObject({ status: 'wrong', message: expect.stringContaining(message) });
  });

  test('other texts beside the record, and another MX of the domain itself, are fine', async () => {
    serve('TXT', bounce, 'google-site-verification=x', 'v=spf1 include:amazonses.com ~all');
    serve('TXT', '_dmarc.shop.example.com', 'hello', 'v=DMARC1;p=none');
    serve('MX', 'shop.example.com', 'mx.example.net', 'inbound-smtp.us-east-1.amazonaws.com');
    expect(Object.values(await check()).map(({ status }) => status)).toEqual(['ok', 'ok', 'ok', 'ok', 'ok']);
  });
});

describe('a split record', () => {
  test('its strings are joined without a space, as receivers do', async () => {
    serve('TXT', bounce, ['v=spf1 include:amazon', 'ses.com ~all']);
    expect((await check()).SPF).toMatchObject({ status: 'ok' });
  });

  test('a space that got lost between them is found', async () => {
    serve('TXT', bounce, ['v=spf1 include:amazonses.com', '~all']);
    expect((await check()).SPF).toMatchObject({
      status: 'wrong',
      message: 'does not allow SES: v=spf1 include:amazonses.com~all',
      fix: expect.stringContaining('joined without one'),
    });
  });
});

describe('a late record', () => {
  test('that resolvers do not have yet', async () => {
    resolver.records = resolver.records.filter(({ name }) => name !== key);
    expect((await check()).DKIM).toMatchObject({
      status: 'note',
      message: 'published at the authoritative servers, but resolvers still have the earlier answer',
    });
  });

  test('that one of the authoritative servers does not have yet', async () => {
    second.records = second.records.filter(({ name }) => name !== key);
    expect((await check()).DKIM).toMatchObject({
      status: 'note',
      message: 'published at 1 of 2 authoritative servers; not yet at ns2.example.com',
    });
  });

  test('that only a resolver still has is missing: it was deleted', async () => {
    first.records = first.records.filter(({ name }) => name !== key);
    second.records = second.records.filter(({ name }) => name !== key);
    expect((await check()).DKIM).toMatchObject({ status: 'wrong', message: expect.stringContaining('deleted') });
  });
});

test('a server that fails is not a missing record', async () => {
  for (const server of [resolver, first, second]) server.failing.add(key);
  expect((await check()).DKIM).toMatchObject({
    status: 'unknown',
    message: 'the DNS server did not answer (ESERVFAIL)',
  });
  resolver.failing.delete(key);
  expect((await check()).DKIM).toMatchObject({ status: 'ok', message: 'published' });
});

describe('SPF look-ups', () => {
  /** Serves a chain of records that needs a number of look-ups, those of SES's own record included. */
  function serveChain(lookups: number): void {
    const includes = Array.from({ length: lookups - 1 }, (_, index) => `include:spf${index}.example.net`);
    serve('TXT', bounce, [`v=spf1 include:amazonses.com ${includes.slice(0, 3).join(' ')} `, '~all']);
    // The others are included by the first.
    serve('TXT', 'spf0.example.net', `v=spf1 ${includes.slice(3).join(' ')}`);
  }

  test.each([
    [10, 'ok'],
    [11, 'wrong'],
  ])('%i of them are %s', async (lookups, status) => {
    serveChain(lookups);
    expect((await check()).SPF).toMatchObject({ status });
  });

  test.each([
    ['v=spf1 include:amazonses.com a mx ptr exists:%{i}.a.example a:b.example mx:c.example +a/24 ?mx -ptr ~all', 'ok'],
    [
      'v=spf1 include:amazonses.com a mx ptr exists:%{i}.a.example a:b.example mx:c.example +a/24 ?mx -ptr a ~all',
      'wrong',
    ],
    ['v=spf1 include:amazonses.com ip4:192.0.2.1 ip6:2001:db8::1 all exp=a.example', 'ok'],
    ['v=spf1 include:amazonses.com include:loop.example.net ~all', 'wrong'],
  ])('every kind of term that needs one counts: %s', async (text, status) => {
    serve('TXT', 'loop.example.net', 'v=spf1 redirect=loop.example.net');
    serve('TXT', bounce, text);
    expect((await check()).SPF).toMatchObject({ status });
  });
});

describe('DMARC', () => {
  test('a domain without a policy of its own has that of a parent', async () => {
    serve('TXT', '_dmarc.shop.example.com');
    serve('TXT', '_dmarc.example.com', 'v=DMARC1; p=quarantine');
    expect((await check()).DMARC).toMatchObject({
      status: 'ok',
      resource: 'DMARC TXT _dmarc.example.com',
      message: 'v=DMARC1; p=quarantine (of the parent domain), at 2 authoritative servers',
    });
  });

  test.each([
    [{ isEnabled: true }, true, 'v=DMARC1; p=none; aspf=s', 'ok'],
    [{ isEnabled: false }, true, 'v=DMARC1; p=none', 'ok'],
    [{ isEnabled: false }, true, 'v=DMARC1; p=none; aspf=s', 'wrong'],
    [{ isEnabled: false }, false, 'v=DMARC1; p=none', 'wrong'],
  ])('emails of the domain must be aligned: DKIM %j, MAIL FROM %s, %s', async (dkim, hasMailFrom, policy, status) => {
    serve('TXT', '_dmarc.shop.example.com', policy);
    const { mailFrom, ...rest } = identity;
    const subject = { ...rest, dkim: { ...identity.dkim, ...dkim }, ...(hasMailFrom && mailFrom && { mailFrom }) };
    expect((await check({ subject })).DMARC).toMatchObject({ status });
  });
});

test('without authoritative servers, the resolver decides', async () => {
  expect((await check({ askAuthoritative: false })).DKIM).toMatchObject({ status: 'ok', message: 'published' });
  resolver.records = resolver.records.filter(({ type }) => type !== 'NS');
  expect((await check()).DKIM).toMatchObject({ status: 'ok', message: 'published' });
});
