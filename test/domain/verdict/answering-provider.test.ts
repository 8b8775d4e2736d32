import { answeringProvider } from '../../../shared/domain/verdict/answering-provider.ts';

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
