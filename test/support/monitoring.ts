import { TransactWriteItemsCommand } from '@aws-sdk/client-dynamodb';
import { createDynamoDBClient } from '../../shared/aws/dynamodb/client.ts';
import {
  type Addition,
  addToCounter,
  contributorsScope,
  sumAdditions,
} from '../../shared/aws/dynamodb/counter-item.ts';
import { createCounterTable } from '../../shared/aws/dynamodb/counter-table.ts';
import { createReputationTable } from '../../shared/aws/dynamodb/reputation-table.ts';
import type { AccountFigures } from '../../shared/domain/aws-window/update-ledger.ts';
import { defaultPolicy, type Policy } from '../../shared/domain/policy/policy.ts';
import type { EntityStatuses } from '../../shared/domain/reputation/entity-status.ts';
import type { NoticeMessage } from '../../shared/domain/reputation/format-notice.ts';
import type { Notice } from '../../shared/domain/reputation/notice.ts';
import type { SesMetrics } from '../../shared/domain/reputation/ses-metrics.ts';
import type { CounterStore } from '../../shared/ingest/count-volume.ts';
import { type EvaluateDependencies, evaluateScopes } from '../../shared/monitoring/evaluate.ts';
import type { EvaluationEntry, MonitoringEntry } from '../../shared/monitoring/log-entry.ts';
import type { ReputationStore } from '../../shared/monitoring/reputation-store.ts';
import type { System } from './system.ts';

export const minute = 60_000;

type Counters = Partial<Record<'sends' | 'hard' | 'complaints' | 'prevented' | 'soft', number>>;
type CountOptions = { readonly scopes?: readonly string[]; readonly sentAt?: number; readonly shard?: number };

/** The monitoring flow on the tables of a system, with figures of SES that a test sets. */
export type Monitoring = {
  /** The figures that SES publishes. */
  sesMetrics: SesMetrics;
  /** What SES has published about the account for weeks. */
  figures: AccountFigures;
  policy: Policy;
  readonly store: ReputationStore;
  readonly counters: CounterStore;
  /** Published messages, oldest first. */
  readonly messages: NoticeMessage[];
  /** The notices in the published messages. */
  readonly notices: Notice[];
  /** What SES says of the tenants. */
  entities: EntityStatuses | undefined;
  /** The open findings of SES about the tenant that is asked about. */
  findings: readonly string[];
  /** Configuration sets and tenants that were paused. */
  readonly paused: string[];
  readonly entries: MonitoringEntry[];
  /** Called before a message is published. Throw to let the publication fail. */
  onPublish: (message: NoticeMessage) => Promise<void>;
  /** Whether SES reports that sending is enabled. */
  isSendingEnabled: boolean;
  /** Adds to counters. By default, for emails of the account that are sent now. */
  count(counters: Counters, options?: CountOptions): Promise<void>;
  /** Adds to the counters of contributors, such as `hard_is_NoEmail`, for emails sent now. */
  countContributors(counters: Readonly<Record<string, number>>): Promise<void>;
  /** Evaluates once, now. */
  evaluate(options?: Partial<EvaluateDependencies>): Promise<EvaluationEntry>;
  /** Evaluates every `intervalMinutes` until a time, and moves the system's clock along. */
  evaluateUntil(end: number, intervalMinutes?: number): Promise<void>;
  /** Returns the published changes in order, such as `account/rate-exceeded/bounceRate ok → critical`. */
  published(): string[];
};

export function createMonitoring(system: System, client = createDynamoDBClient()): Monitoring {
  const clock = () => system.now;
  const { reputationTable } = system.tables;
  const store = createReputationTable({ client, reputationTable, clock });
  const counters = createCounterTable({ client, ...system.tables, shard: 0, clock });
  const add = async (additions: readonly Addition[], shard: number) => {
    const updates = sumAdditions(additions, shard).map((update) => addToCounter(reputationTable, update));
    await client.send(new TransactWriteItemsCommand({ TransactItems: updates }));
  };
  const monitoring: Monitoring = {
    sesMetrics: {
      enforcementStatus: 'HEALTHY',
      feedback: { bounceRate: [], complaintRate: [] },
      reputation: { bounceRate: [], complaintRate: [] },
    },
    figures: { ses: [], points: [] },
    policy: defaultPolicy,
    store,
    counters,
    messages: [],
    notices: [],
    entities: new Map(),
    findings: [],
    paused: [],
    entries: [],
    onPublish: async () => {},
    isSendingEnabled: true,
    async count(counts, { scopes = ['account'], sentAt = system.now, shard = 0 } = {}) {
      const additions = scopes.flatMap((scope) =>
        Object.entries(counts).map(([counter, by]): Addition => ({ scope, sentAt, counter, by })),
      );
      await add(additions, shard);
      await counters.addSends(scopes.map((scope) => ({ scope, sentAt, sends: 0 })));
    },
    countContributors: (counts) =>
      add(
        Object.entries(counts).map(([counter, by]) => ({ scope: contributorsScope, sentAt: system.now, counter, by })),
        0,
      ),
    evaluate: (options) =>
      evaluateScopes({
        store,
        observe: async () => monitoring.sesMetrics,
        readFigures: async () => monitoring.figures,
        publish: async (message) => {
          await monitoring.onPublish(message);
          monitoring.messages.push(message);
          monitoring.notices.push(JSON.parse(message.parts.sqs ?? ''));
        },
        sending: {
          pause: async ({ name }) => void monitoring.paused.push(name),
          isEnabled: async () => monitoring.isSendingEnabled,
          findings: async () => monitoring.findings,
        },
        readEntities: async () => monitoring.entities,
        policy: monitoring.policy,
        clock,
        remaining: () => 30_000,
        stack: 'ses-feedback-dev',
        log: (entry) => void monitoring.entries.push(entry),
        ...options,
      }),
    async evaluateUntil(end, intervalMinutes = 5) {
      for (; system.now <= end; system.now += intervalMinutes * minute) await monitoring.evaluate();
    },
    published: () =>
      monitoring.notices.map(
        ({ id, kind, from, to }) => `${id.split('#')[0]} ${kind === 'reminder' ? 'still ' : `${from} → `}${to}`,
      ),
  };
  return monitoring;
}
