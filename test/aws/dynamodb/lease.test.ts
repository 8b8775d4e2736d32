import { createDynamoDBClient } from '../../../shared/aws/dynamodb/client.ts';
import { type LeaseOptions, withLease } from '../../../shared/aws/dynamodb/lease.ts';
import { useFaultySystem } from '../../support/failing-system.ts';

const faulty = useFaultySystem();
let now = 1_000_000;
let leases = 0;

/** Returns the options of a new lease, for any owner. */
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

const failWork = async () => {
  throw new Error('two processes work at the same time');
};

test('one of two processes works, and the other does nothing', async () => {
  const { of } = createLease();
  const result = await withLease(of('one'), 1000, async () => {
    expect(await withLease(of('two'), 1000, failWork)).toBeUndefined();
    return 'worked';
  });
  expect(result).toBe('worked');
});

test('exactly one of many concurrent processes works', async () => {
  const { of } = createLease();
  let release = () => {};
  const gate = new Promise<void>((resolve) => {
    release = resolve;
  });
  const working: string[] = [];
  const requests = ['a', 'b', 'c', 'd', 'e'].map((owner) =>
    withLease(of(owner), 1000, async () => {
      working.push(owner);
      await gate;
      return owner;
    }),
  );
  const others = await Promise.race([Promise.all(requests), new Promise((resolve) => setTimeout(resolve, 300))]);
  expect(others).toBeUndefined();
  release();
  expect((await Promise.all(requests)).filter((one) => one !== undefined)).toEqual(working);
  expect(working).toHaveLength(1);
});

test('a lease is returned at the end of the work, even if the work throws', async () => {
  const { of } = createLease();
  const work = withLease(of('one'), 60_000, async () => {
    throw new Error('broken');
  });
  await expect(work).rejects.toThrow('broken');
  expect(await withLease(of('two'), 60_000, async () => 'worked')).toBe('worked');
  expect(await withLease(of('three'), 60_000, async () => 'worked')).toBe('worked');
});

test('leases with different names are independent', async () => {
  const result = await withLease(createLease().of('one'), 1000, () =>
    withLease(createLease().of('one'), 1000, async () => 'both'),
  );
  expect(result).toBe('both');
});

test('the lease of a crashed process expires, and a late process does not return the lease of another', async () => {
  const { of } = createLease();
  await withLease(of('crashed'), 1000, async () => {
    now += 999;
    expect(await withLease(of('two'), 1000, failWork)).toBeUndefined();
    now += 1;
    await withLease(of('two'), 1000, async () => {
      // The first process ends only now.
      await withLease(of('three'), 1000, failWork);
    });
  });
  let wake = () => {};
  const asleep = withLease(of('crashed'), 1000, () => new Promise<void>((resolve) => (wake = resolve)));
  await new Promise((resolve) => setTimeout(resolve, 100));
  now += 1000;
  await withLease(of('two'), 1000, async () => {
    wake();
    await asleep;
    expect(await withLease(of('three'), 1000, failWork)).toBeUndefined();
  });
});

test('a lease is taken even if the first response is lost', async () => {
  const { of, name } = createLease();
  let lost = 1;
  faulty.proxy.misbehave(({ operation, body }) =>
    operation === 'PutItem' && JSON.stringify(body).includes(name) && lost-- > 0
      ? { kind: 'lose response' }
      : undefined,
  );
  expect(await withLease(of('one'), 60_000, async () => 'worked')).toBe('worked');
});
