import { setTimeout as sleep } from 'node:timers/promises';
import { bounce, complaint, hour, iso, noon } from '../support/ses.ts';
import { useSystem } from '../support/system.ts';

const system = useSystem();
const withRealBackOff = { sleep: async (milliseconds: number) => sleep(milliseconds) };

test('50 concurrent commits for one address lose nothing and count each event once', async () => {
  const to = 'hot@example.net';
  const bodies = Array.from({ length: 50 }, (_, index) => bounce({ to, mailId: `hot-${index}` }));
  const outcomes = await Promise.all(bodies.map((body) => system().deliver([body], withRealBackOff)));
  expect(outcomes.flatMap(({ failed }) => failed)).toEqual([]);
  const record = await system().record(to);
  expect(Object.keys(record?.seen as object)).toHaveLength(50);
  expect(await system().count('account', 'hard')).toBe(50);
});

test('the same message in 20 concurrent containers counts once', async () => {
  const sentAt = noon - 3 * hour;
  const message = complaint({ to: ['ann@example.org', 'bob@example.org'], sentAt, mailId: 'same' });
  const outcomes = await Promise.all(Array.from({ length: 20 }, () => system().deliver([message], withRealBackOff)));
  expect(outcomes.flatMap(({ failed }) => failed)).toEqual([]);
  const { account } = await system().counters(iso(sentAt).slice(0, 13), ['account']);
  expect(account).toEqual({ complaints0: 1 });
});

test('containers with overlapping batches lose nothing', async () => {
  const sentAt = noon - 6 * hour;
  const bodies = Array.from({ length: 120 }, (_, i) =>
    bounce({ to: `o${i % 40}@example.org`, sentAt, mailId: `o-${i}` }),
  );
  const batches = [bodies.slice(0, 80), bodies.slice(40), bodies.toReversed()];
  const outcomes = await Promise.all(batches.map((batch) => system().deliver(batch, withRealBackOff)));
  expect(outcomes.flatMap(({ failed }) => failed)).toEqual([]);
  expect((await system().counters(iso(sentAt).slice(0, 13), ['account'])).account).toEqual({ hard0: 120 });
});
