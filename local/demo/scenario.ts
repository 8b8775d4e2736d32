import type { Progress } from '../../cli/stack/inspect-ses.ts';
import { createFeedbackHandler } from '../../functions/handlers/feedback-handler.ts';
import { createReputationHandler } from '../../functions/handlers/reputation-handler.ts';
import { createDynamoDBClient } from '../../shared/aws/dynamodb/client.ts';
import { createReputationTable } from '../../shared/aws/dynamodb/reputation-table.ts';
import { day, hour, minute } from '../../shared/domain/durations.ts';
import { rateBucketOf } from '../../shared/domain/reputation/counter-bucket.ts';
import type { NoticeMessage } from '../../shared/domain/reputation/format-notice.ts';
import type { Notice } from '../../shared/domain/reputation/notice.ts';
import type { RateBucket } from '../../shared/domain/reputation/rate-bucket.ts';
import type { TableNames } from '../emulator/tables.ts';
import { toQueueBatch } from './samples.ts';
import { seededRandom } from './shuffle.ts';
import { type Arrival, createTrafficGenerator, type EmailStream } from './traffic-generator.ts';

/** A notice, and when it was published (epoch milliseconds). */
export type PublishedNotice = { readonly at: number; readonly notice: Notice; readonly message: NoticeMessage };

/** The result of a week of sending. All times are epoch milliseconds. */
export type Scenario = {
  /** When the bad list was imported. */
  readonly importedAt: number;
  /** When the bad list was removed. */
  readonly removedAt: number;
  readonly endsAt: number;
  readonly notices: readonly PublishedNotice[];
  /** The account's sends and bounces over time, oldest first. */
  readonly buckets: readonly RateBucket[];
  readonly sends: number;
  readonly bounces: number;
  readonly evaluations: number;
};

/** Constant, so that every run of the demo shows the same week. */
const seed = 4;

export const scenarioDays = 7;

/** Emails are generated in steps of this length. */
const stepMs = 5 * minute;

/**
 * Simulates a week of a shop that sends receipts and a newsletter. On the fourth day a bad list is imported into the
 * newsletter. Two hours after a notice says that the account's rate is critical, an operator removes the list. The code
 * is the deployed code, with a simulated clock.
 */
export async function runScenario(tables: TableNames, startsAt: number, showProgress?: Progress): Promise<Scenario> {
  const importedAt = startsAt + 3 * day + 9 * hour;
  const endsAt = startsAt + scenarioDays * day;
  const client = createDynamoDBClient();
  const notices: PublishedNotice[] = [];
  let now = startsAt;
  let removedAt = Number.POSITIVE_INFINITY;
  const variables = {
    SUPPRESSIONS_TABLE: tables.suppressionsTable,
    REPUTATION_TABLE: tables.reputationTable,
    ALARM_TOPIC: '',
  };
  const common = { variables, clock: () => now };
  const processFeedback = createFeedbackHandler({ ...common, log: () => {}, shard: 0 });
  const evaluateRates = createReputationHandler({
    ...common,
    log: () => {},
    // SES returns no rates of its own here, so the alarms on them do not change.
    readFigures: async () => ({ ses: [], points: [] }),
    observe: async () => ({ enforcementStatus: 'HEALTHY' }),
    publish: async (message) => {
      notices.push({ at: now, notice: JSON.parse(message.parts.sqs ?? ''), message });
    },
  });

  const hasBadList = (time: number) => time >= importedAt && time < removedAt;
  const streams: EmailStream[] = [
    { configurationSet: 'receipts', emailsPerHour: () => 80, bounceRate: () => 0.008 },
    {
      configurationSet: 'newsletter',
      emailsPerHour: (time) => (hasBadList(time) ? 240 : 120),
      bounceRate: (time) => (hasBadList(time) ? 0.09 : 0.012),
    },
  ];
  const generateTraffic = createTrafficGenerator(streams, seededRandom(seed));
  let waiting: Arrival[] = [];
  let [sends, bounces, evaluations] = [0, 0, 0];
  while (now < endsAt) {
    // Time advances in long steps while the list is good, to save time. Neither interval is a multiple of 60 or 5 minutes,
    // because the schedule of the evaluations depends on the minute: each scope gets its turn.
    const isNear = hasBadList(now) || hasBadList(now + hour);
    const next = now + (isNear ? 4 : 62) * minute;
    showProgress?.('A week of sending, days', Math.floor((now - startsAt) / day), scenarioDays);
    const [from, until] = [now, next].map((time) => Math.floor(time / stepMs) * stepMs);
    if (from !== undefined && until !== undefined && until > from) {
      waiting = [...waiting, ...generateTraffic(from, until)].sort((a, b) => a.at - b.at);
    }
    now = next;
    const arrived = waiting.filter(({ at }) => at <= now);
    waiting = waiting.slice(arrived.length);
    for (const { body } of arrived) 'bounce' in body ? bounces++ : sends++;
    for (let first = 0; first < arrived.length; first += 1000) {
      const batch = arrived
        .slice(first, first + 1000)
        .map(({ body, at }, index) => ({ id: `m${first + index}`, body, queuedAt: at }));
      await processFeedback(toQueueBatch(batch), {} as never);
    }
    await evaluateRates({});
    evaluations++;
    const critical = notices.find(({ notice }) => notice.scope === 'account' && notice.to === 'critical');
    if (critical !== undefined && removedAt === Number.POSITIVE_INFINITY && now >= critical.at + 2 * hour)
      removedAt = now;
  }
  const store = createReputationTable({ client, reputationTable: tables.reputationTable, clock: () => now });
  const state = await store.read('account', now, true);
  const buckets = state.buckets.map((bucket) => rateBucketOf(bucket, 'bounceRate'));
  return { importedAt, removedAt, endsAt, notices, buckets, sends, bounces, evaluations };
}
