import type { AddressKey } from '../../../shared/domain/address.ts';
import { suppressionAt } from '../../../shared/domain/suppression/operator-change.ts';
import { emptyRecord } from '../../../shared/domain/suppression/record.ts';

const record = emptyRecord('ann@example.net' as AddressKey);
const suppressed = { ...record, status: 'suppressed', reason: 'hard', since: 10 } as const;

test('a change replaces the suppression that applies at that time', () => {
  expect(suppressionAt(suppressed, 20)).toEqual({ before: { reason: 'hard', since: 10 } });
  expect(suppressionAt({ ...suppressed, until: 30 }, 20)).toEqual({ before: { reason: 'hard', since: 10, until: 30 } });
});

test.each([
  ['no record', undefined],
  ['a record that is only watched', { ...suppressed, status: 'watched' } as const],
  ['a suppression that has ended', { ...suppressed, until: 20 }],
  ['a record without a reason', { ...record, status: 'suppressed', since: 10 } as const],
  ['a record without a start', { ...record, status: 'suppressed', reason: 'hard' } as const],
])('%s is no suppression', (_name, given) => {
  expect(suppressionAt(given, 20)).toEqual({});
});
