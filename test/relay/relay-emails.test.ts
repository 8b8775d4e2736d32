import { createRelayTable } from '../../shared/aws/dynamodb/relay-table.ts';
import {
  accepted,
  createRelayWorld,
  deferred,
  received,
  refused,
  type Script,
  start,
  type WorldOptions,
} from '../support/relay-world.ts';
import { createSystem, type System, useSystem } from '../support/system.ts';

useSystem();
let system: System;
beforeEach(async () => {
  system = await createSystem();
});

const minute = 60_000;
const hour = 60 * minute;
const createWorld = (options?: WorldOptions) => createRelayWorld(system, options);

const ann = 'ann@shop.example';
const bob = 'bob@shop.example';
const gone = 'gone@shop.example';

/** ann: greylisted once; bob: accepted; gone: refused. The server is down at first. */
const mixed: Script = (recipient, attempt) => {
  if (attempt === 1) return 'unreachable';
  if (recipient === gone) return refused;
  return recipient === ann && attempt === 2 ? deferred : accepted;
};

test('each recipient gets one copy, and who is refused is in the dead-letter queue with the words of the server', async () => {
  const body = received([ann, bob, gone]);
  const world = await createWorld({ script: mixed }).runUntilDone(body);
  expect(world.copies).toEqual({ [ann]: 1, [bob]: 1 });
  const reasons = ['recipient 3: 550 5.1.1 <(address)> unknown'];
  expect(world.deadLetters).toEqual([{ body, reasons }]);
  expect(world.notices).toEqual([{ message: 'sqs-1', reasons }]);
  expect(world.times.map((time) => (time - start) / minute)).toEqual([0, 1, 6]);
});

test('whatever call crashes, before or after it took effect: nothing is lost, and a second copy only where it is documented', async () => {
  const body = received([ann, bob, gone]);
  const calls = (await createWorld({ script: mixed }).runUntilDone(body)).names;
  expect(calls.length).toBeGreaterThan(12);
  for (let call = 0; call < calls.length; call++) {
    for (const when of ['before', 'after'] as const) {
      system = await createSystem();
      const world = await createWorld({ script: mixed, crash: { call, when } }).runUntilDone(body);
      const name = `${when} call ${call}: ${calls[call]}`;
      // The server has answered, and the state is not stored.
      const mayRepeat = (calls[call] === 'send' && when === 'after') || (calls[call] === 'save' && when === 'before');
      for (const recipient of [ann, bob]) {
        expect(world.copies[recipient], name).toBeGreaterThanOrEqual(1);
        if (!mayRepeat) expect(world.copies[recipient], name).toBe(1);
      }
      expect(world.copies[gone], name).toBeUndefined();
      expect(world.deadLetters.length, name).toBeGreaterThanOrEqual(1);
      expect(new Set(world.deadLetters.map((letter) => letter.body)), name).toEqual(new Set([body]));
    }
  }
}, 60_000);

test('SQS may deliver a message twice: an email that is delivered, or is being delivered, is not sent again', async () => {
  const body = received([ann]);
  const world = createWorld();
  await world.runUntilDone(body);
  await world.run(body);
  expect(world.copies).toEqual({ [ann]: 1 });
  // Another invocation has it: this one waits.
  const table = createRelayTable({
    client: system.client,
    reputationTable: system.tables.reputationTable,
    owner: 'x',
    clock: () => world.now,
  });
  await table.claim('inbound-1', world.now + 6 * minute);
  await world.run(body);
  expect(world.visibleAt - world.now).toBe(minute);
});

test('a replay from the dead-letter queue reaches only those who have no copy', async () => {
  let isRepaired = false;
  const script: Script = (recipient) => (recipient === gone && !isRepaired ? refused : accepted);
  const body = received([bob, gone]);
  const world = createWorld({ script });
  await world.runUntilDone(body);
  isRepaired = true;
  world.visibleAt = world.now + 10 * 24 * hour;
  await world.runUntilDone(body);
  expect(world.copies).toEqual({ [bob]: 1, [gone]: 1 });
});

test.each([
  [3, [0, 5, 35]],
  [1, [0]],
  [5, [0, 5, 35, 215, 875]],
])('a server that says "later" is tried %d times, with growing delays', async (tries, minutes) => {
  const world = await createWorld({ script: () => deferred, policy: { tries } }).runUntilDone(received([ann]));
  expect(world.times.map((time) => (time - start) / minute)).toEqual(minutes);
  expect(world.deadLetters).toHaveLength(1);
});

test('a server that is down for a day loses nothing, and is asked at least once an hour', async () => {
  const up = start + 23.5 * hour;
  const world = createWorld({ script: () => (world.now < up ? 'unreachable' : accepted) });
  await world.runUntilDone(received([ann]));
  expect([world.copies, world.deadLetters]).toEqual([{ [ann]: 1 }, []]);
  const pauses = world.times.slice(1).map((time, index) => time - (world.times[index] ?? 0));
  expect(Math.max(...pauses)).toBeLessThanOrEqual(hour);
});

test('a server that is down for longer: the email is kept in the dead-letter queue', async () => {
  const world = await createWorld({ script: () => 'unreachable' }).runUntilDone(received([ann]));
  expect(world.deadLetters).toMatchObject([{ reasons: ['recipient 1: connect ECONNREFUSED'] }]);
  expect(world.now - start).toBeGreaterThanOrEqual(24 * hour);
  expect(world.now - start).toBeLessThan(26 * hour);
});

test('the log says when a second copy is possible', async () => {
  const script: Script = (_recipient, attempt) => (attempt === 1 ? 'uncertain' : accepted);
  const world = await createWorld({ script }).runUntilDone(received([ann]));
  expect(world.copies).toEqual({ [ann]: 2 });
  expect(world.log[0]).toMatchObject({ kind: 'unreachable', mayBeDelivered: true });
});

describe('verdicts of SES', () => {
  const spam = { spamVerdict: { status: 'FAIL' } };
  const virus = { virusVerdict: { status: 'FAIL' } };

  test.each([
    ['tag', { ...spam, ...virus }, ['X-Spam-Flag: YES\r\nX-Virus-Flag: YES\r\n']],
    ['tag', { spamVerdict: { status: 'GRAY' } }, ['']],
    ['tag', { spamVerdict: 'nonsense' }, ['']],
    ['pass', spam, ['']],
    ['drop', spam, []],
    ['drop', virus, []],
    ['drop', {}, ['']],
  ])('%s: %j', async (setting, verdicts, prefixes) => {
    const world = await createWorld({ policy: { spam: setting, virus: setting } }).runUntilDone(
      received([ann], verdicts),
    );
    expect(world.prefixes).toEqual(prefixes);
    if (prefixes.length === 0) expect(world.log).toMatchObject([{ kind: 'dropped', key: 'inbound/inbound-1' }]);
  });
});

describe('no loop', () => {
  const failing: Script = () => refused;
  const headersOf = (name: string, value: string) => [{ name, value }];

  test.each([
    ['a bounce', { mail: '' }, headersOf('Return-Path', '<>')],
    ['an automatic reply', {}, headersOf('Auto-Submitted', 'auto-replied')],
    ['a notice that came by email', {}, headersOf('From', 'AWS Notifications <no-reply@sns.amazonaws.com>')],
  ])('%s causes no notice', async (_name, _more, headers) => {
    const world = await createWorld({ script: failing }).runUntilDone(received([ann], {}, headers));
    expect(world.notices).toEqual([]);
    expect(world.deadLetters).toHaveLength(1);
  });

  test('Auto-Submitted: no is a person', async () => {
    const world = await createWorld({ script: failing }).runUntilDone(
      received([ann], {}, headersOf('Auto-Submitted', 'no')),
    );
    expect(world.notices).toHaveLength(1);
  });

  test('an email that has passed 51 servers goes no further', async () => {
    const hops = (count: number) => Array.from({ length: count }, () => ({ name: 'Received', value: 'x' }));
    expect((await createWorld().runUntilDone(received([ann], {}, hops(50)))).copies).toEqual({ [ann]: 1 });
    system = await createSystem();
    const world = await createWorld().runUntilDone(received([ann], {}, hops(51)));
    expect([world.copies, world.deadLetters[0]?.reasons]).toEqual([{}, ['passed 51 servers: a loop']]);
  });
});

test.each([
  ['text', 'hello'],
  ['another message', JSON.stringify({ notificationType: 'Bounce' })],
  ['another bucket', received([ann]).replace('"bucketName":"bucket"', '"bucketName":"other"')],
  ['another prefix', received([ann]).replace('inbound/inbound-1', 'outbound/inbound-1')],
])('%s is kept whole in the dead-letter queue', async (_name, body) => {
  const world = await createWorld().runUntilDone(body);
  expect([world.copies, world.deadLetters.map((letter) => letter.body)]).toEqual([{}, [body]]);
});

test('an email that the bucket no longer has is given up', async () => {
  const world = await createWorld({ isStored: false }).runUntilDone(received([ann]));
  expect(world.deadLetters).toMatchObject([{ reasons: ['the email is no longer in the bucket'] }]);
});

describe('reports', () => {
  const report = 'b+x@bounces.example';

  test('are processed, and email to others is delivered', async () => {
    const world = await createWorld().runUntilDone(received([report, ann]));
    expect([world.copies, world.reports]).toEqual([{ [ann]: 1 }, [report]]);
  });

  test('that cannot be read are kept', async () => {
    const world = createWorld();
    world.reportResult = { kind: 'refused', words: 'a report that names no recipient' };
    await world.runUntilDone(received([report]));
    expect(world.deadLetters).toMatchObject([{ reasons: ['recipient 1: a report that names no recipient'] }]);
  });

  test('that cannot be stored are processed again, and nobody gets a second copy meanwhile', async () => {
    const world = createWorld();
    world.reportResult = new Error('the table is busy');
    await world.run(received([report, ann]));
    world.reportResult = accepted;
    await world.runUntilDone(received([report, ann]));
    expect([world.copies, world.reports, world.deadLetters]).toEqual([{ [ann]: 1 }, [report, report], []]);
  });
});
