import fc from 'fast-check';
import { type AddressKey, parseAddress } from '../../shared/domain/address.ts';
import { maskAddress } from '../../shared/domain/mask-address.ts';
import { runs } from '../support/runs.ts';

/** Texts that SES can contain, and the key of each. */
const keys: readonly [written: string, key: string][] = [
  ['ann@example.com', 'ann@example.com'],
  ['Ann.Lee@Example.COM', 'ann.lee@example.com'],
  ['  ann@example.com\n', 'ann@example.com'],
  ['Ann <ann@example.com>', 'ann@example.com'],
  ['"Lee, Ann" <ann@example.com>', 'ann@example.com'],
  ['"Ann <boss> \\"A\\" Lee" <ann@example.com>', 'ann@example.com'],
  ['Ann "A <ann@example.com>', 'ann@example.com'],
  ['<ann@example.com>', 'ann@example.com'],
  ['I <3 you <ann@example.com>', 'ann@example.com'],
  ['ann+news@my-domain.com', 'ann+news@my-domain.com'],
  ['a.n.n@example.com', 'a.n.n@example.com'],
  ['"ann@work"@example.com', '"ann@work"@example.com'],
  ['"Ann Lee"@example.com', '"ann lee"@example.com'],
  ["o'brien!#$%&*/=?^_`{|}~@example.com", "o'brien!#$%&*/=?^_`{|}~@example.com"],
  ['ann@exämple.com', 'ann@xn--exmple-cua.com'],
  ['ann@EXÄMPLE.com', 'ann@xn--exmple-cua.com'],
  ['ann@XN--EXMPLE-CUA.com', 'ann@xn--exmple-cua.com'],
  ['ann@例え。テスト', 'ann@xn--r8jz45g.xn--zckzah'],
  ['ANN@straße.example', 'ann@xn--strae-oqa.example'],
  ['josé@example.com', 'josé@example.com'],
  // Only ASCII becomes lower case: lower-casing É, İ or K (Kelvin) could merge two mailboxes.
  ['JOSÉ@example.com', 'josÉ@example.com'],
  ['İstanbul@example.com', 'İstanbul@example.com'],
  ['\u212Aelvin@example.com', '\u212Aelvin@example.com'],
  ['ann@example.com.', 'ann@example.com'],
  ['ann@localhost', 'ann@localhost'],
  ['ann@[192.0.2.1]', 'ann@[192.0.2.1]'],
  ['O"Brien, Ann <ann@example.com>', 'ann@example.com'],
  ['"a b"@example.com', '"a b"@example.com'],
  ['ann@[IPv6:2001:DB8::1]', 'ann@[ipv6:2001:db8::1]'],
  ['bounce+x@simulator.amazonses.com', 'bounce+x@simulator.amazonses.com'],
];

test.each(keys)('%j has the key %j', (written, key) => {
  expect(parseAddress(written)?.key).toBe(key);
});

const invalidAddresses = [
  // Two addresses after an unterminated quote are ambiguous.
  '"a <ann@example.com>, <bob@example.com>',
  String.raw`a\" <ann@example.com>, <bob@example.com>`,
  '',
  ' ',
  'ann',
  '@example.com',
  'ann@',
  'ann@.',
  'ann@a..b',
  'ann@.example.com',
  'ann lee@example.com',
  'ann@exa mple.com',
  'ann@example.com, bob@example.com',
  'ann@bob@example.com',
  'ann@example.com/path',
  'ann@example.com:25',
  'ann@exämple.com:25',
  'ann@０x7f.１',
  'ann@１.com.２',
  'ann@exämple.com/x',
  'ann@exämple.com?x',
  'ann@user@exämple.com',
  'ann\u0000@example.com',
  'ann\u001b[31m@example.com',
  'ann\ud800@example.com',
  'ann@\ud800.com',
  '"ann"x"@example.com',
  '<>',
  'Ann <>',
  'undisclosed-recipients:;',
  `${'a'.repeat(310)}@example.com`,
  `ann@${'a'.repeat(260)}.com`,
  'a'.repeat(100_000),
];

test.each(invalidAddresses)('%j is not an address', (written) => {
  expect(parseAddress(written)).toBeUndefined();
});

test('the original address is kept without the display name', () => {
  expect(parseAddress('"Lee, Ann" <Ann@Exämple.com>')).toEqual({
    key: 'ann@xn--exmple-cua.com',
    original: 'Ann@Exämple.com',
  });
});

/** Contains unpaired surrogates as well. */
const anyText = fc
  .array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 10 })
  .map((units) => String.fromCharCode(...units));

const anything = fc.oneof(
  anyText,
  fc.emailAddress(),
  fc.tuple(fc.string(), anyText).map(([local, domain]) => `${local}@${domain}`),
  fc.string().map((name) => `"${name}" <Ann@Example.com>`),
);

test('parsing a key returns the same key, so that writer and reader agree', () => {
  fc.assert(
    fc.property(anything, (text) => {
      const address = parseAddress(text);
      if (address === undefined) return;
      expect(parseAddress(address.key)?.key).toBe(address.key);
      expect(parseAddress(address.original)?.key).toBe(address.key);
      expect(parseAddress(`Name <${address.original}>`)?.key).toBe(address.key);
    }),
    { numRuns: runs(2000) },
  );
});

const piece = fc.string({ unit: fc.constantFrom(...'abz09.-_+!#$%&\'*/=?^`{|}~@A ,;:"()[]\\é'), maxLength: 12 });
const plainPiece = fc.string({ unit: fc.constantFrom(...'abz09.-_+'), minLength: 1, maxLength: 12 });
const label = fc.string({ unit: fc.constantFrom(...'abz09-_'), minLength: 1, maxLength: 12 });
const plainDomain = fc.array(label, { minLength: 1, maxLength: 4 }).map((labels) => labels.join('.'));
const nearLengthLimits = fc
  .tuple(
    plainPiece,
    plainDomain,
    fc.oneof(fc.integer({ min: 252, max: 258 }), fc.integer({ min: 316, max: 323 })),
    fc.boolean(),
  )
  .map(([local, domain, length, isLongLocal]) => {
    const padding = 'x'.repeat(Math.max(0, length - local.length - domain.length - 1));
    return isLongLocal ? `${padding}${local}@${domain}` : `${local}@${padding}${domain}`;
  });

test('the fast path for plain addresses has the same result as the general path', () => {
  const nearlyPlain = fc.oneof(
    fc.tuple(plainPiece, plainDomain),
    fc.tuple(piece, plainDomain),
    fc.tuple(plainPiece, piece),
  );
  const texts = fc.oneof(
    nearLengthLimits,
    nearlyPlain.map(([local, domain]) => `${local}@${domain}`),
    piece,
  );
  fc.assert(
    // An address in angle brackets takes the general path.
    fc.property(texts, (text) => {
      expect(parseAddress(text)).toEqual(parseAddress(`<${text}>`));
    }),
    { numRuns: runs(2000) },
  );
});

test('a valid address is parsed, whatever its ASCII case', () => {
  fc.assert(
    fc.property(fc.emailAddress(), (text) => {
      expect(parseAddress(text)?.key).toBe(text.toLowerCase());
      expect(parseAddress(text.toUpperCase())?.key).toBe(text.toLowerCase());
    }),
  );
});

test.each([
  ['ann@example.com', 'a***@example.com'],
  ['a@example.com', '***@example.com'],
  ['😀smile@example.com', '***@example.com'],
  ['\u202egpj@example.com', '***@example.com'],
  ['"a b"@example.com', '***@example.com'],
])('a log contains %s as %s', (address, masked) => {
  expect(maskAddress(address as AddressKey)).toBe(masked);
});
