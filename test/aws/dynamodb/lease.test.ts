import { createDynamoDBClient } from '../../../shared/aws/dynamodb/client.ts';
import { type LeaseOptions, withLease } from '../../../shared/aws/dynamodb/lease.ts';
import { useFaultySystem } from '../../support/failing-system.ts';

const faulty = useFaultySystem();
let now = 1_000_000;
let leases = 0;

/** Of one name, for whoever asks. */
function createLease() {
  const name = `lease-${leases++}`;
  const client = createDynamoDBClient();
  const of = (owner: string): LeaseOptions => ({
    client,
    reputationTable: faulty.system.tables.reputationTable,
    name,
    owner,
    clock: () => now,
  });
  return { name, of };
}

const never = async () => {
  throw new Error('two at once');
};

test('of two at once one works, and the other does nothing', async () => {
  const { of } = createLease();
  const answer = await withLease(of('one'), 1000, async () => {
    expect(await withLease(of('two'), 1000, never)).toBeUndefined();
    return 'worked';
  });
  expect(answer).toBe('worked');
});

test('of many at the same moment exactly one works', async () => {
  const { of } = createLease();
  let release = () => {};
  const gate = new Promise<void>((resolve) => {
    release = resolve;
  });
  const working: string[] = [];
  const asked = ['a', 'b', 'c', 'd', 'e'].map((owner) =>
    withLease(of(owner), 1000, async () => {
      working.push(owner);
      await gate;
      return owner;
    }),
  );
  const others = await Promise.race([Promise.all(asked), new Promise((resolve) => setTimeout(resolve, 300))]);
  expect(others).toBeUndefined();
  release();
  expect((await Promise.all(asked)).filter((one) => one !== undefined)).toEqual(working);
  expect(working).toHaveLength(1);
});

test('a lease is given back with the end of the work, also where that throws', async () => {
  const { of } = createLease();
  const work = withLease(of('one'), 60_000, async () => {
    throw new Error('broken');
  });
  await expect(work).rejects.toThrow('broken');
  expect(await withLease(of('two'), 60_000, async () => 'worked')).toBe('worked');
  expect(await withLease(of('three'), 60_000, async () => 'worked')).toBe('worked');
});

test('leases of different names have nothing to do with each other', async () => {
  const answer = await withLease(createLease().of('one'), 1000, () =>
    withLease(createLease().of('one'), 1000, async () => 'both'),
  );
  expect(answer).toBe('both');
});

test('who dies with a lease holds it until it runs out, and gives back that of nobody else when it wakes up', async () => {
  const { of } = createLease();
  await withLease(of('dead'), 1000, async () => {
    now += 999;
    expect(await withLease(of('two'), 1000, never)).toBeUndefined();
    now += 1;
    await withLease(of('two'), 1000, async () => {
      // The first comes to its end only now.
      await withLease(of('three'), 1000, never);
    });
  });
  let wake = () => {};
  const asleep = withLease(of('dead'), 1000, () => new Promise<void>((resolve) => (wake = resolve)));
  await new Promise((resolve) => setTimeout(resolve, 100));
  now += 1000;
  await withLease(of('two'), 1000, async () => {
    wake();
    await asleep;
    expect(await withLease(of('three'), 1000, never)).toBeUndefined();
  });
});

test('a lease whose taking had no answer is taken all the same', async () => {
  const { of, name } = createLease();
  let lost = 1;
  faulty.proxy.misbehave(({ operation, body }) =>
    operation === 'PutItem' && JSON.stringify(body).includes(name) && lost-- > 0 ? { kind: 'lose answer' } : undefined,
  );
  expect(await withLease(of('one'), 60_000, async () => 'worked')).toBe('worked');
});
