import { outboxKey, outboxKeys } from '../../../shared/domain/suppression/outbox-key.ts';

test('a key consists of the pending Regions and one of four shards', () => {
  expect(outboxKeys([['home'], ['home', 'eu']])).toEqual([
    ...['home#0', 'home#1', 'home#2', 'home#3'],
    ...['home+eu#0', 'home+eu#1', 'home+eu#2', 'home+eu#3'],
  ]);
  expect(outboxKeys([])).toEqual([]);
});

test('a record always has the same key, and many records are spread evenly over all keys', () => {
  const counts = new Map<string, number>();
  for (let index = 0; index < 4000; index++) {
    const key = outboxKey(`a${index}@example.net`, ['home', 'eu']);
    expect(outboxKey(`a${index}@example.net`, ['home', 'eu'])).toBe(key);
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  expect([...counts.keys()].sort()).toEqual(outboxKeys([['home', 'eu']]));
  for (const count of counts.values()) expect(Math.abs(count - 1000)).toBeLessThan(120);
});

test('an address has the same shard whatever Regions are pending', () => {
  const shard = (regions: string[]) => outboxKey('ann@example.net', regions).split('#')[1];
  expect(shard(['home'])).toBe(shard(['home', 'eu']));
});
