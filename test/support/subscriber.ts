import { createDynamoDBClient } from '../../shared/aws/dynamodb/client.ts';
import { createStatusChangeOutbox } from '../../shared/aws/dynamodb/status-change-outbox.ts';
import type { StatusChange } from '../../shared/domain/suppression/status-change.ts';
import { publishChanges } from '../../shared/status-changes/publish-changes.ts';
import type { System } from './system.ts';

/** An application that knows which addresses are suppressed from published changes alone. */
export type Subscriber = {
  /** Publishes what is in the outbox. The application receives every change twice, the newest ones first. */
  receive(): Promise<void>;
  /** @param list Default: the account's. */
  isSuppressed(address: string, list?: string): boolean;
};

export function createSubscriber(system: Pick<System, 'tables' | 'now'>): Subscriber {
  const latest = new Map<string, StatusChange>();
  const ids = new Set<string>();
  return {
    async receive() {
      const received: StatusChange[] = [];
      const { suppressionsTable } = system.tables;
      const { error } = await publishChanges({
        outbox: createStatusChangeOutbox({ client: createDynamoDBClient(), suppressionsTable }),
        publish: async (changes) => {
          received.push(...changes);
          return new Map();
        },
        // A change can be a few milliseconds later than the clock, so that its time is later than that of the change before.
        clock: () => system.now + 1000,
        remaining: () => 1000,
      });
      expect(error).toBeUndefined();
      for (const { id } of received) {
        expect(ids).not.toContain(id);
        ids.add(id);
      }
      for (const change of [...received, ...received].reverse()) {
        const { address, list, at } = change;
        if ((latest.get(`${address} ${list}`)?.at ?? '') < at) latest.set(`${address} ${list}`, change);
      }
    },
    isSuppressed(address, list = 'account') {
      const { status, until } = latest.get(`${address} ${list}`) ?? {};
      return status === 'suppressed' && (until === null || Date.parse(String(until)) > system.now);
    },
  };
}
