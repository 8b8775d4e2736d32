import { createRateLimiter } from '../../shared/account-list/rate-limiter.ts';
import { createDynamoDBClient } from '../../shared/aws/dynamodb/client.ts';
import { createReputationTable } from '../../shared/aws/dynamodb/reputation-table.ts';
import type { Policy } from '../../shared/domain/policy/policy.ts';
import type { ReputationStore } from '../../shared/monitoring/reputation-store.ts';
import type { LimitedList } from '../../shared/operator/release-everywhere.ts';
import { openStackResources, type StackResources } from '../io/stack-resources.ts';
import type { Clients } from '../stack/clients.ts';
import type { Stack } from '../stack/stack.ts';
import { createDirectory, type Directory } from './directory.ts';
import { createMessages, type Messages } from './messages.ts';

/** What the pages of a desk read and change, with the AWS rights of the person who started it. */
export type Desk = {
  readonly stack: Stack;
  readonly clients: Clients;
  readonly policy: Policy;
  readonly resources: StackResources;
  readonly reputation: ReputationStore;
  /** The SES account suppression lists by the name of their Region. All calls of the desk share the limit of each. */
  readonly lists: ReadonlyMap<string, LimitedList>;
  readonly directory: Directory;
  readonly messages: Messages;
  /** Who is named in the history of a change. */
  readonly by: string;
  readonly isReadOnly: boolean;
  readonly clock: () => number;
};

export type DeskOptions = Pick<Desk, 'stack' | 'clients' | 'policy' | 'by' | 'isReadOnly'> & {
  /** @default Date.now */
  readonly clock?: () => number;
};

export function openDesk({ clock = Date.now, ...options }: DeskOptions): Desk {
  const { stack, policy } = options;
  const client = createDynamoDBClient({ region: stack.region });
  const resources = openStackResources(stack, policy, clock);
  const lists = new Map(
    [...resources.lists].map(([region, list]) => [region, { list, rateLimiter: createRateLimiter(resources) }]),
  );
  return {
    ...options,
    clock,
    resources,
    lists,
    reputation: createReputationTable({ client, reputationTable: stack.reputationTable, clock }),
    messages: createMessages(),
    directory: createDirectory((period) => resources.suppressed(period), clock),
  };
}
