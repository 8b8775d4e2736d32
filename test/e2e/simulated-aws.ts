import { hour } from '../../shared/domain/durations.ts';
import type { Ports, SeenRecord, Settings } from './ports.ts';

/** A world that does as it should, in which no time passes but what is slept, for tests of the suite itself. */
export type FakeWorld = {
  readonly ports: Ports;
  readonly lines: string[];
  /** What the table holds, by address. */
  readonly records: Map<string, SeenRecord>;
  readonly sends: { readonly to: string; readonly at: number }[];
  /** When SES's own list was asked. */
  readonly listCalls: number[];
  /** Does it later. Milliseconds. */
  after(milliseconds: number, work: () => void): void;
};

export const settings: Settings = {
  timeout: 120_000,
  sendEvery: 1100,
  callEvery: 1100,
  linger: 15_000,
  simulatorHours: 1,
  nextStep: 'npx ses-feedback doctor',
};

/** Feedback comes so long after the send. Milliseconds. */
export const delay = 2000;

/** The name of the mailbox an address belongs to. */
export const mailboxOf = (address: string) => address.split('+')[0];

/** @param change what is other than it should be */
export function createWorld(change: (world: FakeWorld) => Partial<Ports> = () => ({})): FakeWorld {
  let now = Date.UTC(2026, 10, 20, 12);
  let ids = 0;
  const waiting: { readonly at: number; readonly wake: () => void }[] = [];
  const records = new Map<string, SeenRecord>();

  /** Everybody has done what there was to do, and the first who waits is next. */
  function advance(): void {
    waiting.sort((a, b) => a.at - b.at);
    const next = waiting.shift();
    now = Math.max(now, next?.at ?? now);
    next?.wake();
  }
  function wait(milliseconds: number, wake: () => void): void {
    waiting.push({ at: now + milliseconds, wake });
    setImmediate(advance);
  }

  const ports: Ports = {
    async sendMail(to) {
      const messageId = `mail-${ids++}`;
      world.sends.push({ to, at: now });
      const record = recordOf(to, messageId, now);
      if (record !== undefined) world.after(delay, () => records.set(to, record));
      return messageId;
    },
    isSuppressed: async (address) => records.get(address)?.status === 'suppressed',
    readRecord: async (address) => records.get(address),
    async isOnAccountList() {
      world.listCalls.push(now);
      return false;
    },
    removeRecords: async (address) => Number(records.delete(address)),
    clock: () => now,
    sleep: (milliseconds, signal) =>
      new Promise((resolve, reject) => {
        signal?.throwIfAborted();
        const stop = () => reject(signal?.reason);
        signal?.addEventListener('abort', stop, { once: true });
        wait(milliseconds, () => {
          signal?.removeEventListener('abort', stop);
          resolve();
        });
      }),
    print: (text) => void world.lines.push(text),
  };
  const world: FakeWorld = { ports, lines: [], records, sends: [], listCalls: [], after: wait };
  Object.assign(ports, change(world));
  return world;
}

/** What the pipeline writes of the mail to each mailbox. */
export function recordOf(address: string, messageId: string, at: number): SeenRecord | undefined {
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
    until: at + delay + hour,
    evidence,
  };
}
