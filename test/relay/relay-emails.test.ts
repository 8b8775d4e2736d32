import { Readable } from 'node:stream';
import { createRelayTable } from '../../shared/aws/dynamodb/relay-table.ts';
import { readPolicy } from '../../shared/domain/policy/policy.ts';
import type { RecipientResult } from '../../shared/relay/delivery-state.ts';
import type { RelayLogEntry } from '../../shared/relay/log-entry.ts';
import type { OutgoingEmail, SendOutcome } from '../../shared/relay/ports.ts';
import { type RelayDependencies, type RelayFailure, relayEmails } from '../../shared/relay/relay-emails.ts';
import { createSystem, type System, useSystem } from '../support/system.ts';

/** The relay with a real table, and a queue, a bucket and a mail server whose calls can crash. */

useSystem();
let system: System;
beforeEach(async () => {
  system = await createSystem();
});

const minute = 60_000;
const hour = 60 * minute;
const start = Date.UTC(2026, 10, 16, 9);

type Script = (recipient: string, attempt: number) => RecipientResult | 'unreachable' | 'uncertain';
type Crash = { readonly call: number; readonly when: 'before' | 'after' };

const accepted: RecipientResult = { kind: 'accepted' };
const deferred: RecipientResult = { kind: 'deferred', words: '450 4.2.0 greylisted ann@shop.example' };
const refused: RecipientResult = { kind: 'refused', words: '550 5.1.1 <ann@shop.example> unknown' };

function received(recipients: readonly string[], more: Record<string, unknown> = {}, headers: object[] = []) {
  return JSON.stringify({
    notificationType: 'Received',
    mail: { messageId: 'inbound-1', source: 'sam@example.com', headers },
    receipt: {
      recipients,
      spamVerdict: { status: 'PASS' },
      virusVerdict: { status: 'PASS' },
      action: { type: 'S3', bucketName: 'bucket', objectKey: 'inbound/inbound-1' },
      ...more,
    },
  });
}

type Options = {
  readonly script?: Script;
  readonly crash?: Crash;
  readonly policy?: object;
  readonly isStored?: boolean;
};

type World = {
  now: number;
  /** When the message is visible. Infinity: it is done. */
  visibleAt: number;
  calls: number;
  readonly names: string[];
  /** By recipient. */
  readonly copies: Record<string, number>;
  /** When the server was asked. */
  readonly times: number[];
  readonly deadLetters: { body: string; reasons: readonly string[] }[];
  readonly notices: RelayFailure[];
  readonly log: RelayLogEntry[];
  readonly prefixes: string[];
  readonly reports: string[];
  reportResult: RecipientResult | Error;
  run(body: string): Promise<void>;
  /** Lets time pass until the message is done. */
  runUntilDone(body: string): Promise<World>;
};

/** One message in the queue, until it is done. */
function createWorld({ script = () => accepted, crash, policy = {}, isStored = true }: Options = {}): World {
  const world: World = {
    now: start,
    visibleAt: start,
    calls: 0,
    names: [],
    copies: {},
    times: [],
    deadLetters: [],
    notices: [],
    log: [],
    prefixes: [],
    reports: [],
    reportResult: accepted,
    run,
    runUntilDone,
  };
  const attempts: Record<string, number> = {};
  let isDead = false;

  /** Makes a call that may crash: after that, the process makes no other call. */
  async function call<Result>(name: string, work: () => Promise<Result> | Result): Promise<Result> {
    if (isDead) throw new Error('crashed');
    const isCrash = crash?.call === world.calls++;
    world.names.push(name);
    if (isCrash) isDead = true;
    if (isCrash && crash?.when === 'before') throw new Error('crashed');
    const result = await work();
    if (isCrash) throw new Error('crashed');
    return result;
  }

  function send({ recipients, prefix }: OutgoingEmail): SendOutcome {
    world.times.push(world.now);
    world.prefixes.push(prefix);
    const results = recipients.map((recipient) => {
      attempts[recipient] = (attempts[recipient] ?? 0) + 1;
      return script(recipient, attempts[recipient] ?? 0);
    });
    for (const [index, result] of results.entries()) {
      const recipient = recipients[index] ?? '';
      const hasCopy = result === 'uncertain' || (typeof result === 'object' && result.kind === 'accepted');
      if (hasCopy) world.copies[recipient] = (world.copies[recipient] ?? 0) + 1;
    }
    const failure = results.find((result) => typeof result === 'string');
    if (failure !== undefined)
      return { kind: 'unreachable', words: 'connect ECONNREFUSED', isUncertain: failure === 'uncertain' };
    return { kind: 'answered', results: results as RecipientResult[] };
  }

  async function run(body: string): Promise<void> {
    isDead = false;
    const table = createRelayTable({
      client: system.client,
      reputationTable: system.tables.reputationTable,
      owner: `run-${world.calls}-${Math.random()}`,
      clock: () => world.now,
    });
    // What SQS does if the function does not change it.
    world.visibleAt = world.now + 30 * minute;
    const dependencies: RelayDependencies = {
      bucket: 'bucket',
      prefix: 'inbound/',
      store: {
        size: () => call('size', () => (isStored ? 10 : undefined)),
        read: () => call('read', () => Readable.from([Buffer.from('0123456789')])),
      },
      deliveries: {
        claim: (id, until) => call('claim', () => table.claim(id, until)),
        save: (id, state, isFinal) => call('save', () => table.save(id, state, isFinal)),
      },
      queue: {
        delay: (_receipt, milliseconds) =>
          call('delay', () => {
            world.visibleAt = world.now + milliseconds;
          }),
        giveUp: (letter, reasons) => call('giveUp', () => void world.deadLetters.push({ body: letter, reasons })),
      },
      server: { send: (email) => call('send', () => send(email)), close: async () => {} },
      policy: readPolicy({ relay: policy }),
      isForReports: (recipient) => recipient.endsWith('@bounces.example'),
      reports: (recipient) =>
        call('report', () => {
          world.reports.push(recipient);
          if (world.reportResult instanceof Error) throw world.reportResult;
          return world.reportResult;
        }),
      notify: async (failures) => call('notify', () => void world.notices.push(...failures)),
      clock: () => world.now,
      remaining: () => 5 * minute,
      log: (entry) => world.log.push(entry),
    };
    // Lambda ends a crashed process, and deletes nothing from the queue.
    const unfinished = await relayEmails([{ id: 'sqs-1', receipt: 'r', body }], dependencies).catch(() => ['sqs-1']);
    if (unfinished.length === 0 && !isDead) world.visibleAt = Number.POSITIVE_INFINITY;
  }

  async function runUntilDone(body: string): Promise<World> {
    for (let runs = 0; world.visibleAt !== Number.POSITIVE_INFINITY; runs++) {
      expect(runs).toBeLessThan(100);
      world.now = Math.max(world.now, world.visibleAt);
      await world.run(body);
    }
    return world;
  }
  return world;
}

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
