import type { AddressKey } from '../../../shared/domain/address.ts';
import { addressForSes, addressVariantsOf } from '../../../shared/domain/suppression/address-variants.ts';
import { emptyRecord, type SuppressionRecord } from '../../../shared/domain/suppression/record.ts';

const address = 'ann@example.net' as AddressKey;
const record = (fields: Partial<SuppressionRecord> = {}): SuppressionRecord => ({ ...emptyRecord(address), ...fields });

test('every variant is deleted once, the key included', () => {
  expect(addressVariantsOf(record())).toEqual([address]);
  expect(addressVariantsOf(record({ addressVariants: ['Ann@example.net', address] }))).toEqual([
    'Ann@example.net',
    address,
  ]);
});

test.each([
  [[], address],
  [['Ann@example.net', 'aNN@example.net'], 'Ann@example.net'],
  [['Ann@exämple.net', 'ANN@example.net'], 'ANN@example.net'],
  [['äAnn@example.net', 'Annä@example.net', 'A nn@example.net', '\u007fann@example.net'], address],
  [['~!@example.net'], '~!@example.net'],
])('an address with the variants %j is listed as %s', (addressVariants, listed) => {
  expect(addressForSes(record({ addressVariants }))).toBe(listed);
});
