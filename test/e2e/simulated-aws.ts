import { hour } from '../../shared/domain/durations.ts';
import type { ObservedRecord, Ports, Settings } from './ports.ts';
import { runSuite } from './suite.ts';

/**
 * Ports for tests of the suite itself: AWS and a stack that work as expected. Time passes only while something sleeps.
 */
export type SimulatedAws = {
  readonly ports: Ports;
  readonly lines: string[];
  /** The suppressions table, by address. */
  readonly records: Map<string, ObservedRecord>;
  readonly sends: { readonly to: string; readonly at: number }[];
  /** The times at which the account suppression list was read. */
  readonly listCalls: number[];
  /** Runs a task after a time in milliseconds. */
  after(milliseconds: number, task: () => void): void;
};

export const settings: Settings = {
  timeoutMs: 120_000,
  sendIntervalMs: 1100,
  callIntervalMs: 1100,
  lingerMs: 15_000,
  simulatorHours: 1,
  nextStep: 'npx ses-feedback doctor',
};

/** From a send to its feedback. */
export const feedbackDelayMs = 2000;

/** Returns the name of the mailbox that an address belongs to. */
export const mailboxOf = (address: string) => address.split('+')[0];

/** @param override returns the ports that do not work as expected */
export function createSimulatedAws(override: (aws: SimulatedAws) => Partial<Ports> = () => ({})): SimulatedAws {
  let now = Date.UTC(2026, 10, 20, 12);
  let ids = 0;
  const waiting: { readonly at: number; readonly wake: () => void }[] = [];
  const records = new Map<string, ObservedRecord>();

  /** Advances the clock to the next task. Runs when all code that could run has run. */
  function advance(): void {
    waiting.sort((a, b) => a.at - b.at);
    const next = waiting.shift();
    now = Math.max(now, next?.at ?? now);
    next?.wake();
  }
  function after(milliseconds: number, wake: () => void): void {
    waiting.push({ at: now + milliseconds, wake });
    setImmediate(advance);
  }

  const ports: Ports = {
    async sendEmail(to) {
      const messageId = `email-${ids++}`;
      aws.sends.push({ to, at: now });
      const record = createRecord(to, messageId, now);
      if (record !== undefined) aws.after(feedbackDelayMs, () => records.set(to, record));
      return messageId;
    },
    isSuppressed: async (address) => records.get(address)?.status === 'suppressed',
    readRecord: async (address) => records.get(address),
    async isOnAccountList() {
      aws.listCalls.push(now);
      return false;
    },
    removeRecords: async (address) => Number(records.delete(address)),
    clock: () => now,
    sleep: (milliseconds, signal) =>
      new Promise((resolve, reject) => {
        signal?.throwIfAborted();
        const stop = () => reject(signal?.reason);
        signal?.addEventListener('abort', stop, { once: true });
        after(milliseconds, () => {
          signal?.removeEventListener('abort', stop);
          resolve();
        });
      }),
    print: (line) => void aws.lines.push(line),
  };
  const aws: SimulatedAws = { ports, lines: [], records, sends: [], listCalls: [], after };
  Object.assign(ports, override(aws));
  return aws;
}

/** Returns the record that a stack writes for an email to a mailbox, if it writes one. */
export function createRecord(address: string, messageId: string, at: number): ObservedRecord | undefined {
  const mailbox = mailboxOf(address);
  if (mailbox === 'success') return undefined;
  const rule = mailbox === 'complaint' ? 'complaint' : mailbox === 'ooto' ? 'transient-without-failure' : 'permanent';
  const evidence = [
    { id: 'event', class: 'hard', rule, messageId, channel: 'configuration-set', at, subType: 'General' } as const,
  ];
  if (mailbox === 'ooto') return { status: 'watched', evidence };
  return {
    status: 'suppressed',
    reason: mailbox === 'complaint' ? 'complaint' : 'hard',
    until: at + feedbackDelayMs + hour,
    evidence,
  };
}

/**
 * Runs the suite. Returns its result or the message of its error, and the lines of the output that report a failure.
 */
export async function runOn(aws: SimulatedAws, given = settings) {
  const outcome = await runSuite(aws.ports, given).catch((error: Error) => error.message);
  return { outcome, failures: aws.lines.filter((line) => line.startsWith('✗')) };
}

/** Simulates AWS with a record for one mailbox that differs from the expected one. */
export const withRecord = (
  mailbox: string,
  change: (record: ObservedRecord, sentAt: number) => ObservedRecord | undefined,
): SimulatedAws =>
  createSimulatedAws((aws) => ({
    async sendEmail(to) {
      const messageId = `email-to-${mailboxOf(to)}`;
      const at = aws.ports.clock();
      aws.sends.push({ to, at });
      const expected = createRecord(to, messageId, at);
      const record = mailboxOf(to) === mailbox ? change(expected ?? watched(messageId, at), at) : expected;
      if (record !== undefined) aws.after(feedbackDelayMs, () => aws.records.set(to, record));
      return messageId;
    },
  }));

/** Returns a record that is watched because of an email. */
export const watched = (messageId: string, at: number) => createRecord('ooto+', messageId, at) as ObservedRecord;
/** Returns a record that is suppressed because of an email. */
export const suppressed = (messageId: string, at: number) => createRecord('bounce+', messageId, at) as ObservedRecord;

/**
 * Simulates AWS with a port that behaves differently for the addresses of one mailbox, after an email was sent to them.
 */
export const withPort = <Name extends keyof Ports>(name: Name, mailbox: string, other: () => Promise<unknown>) =>
  createSimulatedAws((aws) => {
    const original = aws.ports[name] as unknown as (address: string) => Promise<unknown>;
    const changed = (address: string) =>
      mailboxOf(address) === mailbox && aws.sends.some(({ to }) => to === address) ? other() : original(address);
    return { [name]: changed } as Partial<Ports>;
  });

/** A port that always fails. */
export async function reject(): Promise<never> {
  throw new Error('it is not possible');
}
