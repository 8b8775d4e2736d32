import { type Crash, createCrashingStore } from '../support/crashing-store.ts';
import { bounce, complaint, hour, noon } from '../support/ses.ts';
import { useSystem } from '../support/system.ts';

const system = useSystem();

/**
 * Returns three messages about one address: a bounce from both channels, and a complaint that also names another
 * address.
 */
function messagesOf(history: number) {
  const sentAt = noon + history * hour;
  const at = sentAt + 2000;
  const to = `history-${history}@example.net`;
  return {
    address: to,
    sentAt,
    messages: [
      bounce({ to, sentAt, at, mailId: `bounced-${history}`, channel: 'identity' }),
      bounce({ to, sentAt, at, mailId: `bounced-${history}`, channel: 'configuration-set' }),
      complaint({ to: [to, `other-${history}@example.net`], sentAt, at: at + 1000, mailId: `complained-${history}` }),
    ],
  };
}

const kinds = ['crash before', 'crash after'] as const;
const orders = [
  [0, 1, 2],
  [0, 2, 1],
  [1, 0, 2],
  [1, 2, 0],
  [2, 0, 1],
  [2, 1, 0],
] as const;

/** The messages in one batch each, or all in one batch. */
const batchModes = {
  'one by one': (items: unknown[]) => items.map((item) => [item]),
  'in one batch': (items: unknown[]) => [items],
};

async function deliverWithCrashes(
  history: number,
  order: readonly number[],
  batches: (items: unknown[]) => unknown[][],
  crashes: Crash[],
) {
  const { messages, sentAt } = messagesOf(history);
  system().now = sentAt + 60_000;
  const queue = batches(order.map((index) => messages[index]));
  const pending = [...crashes];
  let crashed = 0;
  while (queue.length > 0) {
    const crash = pending.shift() ?? { call: 0, kind: 'none' };
    const { store, hasCrashed } = createCrashingStore(system().store, crash);
    // A process continues until it crashes. A batch that was not acknowledged is delivered again.
    while (queue.length > 0 && !hasCrashed()) {
      const { failed } = await system().deliver(queue[0] as unknown[], { store });
      if (!hasCrashed() && failed.length === 0) queue.shift();
    }
    crashed += hasCrashed() ? 1 : 0;
  }
  await system().deliver(messages);
  return crashed;
}

async function outcomeOf(history: number) {
  const { address, sentAt } = messagesOf(history);
  const hourKey = new Date(sentAt).toISOString().slice(0, 13);
  const counters = await system().counters(hourKey, ['account', 'identity:shop.example.com', 'configuration-set:news']);
  const record = await system().record(address);
  const evidence = record?.evidence as { messageId: string }[];
  return {
    counters,
    status: record?.status,
    reason: record?.reason,
    since: record?.since,
    evidence: evidence.map(({ messageId }) => messageId),
    ids: Object.keys(record?.seen as object).length,
    other: (await system().record(`other-${history}@example.net`))?.reason,
  };
}

/** The complaint counts for the first address in alphabetical order, `history-…`. */
function expectedOutcome(history: number) {
  const once = { hard0: 1, complaints0: 1 };
  return {
    counters: { account: once, 'identity:shop.example.com': once, 'configuration-set:news': once },
    status: 'suppressed',
    reason: 'complaint',
    since: new Date(noon + history * hour + 2000).toISOString(),
    evidence: [`complained-${history}`, `bounced-${history}`],
    ids: 2,
    other: 'complaint',
  };
}

describe.each(Object.entries(batchModes))('messages delivered %s', (name, batches) => {
  const offset = name === 'one by one' ? 0 : 10_000;

  test.each(orders)(
    'order %i%i%i: a crash before or after any call, and a second crash later, do not change the outcome',
    async (...order) => {
      let history = offset + orders.findIndex((other) => other.join() === order.join()) * 1000;
      let crashedTwice = 0;
      for (let first = 0; ; first++) {
        let hasCrashed = false;
        for (const kind of kinds) {
          for (const secondKind of kinds) {
            for (let second = 0; ; second++) {
              history++;
              const crashes: Crash[] = [
                { call: first, kind },
                { call: second, kind: secondKind },
              ];
              const crashed = await deliverWithCrashes(history, order, batches, crashes);
              expect({ crashes, ...(await outcomeOf(history)) }).toEqual({ crashes, ...expectedOutcome(history) });
              hasCrashed ||= crashed > 0;
              crashedTwice += crashed === 2 ? 1 : 0;
              if (crashed < 2) break;
            }
          }
        }
        if (!hasCrashed) break;
      }
      // Proves that the test contains histories with two crashes.
      expect(crashedTwice).toBeGreaterThan(3);
    },
  );
});
