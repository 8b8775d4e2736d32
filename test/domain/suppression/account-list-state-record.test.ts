import type { AddressKey } from '../../../shared/domain/address.ts';
import {
  mirrorKey,
  mirrorKeys,
  spellingsOf,
  spellingToPut,
  type Told,
  withTold,
} from '../../../shared/domain/suppression/account-list-state.ts';
import { emptyRecord, type SuppressionRecord } from '../../../shared/domain/suppression/record.ts';
import { noon } from '../../support/ses.ts';

const address = 'ann@example.net' as AddressKey;
const record = (fields: Partial<SuppressionRecord> = {}): SuppressionRecord => ({ ...emptyRecord(address), ...fields });
const told = (says: string, at = noon): Told => ({ says, at });

describe('a record', () => {
  test('takes a note of what one Region was told, and keeps those of the others', () => {
    const first = withTold(record(), 'eu', told('BOUNCE'));
    expect(first).toEqual(record({ mirrored: { eu: told('BOUNCE') } }));
    const both = withTold(withTold(first, 'home', told('held')), 'eu', told('COMPLAINT', 1));
    expect(both.mirrored).toEqual({ eu: told('COMPLAINT', 1), home: told('held') });
  });

  test('is deleted in all spellings, each once, its key among them', () => {
    expect(spellingsOf(record())).toEqual([address]);
    expect(spellingsOf(record({ spellings: ['Ann@example.net', address] }))).toEqual(['Ann@example.net', address]);
  });

  test.each([
    [[], address],
    [['Ann@example.net', 'aNN@example.net'], 'Ann@example.net'],
    [['Ann@exämple.net', 'ANN@example.net'], 'ANN@example.net'],
    [['äAnn@example.net', 'Annä@example.net', 'A nn@example.net', '\u007fann@example.net'], address],
    [['~!@example.net'], '~!@example.net'],
  ])('with the spellings %j is put as %s', (spellings, spelling) => {
    expect(spellingToPut(record({ spellings }))).toBe(spelling);
  });
});

describe('the keys of the index', () => {
  test('name the Regions that are waited for, and one of four shards', () => {
    expect(mirrorKeys([['home'], ['home', 'eu']])).toEqual([
      ...['home#0', 'home#1', 'home#2', 'home#3'],
      ...['home+eu#0', 'home+eu#1', 'home+eu#2', 'home+eu#3'],
    ]);
    expect(mirrorKeys([])).toEqual([]);
  });

  test('a record always stands under the same one, and many under all of them, about as many under each', () => {
    const counts = new Map<string, number>();
    for (let index = 0; index < 4000; index++) {
      const key = mirrorKey(`a${index}@example.net`, ['home', 'eu']);
      expect(mirrorKey(`a${index}@example.net`, ['home', 'eu'])).toBe(key);
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    expect([...counts.keys()].sort()).toEqual(mirrorKeys([['home', 'eu']]));
    for (const count of counts.values()) expect(Math.abs(count - 1000)).toBeLessThan(120);
  });

  test('the same address is always on the same shard, whatever it waits for', () => {
    const shard = (pending: string[]) => mirrorKey('ann@example.net', pending).split('#')[1];
    expect(shard(['home'])).toBe(shard(['home', 'eu']));
  });
});
