// cspell:disable -- invented names, and words of other languages
import { createPseudonyms, disguise } from '../../../shared/domain/redact/pseudonyms.ts';

const create = () => createPseudonyms('');

describe('a domain', () => {
  test.each([
    'example.com',
    'a.example.org',
    'shop.test',
    'amazonses.com',
    'eu-west-1.amazonses.com',
    'a b',
    '[10.1.2.3]',
    '[IPv6:2a01::1]',
  ])('that belongs to nobody, to SES or is no name stays: %s', (domain) => {
    expect(create().domain(domain)).toBe(domain);
  });

  test.each([
    ['corp.de', 'domain1.example'],
    ['Corp.DE', 'Domain1.example'],
    ['notamazonses.com', 'domain1.example'],
    ['amazonses.com.corp.de', 'domain1.example'],
    ['gmail.com', 'gmail.example'],
    ['Hotmail.fr', 'Microsoft.example'],
    ['bücher.de', 'dömain1.example'],
    ['xn--bcher-kva.de', 'xn--dmain1-wxa.example'],
    ['shop.xn--bcher-kva.de', 'xn--dmain1-wxa.example'],
  ])('%s becomes %s', (domain, replacement) => {
    expect(create().domain(domain)).toBe(replacement);
  });

  test('keeps its replacement, and others get others', () => {
    const { domain } = create();
    expect(['a.de', 'b.de', 'A.de', 'a.de'].map(domain)).toEqual([
      'domain1.example',
      'domain2.example',
      'Domain1.example',
      'domain1.example',
    ]);
  });
});

describe('a host', () => {
  test.each([
    // The domain that was replaced before, the host, and its replacement.
    ['corp.de', 'mx.corp.de', 'mx.domain1.example'],
    ['corp.de', 'a.b.corp.de', 'a.b.domain1.example'],
    ['corp.de', 'corp.de', 'domain1.example'],
    ['corp.de', 'mycorp.de', 'mycorp.de'],
    ['corp.de', 'mx.other.de', 'mx.other.de'],
    ['intranet', 'mx.intranet', 'mx.domain1.example'],
    ['shop.firma.de', 'mx.firma.de', 'mx.domain2.example'],
    ['shop.firm.de', 'mx.firm.de', 'mx.domain2.example'],
    ['corp.co.uk', 'mx.other.co.uk', 'mx.other.co.uk'],
    ['shop.abc.de', 'mx.abc.de', 'mx.abc.de'],
    ['b.a.firma.de', 'x.a.firma.de', 'x.a.firma.de'],
    ['x.firma.co.uk', 'mx.firma.co.uk', 'mx.firma.co.uk'],
  ])('after %s, %s becomes %s', (known, host, replacement) => {
    const pseudonyms = create();
    pseudonyms.domain(known);
    expect(pseudonyms.host(host)).toBe(replacement);
  });

  test('is searched in its last ten labels', () => {
    const pseudonyms = create();
    const nine = 'a.b.c.d.e.f.g.h.de';
    pseudonyms.domain(`x.${nine}`);
    expect(pseudonyms.host(`mx.x.${nine}`)).toBe('mx.domain1.example');
    const others = create();
    others.domain(`y.x.${nine}`);
    expect(others.host(`mx.y.x.${nine}`)).toBe(`mx.y.x.${nine}`);
  });
});

test('local parts that only look alike are different addresses', () => {
  const { address } = create();
  expect(['straße', 'strasse', 'STRASSE'].map((local) => address(local, 'corp.de'))).toEqual([
    'recipient1ü@domain1.example',
    'recipient2@domain1.example',
    'Recipient2@domain1.example',
  ]);
});

describe('an IP address', () => {
  test.each(['192.0.2.77', '198.51.100.77', '203.0.113.77', '127.0.0.1', '2001:db8::77', '::1'])(
    'of a range for documentation stays: %s',
    (ip) => {
      const pseudonyms = create();
      expect([pseudonyms.ip(ip), pseudonyms.ip('52.1.1.1')]).toEqual([ip, '192.0.2.1']);
    },
  );

  test('has one replacement in both cases, of its version', () => {
    const { ip } = create();
    expect(['2A01::1', '2a01::1', '52.1.1.1', '2a01::2'].map(ip)).toEqual([
      '2001:db8::1',
      '2001:db8::1',
      '192.0.2.2',
      '2001:db8::3',
    ]);
  });

  test('has a replacement of its own, however many there are', () => {
    const { ip } = create();
    const replacements = Array.from({ length: 1100 }, (_, n) => ip(`52.${Math.floor(n / 250)}.7.${n % 250}`));
    expect(new Set(replacements).size).toBe(1100);
    expect([0, 253, 254, 507, 508, 761, 762, 1015, 1016].map((n) => replacements[n])).toEqual([
      '192.0.2.1',
      '192.0.2.254',
      '198.51.100.1',
      '198.51.100.254',
      '203.0.113.1',
      '203.0.113.254',
      '10.0.3.1',
      '10.0.3.254',
      '10.0.4.1',
    ]);
  });
});

test.each([
  ['ann', 'x', 'x'],
  ['Ann Lee', 'first', 'First X'],
  ['jörg-2', 'first', 'firstü-x'],
  ['!!!', 'first', 'first!!!'],
  ['!!!', 'x', '!!!'],
  ['', 'x', ''],
  ['a'.repeat(40), 'x', 'x'],
  ['a'.repeat(41), 'x', 'x'.repeat(41)],
  ['a'.repeat(41), 'first', `first${'x'.repeat(36)}`],
])('%j is disguised as %j', (text, first, disguised) => {
  expect(disguise(text, first)).toBe(disguised);
});
