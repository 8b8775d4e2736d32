import { shortHash } from '../../shared/domain/short-hash.ts';

/** Hashes are part of stored keys. A release that changed them would not find the items of an earlier one. */
test('a short hash is the same in every release', () => {
  expect(shortHash('configuration-set:news', 5)).toBe('IlNQk');
});
