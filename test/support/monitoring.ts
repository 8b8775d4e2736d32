import { TransactWriteItemsCommand } from '@aws-sdk/client-dynamodb';
import { createDynamoDBClient } from '../../shared/aws/dynamodb/client.ts';
import { type Addition, contributorsScope, sumAdditions } from '../../shared/aws/dynamodb/counter-item.ts';
import { addToCounter, createCounterTable } from '../../shared/aws/dynamodb/counter-table.ts';
import { createReputationTable } from '../../shared/aws/dynamodb/reputation-table.ts';
import { defaultPolicy, type Policy } from '../../shared/domain/policy/policy.ts';
import type { NoticeMessage } from '../../shared/domain/reputation/format-notice.ts';
import type { Notice } from '../../shared/domain/reputation/notice.ts';
import type { SesMetrics } from '../../shared/domain/reputation/ses-metrics.ts';
import type { VolumeStore } from '../../shared/ingest/count-volume.ts';
import { type EvaluateDependencies, evaluate } from '../../shared/monitoring/evaluate.ts';
import type { EvaluationEntry, MonitoringEntry } from '../../shared/monitoring/log-entry.ts';
import type { ReputationStore } from '../../shared/monitoring/reputation-store.ts';
import type { System } from './system.ts';

export const minute = 60_000;

/** The watch over the rates on the tables of a system, with an SES that says what a test wants it to. */
export type Watch = {
  /** What SES says. */
  facts: SesMetrics;
  policy: Policy;
  readonly store: ReputationStore;
  readonly counters: VolumeStore;
  /** What was published, oldest first. */
  readonly messages: NoticeMessage[];
  readonly notices: Notice[];
  readonly pausedConfigurationSet: string[];
  readonly entries: MonitoringEntry[];
  /** What the next publications do instead. */
  publishes: (message: NoticeMessage) => Promise<void>;
  isSending: boolean;
  /** Counts what was sent at a moment, and what went bad of it. */
  count(
    counts: Partial<Record<'sends' | 'hard' | 'complaints' | 'prevented' | 'soft', number>>,
    at?: At,
  ): Promise<void>;
  /** Counts causes at this moment: `hard_is_NoEmail`. */
  countCauses(counts: Readonly<Record<string, number>>): Promise<void>;
  /** Looks once, now. */
  look(options?: Partial<EvaluateDependencies>): Promise<EvaluationEntry>;
  /** Looks every so many minutes until a moment, the system's clock going along. */
  lookUntil(end: number, every?: number): Promise<void>;
  /** `account/rate-exceeded/bounceRate ok → critical`, in order. */
  told(): string[];
};
type At = { readonly scopes?: readonly string[]; readonly sentAt?: number; readonly shard?: number };

export function createWatch(system: System, client = createDynamoDBClient()): Watch {
  const clock = () => system.now;
  const { reputationTable } = system.tables;
  const store = createReputationTable({ client, reputationTable, clock });
  const counters = createCounterTable({ client, ...system.tables, shard: 0, clock });
  const watch: Watch = {
    facts: { enforcementStatus: 'HEALTHY', feedbackCount: 0, reputation: { bounceRate: [], complaintRate: [] } },
    policy: defaultPolicy,
    store,
    counters,
    messages: [],
    notices: [],
    pausedConfigurationSet: [],
    entries: [],
    publishes: async () => {},
    isSending: true,
    async count(counts, { scopes = ['account'], sentAt = system.now, shard = 0 } = {}) {
      const additions = scopes.flatMap((scope) =>
        Object.entries(counts).map(([counter, by]): Addition => ({ scope, sentAt, counter, by })),
      );
      const updates = sumAdditions(additions, shard).map((update) => addToCounter(reputationTable, update));
      await client.send(new TransactWriteItemsCommand({ TransactItems: updates }));
      await counters.addSends(scopes.map((scope) => ({ scope, sentAt, sends: 0 })));
    },
    async countCauses(counts) {
      const additions = Object.entries(counts).map(([counter, by]) => ({
        scope: contributorsScope,
        sentAt: system.now,
        counter,
        by,
      }));
      const updates = sumAdditions(additions, 0).map((update) => addToCounter(reputationTable, update));
      await client.send(new TransactWriteItemsCommand({ TransactItems: updates }));
    },
    look: (options) =>
      evaluate({
        store,
        observe: async () => watch.facts,
        publish: async (message) => {
          await watch.publishes(message);
          watch.messages.push(message);
          watch.notices.push(JSON.parse(message.parts.sqs ?? ''));
        },
        sending: {
          pause: async (name) => void watch.paused.push(name),
          isEnabled: async () => watch.isSending,
        },
        policy: watch.policy,
        clock,
        remaining: () => 30_000,
        table: reputationTable,
        stack: 'ses-feedback-dev',
        log: (entry) => void watch.entries.push(entry),
        ...options,
      }),
    async lookUntil(end, every = 5) {
      for (; system.now <= end; system.now += every * minute) await watch.look();
    },
    told: () =>
      watch.notices.map(
        ({ id, kind, from, to }) => `${id.split('#')[0]} ${kind === 'reminder' ? 'still ' : `${from} → `}${to}`,
      ),
  };
  return watch;
}
