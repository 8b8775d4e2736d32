import type { AddressKey } from '../../../shared/domain/address.ts';
import {
  addressForSes,
  addressVariantsOf,
  outboxKey,
  outboxKeys,
  type SyncState,
  withSyncState,
} from '../../../shared/domain/suppression/account-list-state.ts';
import { emptyRecord, type SuppressionRecord } from '../../../shared/domain/suppression/record.ts';
import { noon } from '../../support/ses.ts';

const address = 'ann@example.net' as AddressKey;
const record = (fields: Partial<SuppressionRecord> = {}): SuppressionRecord => ({ ...emptyRecord(address), ...fields });
const told = (value: string, at = noon): SyncState => ({ value, at });

describe('a record', () => {
  test('takes a note of what one Region was told, and keeps those of the others', () => {
    const first = withSyncState(record(), 'eu', told('BOUNCE'));
    expect(first).toEqual(record({ syncStates: { eu: told('BOUNCE') } }));
    const both = withSyncState(withSyncState(first, 'home', told('held')), 'eu', told('COMPLAINT', 1));
    expect(both.syncStates).toEqual({ eu: told('COMPLAINT', 1), home: told('held') });
  });

  test('is deleted in all spellings, each once, its key among them', () => {
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
  ])('with the spellings %j is put as %s', (addressVariants, spelling) => {
    expect(addressForSes(record({ addressVariants }))).toBe(spelling);
  });
});

describe('the keys of the index', () => {
  test('name the Regions that are waited for, and one of four shards', () => {
    expect(outboxKeys([['home'], ['home', 'eu']])).toEqual([
      ...['home#0', 'home#1', 'home#2', 'home#3'],
      ...['home+eu#0', 'home+eu#1', 'home+eu#2', 'home+eu#3'],
    ]);
    expect(outboxKeys([])).toEqual([]);
  });

  test('a record always stands under the same one, and many under all of them, about as many under each', () => {
    const counts = new Map<string, number>();
    for (let index = 0; index < 4000; index++) {
      const key = outboxKey(`a${index}@example.net`, ['home', 'eu']);
      expect(outboxKey(`a${index}@example.net`, ['home', 'eu'])).toBe(key);
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    expect([...counts.keys()].sort()).toEqual(outboxKeys([['home', 'eu']]));
    for (const count of counts.values()) expect(Math.abs(count - 1000)).toBeLessThan(120);
  });

  test('the same address is always on the same shard, whatever it waits for', () => {
    const shard = (pending: string[]) => outboxKey('ann@example.net', pending).split('#')[1];
    expect(shard(['home'])).toBe(shard(['home', 'eu']));
  });
});
