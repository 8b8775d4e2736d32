import fc from 'fast-check';
import { type Address, parseAddress } from '../../../shared/domain/address.ts';
import { isSignedFor, readReturnPath, signReturnPath } from '../../../shared/domain/email-report/return-path.ts';

const day = 86_400_000;
const at = Date.UTC(2026, 10, 16, 9);
const key = 'k'.repeat(32);
const domain = 'bounces.shop.example';
const address = (text: string) => parseAddress(text) as Address;
const read = (text: string) => readReturnPath(address(text));

const recipient = fc
  .tuple(
    fc.oneof(fc.stringMatching(/^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}$/), fc.constant('jörg'), fc.constant('"a b"')),
    fc.constantFrom('example.net', 'exämple.com', `${'long.'.repeat(20)}example`, '[192.0.2.1]'),
  )
  .map((parts) => parts.join('@'));

test('a return path proves its own recipient for 30 days, and no other one', () => {
  fc.assert(
    fc.property(recipient, recipient, fc.integer({ min: -3, max: 40 }), (mine, other, days) => {
      const signed = signReturnPath({ recipient: mine, domain, key, at });
      expect(signed.slice(0, signed.indexOf('@')).length).toBeLessThanOrEqual(64);
      // Servers may change the case.
      const path = read(signed.toUpperCase());
      const now = at + days * day;
      expect(path && isSignedFor(path, address(mine).key, [key], now)).toBe(days >= -1 && days <= 30);
      expect(path && isSignedFor(path, address(other).key, [key], at)).toBe(address(mine).key === address(other).key);
      expect(path?.recipient?.key ?? address(mine).key).toBe(address(mine).key);
    }),
  );
});

test('an older key counts as well, and an unknown one does not', () => {
  const path = read(signReturnPath({ recipient: 'ann@example.net', domain, key, at }));
  const isSigned = (...keys: string[]) => path && isSignedFor(path, address('ann@example.net').key, keys, at);
  expect([isSigned('n'.repeat(32), key), isSigned('n'.repeat(32)), isSigned()]).toEqual([true, false, false]);
});

test('whatever is changed in a return path, it proves nothing', () => {
  const signed = signReturnPath({ recipient: 'ann@example.net', domain, key, at });
  const local = signed.slice(0, signed.indexOf('@'));
  fc.assert(
    fc.property(
      fc.nat(local.length - 1),
      fc.constantFrom(...'abcdefghijklmnopqrstuvwxyz0123456789'),
      (index, letter) => {
        const changed = local.slice(0, index) + letter + local.slice(index + 1);
        fc.pre(changed !== local);
        const path = read(`${changed}@${domain}`);
        const named = path?.recipient?.key ?? address('ann@example.net').key;
        const proved = path !== undefined && isSignedFor(path, named, [key], at);
        expect(proved).toBe(false);
      },
    ),
  );
});

test('other addresses are no return paths', () => {
  for (const text of [
    'ann@example.net',
    'b+x@example.net',
    'bounces+ann=example.net@shop.example',
    'b+ffff-aaaaaaaaaa-@x.example',
  ])
    expect(read(text)).toBeUndefined();
});

test.each([
  [{ recipient: 'nobody' }, 'The recipient is not a valid address.'],
  [{ domain: 'not a domain' }, 'The domain of the return path is not valid.'],
  [{ key: 'short' }, 'The key of the return path needs at least 32 characters.'],
])('%j is refused', (wrong, message) => {
  expect(() => signReturnPath({ recipient: 'ann@example.net', domain, key, at, ...wrong })).toThrow(message);
});
