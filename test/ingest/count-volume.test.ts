import { createDynamoDBClient } from '../../shared/aws/dynamodb/client.ts';
import { createCounterTable } from '../../shared/aws/dynamodb/counter-table.ts';
import { readPolicy } from '../../shared/domain/policy/policy.ts';
import { StoreError } from '../../shared/domain/suppression/store.ts';
import { type FaultProxy, startFaultProxy } from '../support/fault-proxy.ts';
import { bounce, complaint, day, delivery, hour, noon, send } from '../support/ses.ts';
import { createSystem, type System, useSystem } from '../support/system.ts';

useSystem();

/** Each test has tables of its own, behind a proxy that records the requests. */
let proxy: FaultProxy;
let system: System;
beforeEach(async () => {
  proxy = await startFaultProxy(String(process.env.AWS_ENDPOINT_URL_DYNAMODB));
  system = await createSystem(createDynamoDBClient({ endpoint: proxy.endpoint }));
  proxy.misbehave(() => undefined);
});
afterEach(() => proxy.close());

const scopes = ['account', 'identity:shop.example.com', 'configuration-set:news'];
const operations = () => proxy.requests.map(({ operation }) => operation);
const campaign = (emails: number, sentAt = noon) =>
  Array.from({ length: emails }, (_, i) => send({ to: `r${i}@example.net`, mailId: `mail-${i}`, sentAt }));

test('a batch of sends is one write of any size, with one item for each scope and hour', async () => {
  system.now = noon + 10 * 60_000;
  const { failed, entries } = await system.deliver([...campaign(300), ...campaign(200, noon + 7 * 60_000)]);
  expect(failed).toEqual([]);
  expect(operations()).toEqual(['TransactWriteItems']);
  expect(entries).toEqual([
    { kind: 'batch', feedback: 0, volume: 500, ignored: 0, untrusted: 0, unreadable: 0, failed: 0 },
  ]);
  expect(await system.counters('2026-11-20T12', scopes)).toEqual(
    Object.fromEntries(scopes.map((scope) => [scope, { sends0: 300, sends1: 200 }])),
  );
});

test('each scope with sends is named once a day, and a scope without sends is not', async () => {
  const named = async () => (await system.items('scopes')).map(({ hour: name }) => name);
  await system.deliver(campaign(1));
  await system.deliver(campaign(1));
  const actions = proxy.requests.map(({ body }) => (body.TransactItems as unknown[]).length);
  expect(actions).toEqual([6, 3]);
  system.now += day;
  await system.deliver(campaign(1, noon + day));
  expect(proxy.requests.map(({ body }) => (body.TransactItems as unknown[]).length)).toEqual([6, 3, 6]);
  expect(await named()).toEqual(scopes.toSorted());
  await system.deliver([bounce({ domain: 'other.example.com' })]);
  expect(await named()).toEqual(scopes.toSorted());
});

test('sends, bounces and complaints in the same queue are all counted', async () => {
  const bodies = [...campaign(3), bounce({ mailId: 'a' }), complaint({ mailId: 'b' })];
  expect((await system.deliver(bodies)).failed).toEqual([]);
  const [counted] = Object.values(await system.counters('2026-11-20T12', ['account']));
  expect(counted).toEqual({ sends0: 3, hard0: 1, complaints0: 1 });
});

test('a batch with more scopes than fit into a transaction is split, and no email is split', async () => {
  const bodies = Array.from({ length: 120 }, (_, i) => send({ domain: `d${i}.example.com`, mailId: `mail-${i}` }));
  expect((await system.deliver(bodies)).failed).toEqual([]);
  expect(operations().length).toBeGreaterThan(1);
  const snapshot = await system.snapshot();
  expect(snapshot.counts.get('account')?.get('sends')).toBe(120);
  expect(snapshot.counts.get('identity:d77.example.com')?.get('sends')).toBe(1);
});

test('a permanent error of the write fails the messages with sends, and no others', async () => {
  proxy.misbehave(({ body }) =>
    JSON.stringify(body).includes('sends0')
      ? { kind: 'respond', status: 400, body: { __type: 'AccessDeniedException', message: 'no' } }
      : undefined,
  );
  const { failed, entries } = await system.deliver([...campaign(2), bounce()]);
  expect(failed).toEqual(['message-0', 'message-1']);
  expect(entries.filter(({ kind }) => kind === 'message')).toHaveLength(2);
  expect(await system.count('account', 'hard')).toBe(1);
});

test('a contested or throttled write is retried until the time is up', async () => {
  let failures = 3;
  const contested = { __type: 'TransactionCanceledException', CancellationReasons: [{ Code: 'TransactionConflict' }] };
  proxy.misbehave(() => (failures-- > 0 ? { kind: 'respond', status: 400, body: contested } : undefined));
  expect((await system.deliver(campaign(2))).failed).toEqual([]);
  expect(await system.count('account', 'sends')).toBe(2);
  proxy.misbehave(() => ({ kind: 'respond', status: 400, body: contested }));
  let left = 500;
  const remaining = () => (left -= 50);
  const { failed, entries } = await system.deliver(campaign(2), { remaining });
  expect(failed).toEqual(['message-0', 'message-1']);
  expect(entries[0]).toMatchObject({ outcome: 'failed', reason: 'out of time' });
});

test('a write with a lost response counts once, because the SDK retries it with the same token', async () => {
  let first = true;
  proxy.misbehave(() => {
    if (!first) return undefined;
    first = false;
    return { kind: 'lose response' };
  });
  await system.deliver(campaign(5));
  expect(operations()).toEqual(['TransactWriteItems', 'TransactWriteItems']);
  expect(new Set(proxy.requests.map(({ body }) => body.ClientRequestToken)).size).toBe(1);
  expect(await system.count('account', 'sends')).toBe(5);
});

test('an error that is not a StoreError fails the messages and is not thrown', async () => {
  const counters = {
    ...createCounterTable({ client: createDynamoDBClient(), ...system.tables, shard: 0, clock: () => system.now }),
    addSends: () => Promise.reject(new TypeError('a bug')),
  };
  const { failed, entries } = await system.deliver(campaign(1), { counters });
  expect(failed).toEqual(['message-0']);
  expect(entries[0]).toMatchObject({ reason: 'a bug' });
});

describe('the contributors of a bounce or complaint', () => {
  const contributors = async () => {
    const [item] = await system.items('causes');
    const { scope: _, hour, expiresAt: __, writes: ___, ...counters } = item ?? {};
    return { hour, ...counters };
  };

  test('are counted once, in the same transaction as the account', async () => {
    const bodies = [
      bounce({ mailId: 'a', to: 'ann@gmail.com', subType: 'NoEmail' }),
      bounce({ mailId: 'b', to: 'bob@gmail.com' }),
      complaint({ mailId: 'c', to: 'cy@web.de' }),
      bounce({ mailId: 'd', to: 'dan@web.de', type: 'Transient' }),
    ];
    await system.deliver([...bodies, ...bodies]);
    await system.deliver(bodies);
    expect(await contributors()).toEqual({
      hour: '2026-11-20T12#0',
      hard_is_NoEmail: 1,
      hard_is_General: 1,
      hard_at_gmail: 2,
      complaints_is_abuse: 1,
      complaints_at_webde: 1,
    });
  });

  test('are not counted again for a copy with more scopes', async () => {
    await system.deliver([bounce({ channel: 'identity' })]);
    await system.deliver([bounce()]);
    expect(await contributors()).toMatchObject({ hard_is_General: 1 });
    expect(await system.count('configuration-set:news', 'hard')).toBe(1);
  });
});

test('the recipients in feedback are counted by the hour of arrival, each once', async () => {
  system.now = noon + 5 * hour;
  await system.deliver([
    bounce({ mailId: 'a' }),
    bounce({ mailId: 'b', subType: 'MessageTooLarge', type: 'Transient' }),
  ]);
  await system.deliver([bounce({ mailId: 'a' })]);
  const items = await system.items('account');
  expect(items.map(({ hour: at, received }) => [at, received])).toEqual([
    ['2026-11-20T12#0', undefined],
    ['2026-11-20T17#0', 2],
  ]);
});

test('an error in counting the received feedback fails no message', async () => {
  proxy.misbehave(({ operation }) => (operation === 'UpdateItem' ? { kind: 'drop' } : undefined));
  expect((await system.deliver([bounce()])).failed).toEqual([]);
});

describe('deliveries', () => {
  const policy = readPolicy({ soft: { strikes: 3, onDays: 1, endedByDelivery: true } });
  const soft = (i: number) =>
    bounce({ type: 'Transient', subType: 'MailboxFull', mailId: `soft-${i}`, sentAt: noon + i * hour });

  test('reset the strikes of their recipients', async () => {
    system.now = noon + day;
    await system.deliver([soft(0), soft(1)], { policy });
    await system.deliver([delivery({ sentAt: noon + 2 * hour })], { policy });
    expect(await system.record('ann@example.net')).toMatchObject({ deliveredAt: noon + 2 * hour + 2000 });
    await system.deliver([soft(3), soft(4)], { policy });
    expect(await system.record('ann@example.net')).toMatchObject({ status: 'watched' });
    await system.deliver([soft(5)], { policy });
    expect(await system.record('ann@example.net')).toMatchObject({ status: 'suppressed' });
  });

  test('to addresses without a record cost one eventually consistent read and no write', async () => {
    const bodies = Array.from({ length: 100 }, (_, i) => delivery({ to: `r${i}@example.net` }));
    expect((await system.deliver(bodies, { policy })).failed).toEqual([]);
    expect(operations()).toEqual(['BatchGetItem']);
    const [request] = proxy.requests;
    const [keys] = Object.values(
      request?.body.RequestItems as Record<string, { Keys: unknown[]; ConsistentRead?: boolean }>,
    );
    expect([keys?.Keys.length, keys?.ConsistentRead ?? false]).toEqual([100, false]);
  });

  test('to a permanently suppressed address write nothing', async () => {
    await system.deliver([bounce()], { policy });
    await system.deliver([delivery({ sentAt: noon + hour })], { policy });
    expect(operations().filter((name) => name === 'TransactWriteItems')).toHaveLength(1);
  });

  test('reset nothing unless the policy enables it', async () => {
    await system.deliver([soft(0)]);
    await system.deliver([delivery({ sentAt: noon + 2 * hour })]);
    expect(await system.record('ann@example.net')).not.toHaveProperty('deliveredAt');
  });

  test('are retried if a bounce changes the record at the same time', async () => {
    system.now = noon + day;
    await system.deliver([soft(0)], { policy });
    let raced = false;
    const store = {
      ...system.store,
      async read(...args: Parameters<typeof system.store.read>) {
        const outcomes = await system.store.read(...args);
        if (!raced) {
          raced = true;
          await system.deliver([soft(1)], { policy });
        }
        return outcomes;
      },
    };
    expect((await system.deliver([delivery({ sentAt: noon + 2 * hour })], { policy, store })).failed).toEqual([]);
    expect(await system.record('ann@example.net')).toMatchObject({ deliveredAt: noon + 2 * hour + 2000 });
    expect(await system.record('ann@example.net')).not.toHaveProperty('strikes');
  });

  test('fail if their records cannot be read or written, and others do not', async () => {
    await system.deliver([soft(0)], { policy });
    const fail = () => Promise.reject(new StoreError('no table', { scope: 'permanent' }));
    const bodies = [delivery({ to: 'bob@example.net' }), delivery({ sentAt: noon + 2 * hour })];
    const { failed } = await system.deliver(bodies, { policy, store: { ...system.store, write: fail } });
    expect(failed).toEqual(['message-1']);
    proxy.misbehave(() => ({ kind: 'respond', status: 400, body: { __type: 'ResourceNotFoundException' } }));
    expect((await system.deliver(bodies, { policy })).failed).toEqual(['message-0', 'message-1']);
  });
});
