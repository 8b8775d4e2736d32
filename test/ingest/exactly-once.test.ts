import { mortalStore, type Trouble } from '../support/crashing-store.ts';
import { bounce, complaint, hour, noon } from '../support/ses.ts';
import { type System, useSystem } from '../support/system.ts';

const system = useSystem();

/** Three messages about one address, one of them in both channels, and one about another address. */
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

const kinds = ['die before', 'die after'] as const;
const orders = [
  [0, 1, 2],
  [0, 2, 1],
  [1, 0, 2],
  [1, 2, 0],
  [2, 0, 1],
  [2, 1, 0],
] as const;

/** One message a batch, or all in one. */
const batchings = {
  singly: (items: unknown[]) => items.map((item) => [item]),
  together: (items: unknown[]) => [items],
};

async function play(
  history: number,
  order: readonly number[],
  batches: (items: unknown[]) => unknown[][],
  deaths: Trouble[],
) {
  const world = system();
  const { messages, sentAt } = messagesOf(history);
  world.now = sentAt + 60_000;
  const queue = batches(order.map((index) => messages[index]));
  const left = [...deaths];
  let died = 0;
  while (queue.length > 0) {
    const death = left.shift();
    const { store, hasDied } = mortalStore(world.store, death ?? { call: 0, kind: 'none' });
    // A process goes on until it dies; what it was working on was not acknowledged and comes again.
    while (queue.length > 0 && !hasDied()) {
      const { failed } = await world.deliver(queue[0] as unknown[], { store });
      if (!hasDied() && failed.length === 0) queue.shift();
    }
    died += hasDied() ? 1 : 0;
  }
  await world.deliver(messages);
  return died;
}

async function outcomeOf(world: System, history: number) {
  const { address, sentAt } = messagesOf(history);
  const hourKey = new Date(sentAt).toISOString().slice(0, 13);
  const counters = await world.counters(hourKey, ['account', 'identity:shop.example.com', 'configuration-set:news']);
  const record = await world.record(address);
  const evidence = record?.evidence as { messageId: string }[];
  return {
    counters,
    status: record?.status,
    reason: record?.reason,
    since: record?.since,
    evidence: evidence.map(({ messageId }) => messageId),
    ids: Object.keys(record?.seen as object).length,
    other: (await world.record(`other-${history}@example.net`))?.reason,
  };
}

/** `history-…` sorts before `other-…`, so the complaint counts on the first address, once. */
function rightOutcome(history: number) {
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

describe.each(Object.entries(batchings))('messages handled %s', (_name, batches) => {
  const offset = _name === 'singly' ? 0 : 10_000;

  test.each(orders)(
    'order %i%i%i: dying around any call, and around any call after that, changes no outcome',
    async (...order) => {
      let history = offset + orders.findIndex((other) => other.join() === order.join()) * 1000;
      let bothDied = 0;
      for (let first = 0; ; first++) {
        let firstDied = false;
        for (const kind of kinds) {
          for (const secondKind of kinds) {
            for (let second = 0; ; second++) {
              history++;
              const deaths: Trouble[] = [
                { call: first, kind },
                { call: second, kind: secondKind },
              ];
              const died = await play(history, order, batches, deaths);
              expect({ deaths, ...(await outcomeOf(system(), history)) }).toEqual({ deaths, ...rightOutcome(history) });
              firstDied ||= died > 0;
              bothDied += died === 2 ? 1 : 0;
              if (died < 2) break;
            }
          }
        }
        if (!firstDied) break;
      }
      // The enumeration reached histories with two deaths: it cannot pass by never dying.
      expect(bothDied).toBeGreaterThan(3);
    },
  );
});
