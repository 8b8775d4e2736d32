import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { createRelayTable } from '../../shared/aws/dynamodb/relay-table.ts';
import { readPolicy } from '../../shared/domain/policy/policy.ts';
import type { RecipientResult } from '../../shared/relay/delivery-state.ts';
import type { RelayLogEntry } from '../../shared/relay/log-entry.ts';
import type { OutgoingEmail, SendOutcome } from '../../shared/relay/ports.ts';
import { type RelayDependencies, type RelayFailure, relayEmails } from '../../shared/relay/relay-emails.ts';
import type { System } from './system.ts';

/** The relay with a real table, and a queue, a bucket and a mail server whose calls can crash. */

const minute = 60_000;
/** When the message arrives. */
export const start = Date.UTC(2026, 10, 16, 9);

/** What the server says to a recipient at each attempt. */
export type Script = (recipient: string, attempt: number) => RecipientResult | 'unreachable' | 'uncertain';
type Crash = { readonly call: number; readonly when: 'before' | 'after' };

export const accepted: RecipientResult = { kind: 'accepted' };
export const deferred: RecipientResult = { kind: 'deferred', words: '450 4.2.0 greylisted ann@shop.example' };
export const refused: RecipientResult = { kind: 'refused', words: '550 5.1.1 <ann@shop.example> unknown' };

/** The message of SES about an email. */
export function received(recipients: readonly string[], more: Record<string, unknown> = {}, headers: object[] = []) {
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

export type WorldOptions = {
  readonly script?: Script;
  readonly crash?: Crash;
  readonly policy?: object;
  readonly isStored?: boolean;
};

export type RelayWorld = {
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
  runUntilDone(body: string): Promise<RelayWorld>;
};

/** One message in the queue, until it is done. */
export function createRelayWorld(
  system: System,
  { script = () => accepted, crash, policy = {}, isStored = true }: WorldOptions = {},
): RelayWorld {
  const world: RelayWorld = {
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
      owner: randomUUID(),
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

  async function runUntilDone(body: string): Promise<RelayWorld> {
    for (let runs = 0; world.visibleAt !== Number.POSITIVE_INFINITY; runs++) {
      expect(runs).toBeLessThan(100);
      world.now = Math.max(world.now, world.visibleAt);
      await world.run(body);
    }
    return world;
  }
  return world;
}
