import { answeringProvider } from '../../../shared/domain/verdict/answering-provider.ts';

// cspell:disable -- names of servers

const domain = 'shop.example';

test.each<[string, Parameters<typeof answeringProvider>[0], string]>([
  ['the server that SES spoke to', { domain, remoteMtaIp: '74.125.20.27' }, 'google'],
  ['the server over IPv6', { domain, remoteMtaIp: '2a00:1450:4010::1b' }, 'google'],
  [
    'the server, whatever the words',
    { domain, remoteMtaIp: '104.47.1.2', diagnosticCode: '550 see google.com' },
    'microsoft',
  ],
  ['the reporting server', { domain, reportingMta: 'dns; AM0PR01.eurprd01.prod.outlook.com' }, 'microsoft'],
  ['the words', { domain, diagnosticCode: '550 5.1.1 no such user - gsmtp' }, 'google'],
  [
    'words that only one product uses',
    { domain, diagnosticCode: '550 5.1.10 RESOLVER.ADR.RecipientNotFound' },
    'microsoft',
  ],
  ['an answer that only one provider sends', { domain: 'gmx.de', ofAnswer: 'mimecast' }, 'mimecast'],
  ['the domain', { domain: 'gmail.com' }, 'google'],
  [
    'the domain of a provider, before links in the words',
    { domain: 'gmx.de', diagnosticCode: '550 see support.google.com' },
    'gmx',
  ],
  ['a provider that another one runs', { domain: 'aol.com' }, 'yahoo'],
  [
    'nothing',
    { domain, remoteMtaIp: '192.0.2.25', reportingMta: 'dns; a8-90.smtp-out.amazonses.com', diagnosticCode: '550 no' },
    'other',
  ],
  ['no address in the words', { domain, diagnosticCode: '550 <ann@gmail.com> no such user' }, 'other'],
])('%s shows who answered', (_name, server, expected) => {
  expect(answeringProvider(server)).toBe(expected);
});

test.each([
  ['google', ['74.125.1.1', '173.194.1.1', '209.85.1.1', '142.250.1.1', '142.251.1.1', '172.217.1.1', '172.253.1.1']],
  ['google', ['108.177.1.1', '64.233.1.1', '66.102.1.1', '66.249.1.1', '216.58.1.1', '192.178.1.1', '2607:f8b0::1']],
  ['google', ['2a00:1450::1', '2404:6800::1', '2800:3f0::1', '2c0f:fb50::1']],
  ['microsoft', ['40.92.1.1', '40.93.1.1', '40.107.1.1', '52.100.1.1', '52.103.1.1', '104.47.1.1', '2a01:111:f400::1']],
  ['yahoo', ['67.195.1.1', '98.136.1.1', '98.139.1.1', '74.6.1.1', '66.218.1.1', '66.196.1.1', '63.250.1.1']],
  ['yahoo', ['188.125.1.1', '87.248.1.1', '77.238.1.1', '106.10.1.1', '124.108.1.1', '212.82.1.1']],
  ['apple', ['17.1.1.1', '17.57.154.33', '17.255.1.1']],
  ['mimecast', ['205.139.110.1', '207.211.30.1', '207.211.31.1', '170.10.128.1', '91.220.42.1', '195.130.217.1']],
  ['mimecast', ['185.58.84.1', '185.58.87.1']],
  ['proofpoint', ['67.231.144.1', '67.231.156.1', '148.163.128.1', '148.163.159.1', '205.220.160.1', '205.220.177.1']],
  ['proofpoint', ['185.132.181.1', '91.207.212.1']],
])('the networks of %s: %j', (provider, addresses) => {
  for (const remoteMtaIp of addresses)
    expect([remoteMtaIp, answeringProvider({ domain, remoteMtaIp })]).toEqual([remoteMtaIp, provider]);
});

test.each([
  '174.125.1.1',
  '74.12.5.1',
  '142.252.1.1',
  '40.94.1.1',
  '52.104.1.1',
  '98.135.1.1',
  '98.140.1.1',
  '170.1.1.1',
  '1.17.1.1',
  '207.211.32.1',
  '185.58.83.1',
  '185.58.88.1',
  '67.231.160.1',
  '148.163.160.1',
  '205.220.180.1',
  '1:2607:f8b0::1',
  '2a01:112:f400::1',
])('the address %s is in none of the networks', (remoteMtaIp) => {
  expect(answeringProvider({ domain, remoteMtaIp })).toBe('other');
});

test.each([
  ['google', ['550 no - gsmtp', '550 see google.com', '550 see googlemail.com', '550 gmail rejects this']],
  ['microsoft', ['550 see outlook.com', '550 see office.com', '550 see office365.com', '550 hotmail', '550 microsoft']],
  ['microsoft', ['550 RESOLVER.ADR.RecipNotFound', '554 STOREDRV.Deliver']],
  ['yahoo', ['550 see yahoo.com', '550 yahoodns.net', '550 yahooinc.com', '550 verizonmedia', 'delivery error: dd no']],
  ['apple', ['550 see icloud.com', '550 see apple.com', '550 see me.com']],
  ['mimecast', ['550 mimecast']],
  ['proofpoint', ['550 proofpoint', '550 mx.pphosted']],
  ['barracuda', ['550 barracudanetworks']],
  ['trendmicro', ['550 trendmicro', '550 trend micro', '550 in.hes', '550 inhes', '550 ERS-RBL']],
  ['messagelabs', ['550 messagelabs', '550 symanteccloud']],
  ['ironport', ['550 ironport', '550 iphmx']],
  ['sophos', ['550 sophos', '550 reflexion']],
  ['orange', ['550 OFR_416', '550 OFR416', '550 see orange.fr', '550 wanadoo', '550 mwinf5c77']],
  ['laposte', ['550 LPN_401', '550 LPN007', '550 laposte']],
  ['telekom', ['550 see t-online.de']],
  ['gmx', ['550 see gmx.net']],
  ['webde', ['550 see web.de']],
  ['qq', ['550 see qq.com']],
  ['netease', ['550 see 163.com', '550 see 126.com', '550 netease']],
  ['mailru', ['550 see mail.ru']],
  ['yandex', ['550 yandex']],
  ['comcast', ['550 comcast', '550 xfinity']],
  ['cox', ['550 see cox.net', '550 see cox.com', '550 cmsmtp']],
  ['charter', ['550 see spectrum.net', '550 see charter.net', '550 see charter.com', '550 see rr.com']],
  ['att', ['550 attrbl', '550 see att.net', '550 prodigy']],
  ['godaddy', ['550 IB607', '550 secureserver', '550 godaddy']],
  ['zoho', ['550 zoho']],
  ['rackspace', ['550 emailsrvr', '550 rackspace']],
  ['facebook', ['550 facebook']],
  ['ionos', ['550 kundenserver', '550 ionos', '550 perfora']],
  ['ovh', ['550 see ovh.net']],
])('the words of %s: %j', (provider, texts) => {
  for (const diagnosticCode of texts.flatMap((text) => [text, text.toUpperCase()]))
    expect([diagnosticCode, answeringProvider({ domain, diagnosticCode })]).toEqual([diagnosticCode, provider]);
});

test.each([
  '550 OFR',
  '550 LPN',
  '550 IB60',
  '550 IB6071',
  '550 yahoo',
  '550 gmx',
  '550 ovh',
  '550 xgsmtp',
  '550 mixed.de',
])('the words %s are of nobody', (diagnosticCode) => {
  expect(answeringProvider({ domain, diagnosticCode })).toBe('other');
});

test('words far behind in an answer, or in the name of a long reporting server, are not read', () => {
  const far = ' '.repeat(3000);
  expect(answeringProvider({ domain, diagnosticCode: `550 no${far}gsmtp` })).toBe('other');
  expect(answeringProvider({ domain, reportingMta: `dns; ${'a'.repeat(300)}.outlook.com` })).toBe('other');
});

test.each([
  '550 gmail.x@example.net is unknown',
  '550 x.gmail@example.net is unknown',
  '550 ann@x.gmail.com is unknown',
])('an address in an answer says nothing about the server: %s', (diagnosticCode) => {
  expect(answeringProvider({ domain, diagnosticCode })).toBe('other');
});

test('what surrounds an address of the longest length does not become a word', () => {
  const long = 'x'.repeat(256);
  expect(answeringProvider({ domain, diagnosticCode: `550 gma${long}@${long}il` })).toBe('other');
});

test('without an answer, the domain decides', () => {
  expect(answeringProvider({ domain })).toBe('other');
  expect(answeringProvider({ domain: 'gmail.com' })).toBe('google');
});
