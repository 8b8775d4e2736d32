import { parseAddress } from '../../../shared/domain/address.ts';
import { redact } from '../../../shared/domain/redact/redact.ts';

const one = (diagnosticCode: string, emailAddress = 'ann.lee@corp.de') =>
  JSON.parse(redact(JSON.stringify({ emailAddress, diagnosticCode })).text).diagnosticCode;

test.each([
  ['550 5.1.1 <ann.lee@corp.de>: user unknown', '550 5.1.1 <recipient1.x@domain1.example>: user unknown'],
  ['550 ann.lee... User unknown', '550 recipient1.x... User unknown'],
  ["550 'ann.lee@corp.de' unknown", "550 'recipient1.x@domain1.example' unknown"],
  ['see https://corp.de/?who=ann.lee%40corp.de', 'see https://domain1.example/?who=recipient1.x%40domain1.example'],
  ['from bounces+ann.lee=corp.de@mta.corp.de', 'from recipient2+x.x=x.x@domain2.example'],
  ['mx.google.com, gsmtp 5.1.1 https://support.google.com/mail/?p=NoSuchUser', undefined],
  ['protection.outlook.com 2026-11-20T09:30:01.123Z 08DD1234ABCD5678', undefined],
  ['at 09:30:01 on 20.11.2026, version 1.2.3', undefined],
  ['connect to mx.corp.de[2a01:111:f400::1]: timed out', 'connect to mx.domain1.example[2001:db8::1]: timed out'],
])('in the words of a server, %j becomes %j', (original, expected) => {
  expect(one(original)).toBe(expected ?? original);
});

test('a local part that is an ordinary word is replaced only where it is meant', () => {
  expect(one('550 <user@corp.de>: user unknown, <user> has no account', 'user@corp.de')).toBe(
    '550 <recipient1@domain1.example>: user unknown, <recipient1> has no account',
  );
});

test('quotes, capital letters, dots, tags and letters outside ASCII stay recognizable', () => {
  const redacted = (emailAddress: string) => JSON.parse(redact(JSON.stringify({ emailAddress })).text).emailAddress;
  expect(redacted('"Lee, Ann" <Ann.Lee+shop@Corp.DE>')).toBe(
    '"X, X" <Recipient1.X+x@Domain1.example>'.replace('.X+', '.X+'),
  );
  expect(redacted('"a b"@corp.de')).toBe('"recipient1 x"@domain1.example');
  expect(redacted('jörg@bücher.de')).toBe('recipient1ü@dömain1.example');
  expect(redacted('ann at corp')).toBe('x x x');
});

test('a domain has one replacement in both of its forms', () => {
  const { emailAddress, from } = JSON.parse(
    redact(JSON.stringify({ emailAddress: 'ann@bücher.de', from: 'ann@xn--bcher-kva.de' })).text,
  );
  expect(parseAddress(from)?.key).toBe(parseAddress(emailAddress)?.key);
});

test('a replacement is not an address that is in the message already', () => {
  const { to } = JSON.parse(redact(JSON.stringify({ to: ['recipient1@domain1.example', 'ann@corp.de'] })).text);
  expect(to).toEqual(['recipient1@domain1.example', 'recipient2@domain2.example']);
});
