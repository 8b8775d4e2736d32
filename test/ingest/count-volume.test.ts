import { createDynamoDBClient } from '../../shared/aws/dynamodb/client.ts';
import { createCounterTable } from '../../shared/aws/dynamodb/counter-table.ts';
import { readPolicy } from '../../shared/domain/policy/policy.ts';
import { StoreError } from '../../shared/domain/suppression/store.ts';
import { type FaultProxy, startFaultProxy } from '../support/fault-proxy.ts';
import { bounce, complaint, day, delivery, hour, noon, send } from '../support/ses.ts';
import { createSystem, type System, useSystem } from '../support/system.ts';

useSystem();

/** Every test has tables of its own, behind a proxy that shows what is asked of them. */
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
const campaign = (mails: number, sentAt = noon) =>
  Array.from({ length: mails }, (_, i) => send({ to: `r${i}@example.net`, mailId: `mail-${i}`, sentAt }));

test('a batch of sends is one write, whatever its size, and one item a scope and hour', async () => {
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

test('each scope is named once a day, and those that nothing was sent in are not', async () => {
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

test('sends, bounces and complaints in one queue are all counted, whichever function they reach', async () => {
  const bodies = [...campaign(3), bounce({ mailId: 'a' }), complaint({ mailId: 'b' })];
  expect((await system.deliver(bodies)).failed).toEqual([]);
  const [counted] = Object.values(await system.counters('2026-11-20T12', ['account']));
  expect(counted).toEqual({ sends0: 3, hard0: 1, complaints0: 1 });
});

test('a batch in more scopes than a transaction takes is written in several, each mail whole', async () => {
  const bodies = Array.from({ length: 120 }, (_, i) => send({ domain: `d${i}.example.com`, mailId: `mail-${i}` }));
  expect((await system.deliver(bodies)).failed).toEqual([]);
  expect(operations().length).toBeGreaterThan(1);
  const snapshot = await system.snapshot();
  expect(snapshot.counts.get('account')?.get('sends')).toBe(120);
  expect(snapshot.counts.get('identity:d77.example.com')?.get('sends')).toBe(1);
});

test('where the write fails for good every mail comes again, and no other message does', async () => {
  proxy.misbehave(({ body }) =>
    JSON.stringify(body).includes('sends0')
      ? { kind: 'answer', status: 400, body: { __type: 'AccessDeniedException', message: 'no' } }
      : undefined,
  );
  const { failed, entries } = await system.deliver([...campaign(2), bounce()]);
  expect(failed).toEqual(['message-0', 'message-1']);
  expect(entries.filter(({ kind }) => kind === 'message')).toHaveLength(2);
  expect(await system.count('account', 'hard')).toBe(1);
});

test('a contested or throttled write is tried again, until the time is up', async () => {
  let faults = 3;
  const contested = { __type: 'TransactionCanceledException', CancellationReasons: [{ Code: 'TransactionConflict' }] };
  proxy.misbehave(() => (faults-- > 0 ? { kind: 'answer', status: 400, body: contested } : undefined));
  expect((await system.deliver(campaign(2))).failed).toEqual([]);
  expect(await system.count('account', 'sends')).toBe(2);
  proxy.misbehave(() => ({ kind: 'answer', status: 400, body: contested }));
  let left = 500;
  const remaining = () => (left -= 50);
  const { failed, entries } = await system.deliver(campaign(2), { remaining });
  expect(failed).toEqual(['message-0', 'message-1']);
  expect(entries[0]).toMatchObject({ outcome: 'failed', reason: 'out of time' });
});

test('a write whose answer is lost counts once: the client repeats it with the same token', async () => {
  let first = true;
  proxy.misbehave(() => {
    if (!first) return undefined;
    first = false;
    return { kind: 'lose answer' };
  });
  await system.deliver(campaign(5));
  expect(operations()).toEqual(['TransactWriteItems', 'TransactWriteItems']);
  expect(new Set(proxy.requests.map(({ body }) => body.ClientRequestToken)).size).toBe(1);
  expect(await system.count('account', 'sends')).toBe(5);
});

test('a fault that is no StoreFault fails the messages, and does not throw', async () => {
  const counters = {
    ...createCounterTable({ client: createDynamoDBClient(), ...system.tables, shard: 0, clock: () => system.now }),
    addSends: () => Promise.reject(new TypeError('a fault of ours')),
  };
  const { failed, entries } = await system.deliver(campaign(1), { counters });
  expect(failed).toEqual(['message-0']);
  expect(entries[0]).toMatchObject({ reason: 'a fault of ours' });
});

describe('what may be the cause of a bounce or complaint', () => {
  const causes = async () => {
    const [item] = await system.items('causes');
    const { scope: _, hour, expiresAt: __, writes: ___, ...counters } = item ?? {};
    return { hour, ...counters };
  };

  test('is counted with the account, once, in the same transaction', async () => {
    const bodies = [
      bounce({ mailId: 'a', to: 'ann@gmail.com', subType: 'NoEmail' }),
      bounce({ mailId: 'b', to: 'bob@gmail.com' }),
      complaint({ mailId: 'c', to: 'cy@web.de' }),
      bounce({ mailId: 'd', to: 'dan@web.de', type: 'Transient' }),
    ];
    await system.deliver([...bodies, ...bodies]);
    await system.deliver(bodies);
    expect(await causes()).toEqual({
      hour: '2026-11-20T12#0',
      hard_is_NoEmail: 1,
      hard_is_General: 1,
      hard_at_gmail: 2,
      complaints_is_abuse: 1,
      complaints_at_webde: 1,
    });
  });

  test('is not counted again when the richer copy adds its scopes', async () => {
    await system.deliver([bounce({ channel: 'identity' })]);
    await system.deliver([bounce()]);
    expect(await causes()).toMatchObject({ hard_is_General: 1 });
    expect(await system.count('configuration-set:news', 'hard')).toBe(1);
  });
});

test('how many recipients feedback came in for is noted by its arrival, each once', async () => {
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

test('where the note cannot be written, nothing is handled again', async () => {
  proxy.misbehave(({ operation }) => (operation === 'UpdateItem' ? { kind: 'drop' } : undefined));
  expect((await system.deliver([bounce()])).failed).toEqual([]);
});

describe('deliveries', () => {
  const policy = readPolicy({ soft: { strikes: 3, onDays: 1, endedByDelivery: true } });
  const soft = (i: number) =>
    bounce({ type: 'Transient', subType: 'MailboxFull', mailId: `soft-${i}`, sentAt: noon + i * hour });

  test('end the streak of soft bounces of those we hold', async () => {
    system.now = noon + day;
    await system.deliver([soft(0), soft(1)], { policy });
    await system.deliver([delivery({ sentAt: noon + 2 * hour })], { policy });
    expect(await system.record('ann@example.net')).toMatchObject({ deliveredAt: noon + 2 * hour + 2000 });
    await system.deliver([soft(3), soft(4)], { policy });
    expect(await system.record('ann@example.net')).toMatchObject({ status: 'watched' });
    await system.deliver([soft(5)], { policy });
    expect(await system.record('ann@example.net')).toMatchObject({ status: 'suppressed' });
  });

  test('of addresses we hold nothing of cost one read, not a consistent one, and no write', async () => {
    const bodies = Array.from({ length: 100 }, (_, i) => delivery({ to: `r${i}@example.net` }));
    expect((await system.deliver(bodies, { policy })).failed).toEqual([]);
    expect(operations()).toEqual(['BatchGetItem']);
    const [request] = proxy.requests;
    const [wanted] = Object.values(
      request?.body.RequestItems as Record<string, { Keys: unknown[]; ConsistentRead?: boolean }>,
    );
    expect([wanted?.Keys.length, wanted?.ConsistentRead ?? false]).toEqual([100, false]);
  });

  test('of those suppressed for good, or whose streak has ended, cost no write either', async () => {
    await system.deliver([bounce()], { policy });
    await system.deliver([delivery({ sentAt: noon + hour })], { policy });
    expect(operations().filter((name) => name === 'TransactWriteItems')).toHaveLength(1);
  });

  test('are not looked at where the policy does not ask for it', async () => {
    await system.deliver([soft(0)]);
    await system.deliver([delivery({ sentAt: noon + 2 * hour })]);
    expect(await system.record('ann@example.net')).not.toHaveProperty('deliveredAt');
  });

  test('that lose a race to a bounce are tried again', async () => {
    system.now = noon + day;
    await system.deliver([soft(0)], { policy });
    let raced = false;
    const store = {
      ...system.store,
      async read(...args: Parameters<typeof system.store.read>) {
        const held = await system.store.read(...args);
        if (!raced) {
          raced = true;
          await system.deliver([soft(1)], { policy });
        }
        return held;
      },
    };
    expect((await system.deliver([delivery({ sentAt: noon + 2 * hour })], { policy, store })).failed).toEqual([]);
    expect(await system.record('ann@example.net')).toMatchObject({ deliveredAt: noon + 2 * hour + 2000 });
    expect(await system.record('ann@example.net')).not.toHaveProperty('strikes');
  });

  test('come again where the records cannot be read or written, and those of others do not', async () => {
    await system.deliver([soft(0)], { policy });
    const fault = () => Promise.reject(new StoreError('no table', { scope: 'permanent' }));
    const bodies = [delivery({ to: 'bob@example.net' }), delivery({ sentAt: noon + 2 * hour })];
    const { failed } = await system.deliver(bodies, { policy, store: { ...system.store, write: fault } });
    expect(failed).toEqual(['message-1']);
    proxy.misbehave(() => ({ kind: 'answer', status: 400, body: { __type: 'ResourceNotFoundException' } }));
    expect((await system.deliver(bodies, { policy })).failed).toEqual(['message-0', 'message-1']);
  });
});
