import type { AddressKey } from '../../../shared/domain/address.ts';
import { eraseAddress, erasedPrefix, erasureKeyMaxAgeMs } from '../../../shared/domain/suppression/erased-address.ts';

const ann = 'ann@example.net' as AddressKey;

test('the hash of an address is the same in every version: HMAC-SHA-256, in URL-safe Base64, after the prefix', () => {
  // printf ann@example.net | openssl dgst -sha256 -hmac "$(printf 'b%.0s' {1..64})" -binary | basenc --base64url (coreutils)
  expect(eraseAddress(ann, 'b'.repeat(64))).toBe('erased#LL1hLwtWPQ4vIQOd0fEvqz1y6EidMgBcd9bKk1GYTOo');
  expect(erasedPrefix).toBe('erased#');
});

test('another address, or another key, gives another hash', () => {
  const hashes = [eraseAddress(ann, 'a'), eraseAddress(ann, 'b'), eraseAddress('bob@example.net' as AddressKey, 'a')];
  expect(new Set(hashes).size).toBe(3);
});

test('an application learns of the first erasure within five minutes', () => {
  expect(erasureKeyMaxAgeMs).toBe(300_000);
});
