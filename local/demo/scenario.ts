import { createFeedbackHandler } from '../../functions/handlers/feedback-handler.ts';
import { createReputationHandler } from '../../functions/handlers/reputation-handler.ts';
import { createDynamoDBClient } from '../../shared/aws/dynamodb/client.ts';
import { createReputationTable } from '../../shared/aws/dynamodb/reputation-table.ts';
import { day, hour, minute } from '../../shared/domain/durations.ts';
import { rateBucketOf } from '../../shared/domain/reputation/counter-bucket.ts';
import type { RateBucket } from '../../shared/domain/reputation/cusum.ts';
import type { NoticeMessage } from '../../shared/domain/reputation/format-notice.ts';
import type { Notice } from '../../shared/domain/reputation/notice.ts';
import type { TableNames } from '../emulator/tables.ts';
import { toQueueBatch } from './samples.ts';
import { seededRandom } from './shuffle.ts';
import { type Arrival, createMailing, type Stream } from './traffic-generator.ts';

/** What was told, and when. Epoch milliseconds. */
export type Told = { readonly at: number; readonly notice: Notice; readonly message: NoticeMessage };

/** What a week of sending came to. */
export type Story = {
  /** A bad list was imported, and no mail goes to it any more. */
  readonly importedAt: number;
  readonly stoppedAt: number;
  readonly endsAt: number;
  readonly told: readonly Told[];
  /** Of the account's bounces, oldest first. */
  readonly tallies: readonly RateBucket[];
  readonly sends: number;
  readonly bounces: number;
  readonly looks: number;
};

/** The same every time: it is a story, not a draw. */
const seed = 4;

/**
 * A week of a shop that sends receipts and a newsletter. On the fourth day a bought list comes into the newsletter; an operator who is
 * told that the rate is critical takes it out two hours later. What runs is what runs in Lambda, on a clock of its own.
 */
export async function playStory(tables: TableNames, startsAt: number): Promise<Story> {
  const importedAt = startsAt + 3 * day + 9 * hour;
  const endsAt = startsAt + 7 * day;
  const client = createDynamoDBClient();
  const told: Told[] = [];
  let now = startsAt;
  let stoppedAt = Number.POSITIVE_INFINITY;
  const variables = {
    SUPPRESSIONS_TABLE: tables.suppressionsTable,
    REPUTATION_TABLE: tables.reputationTable,
    ALARM_TOPIC: '',
  };
  const common = { variables, clock: () => now };
  const take = createFeedbackHandler({ ...common, log: () => {}, shard: 0 });
  const look = createReputationHandler({
    ...common,
    log: () => {},
    // SES's own rates are of a volume it does not publish: here it says nothing, and the alarms on them are held.
    observe: async () => ({ enforcementStatus: 'HEALTHY' }),
    publish: async (message) => {
      told.push({ at: now, notice: JSON.parse(message.parts.sqs ?? ''), message });
    },
  });

  const isBad = (time: number) => time >= importedAt && time < stoppedAt;
  const streams: Stream[] = [
    { configurationSet: 'receipts', pace: () => 80, bounces: () => 0.008 },
    {
      configurationSet: 'newsletter',
      pace: (time) => (isBad(time) ? 240 : 120),
      bounces: (time) => (isBad(time) ? 0.09 : 0.012),
    },
  ];
  const send = createMailing(streams, seededRandom(seed));
  let waiting: Arrival[] = [];
  let [sends, bounces, looks] = [0, 0, 0];
  while (now < endsAt) {
    // Nothing much happens on good days: an hour at a time. (Not 60 minutes nor 5: so every scope has its turn.)
    const isQuiet = now + hour < importedAt || (now > importedAt && told.at(-1)?.notice.to === 'ok' && isOver(told));
    const next = now + (isQuiet ? 62 : 4) * minute;
    // Mail is sent in steps of five minutes.
    const [from, until] = [now, next].map((time) => Math.floor(time / (5 * minute)) * 5 * minute);
    if (from !== undefined && until !== undefined && until > from) {
      waiting = [...waiting, ...send(from, until)].sort((a, b) => a.at - b.at);
    }
    now = next;
    const arrived = waiting.filter(({ at }) => at <= now);
    waiting = waiting.slice(arrived.length);
    for (const { body } of arrived) 'bounce' in body ? bounces++ : sends++;
    for (let first = 0; first < arrived.length; first += 1000) {
      const batch = arrived
        .slice(first, first + 1000)
        .map(({ body, at }, index) => ({ id: `m${first + index}`, body, queuedAt: at }));
      await take(toQueueBatch(batch), {} as never);
    }
    await look({});
    looks++;
    const critical = told.find(({ notice }) => notice.scope === 'account' && notice.to === 'critical');
    if (critical !== undefined && stoppedAt === Number.POSITIVE_INFINITY && now >= critical.at + 2 * hour)
      stoppedAt = now;
  }
  const store = createReputationTable({ client, reputationTable: tables.reputationTable, clock: () => now });
  const { buckets } = await store.read('account', now, true);
  const tallies = buckets.map((stretch) => rateBucketOf(stretch, 'bounceRate'));
  return { importedAt, stoppedAt, endsAt, told, tallies, sends, bounces, looks };
}

/** Whether every alarm that was told has been told to be over. */
function isOver(told: readonly Told[]): boolean {
  const last = new Map(told.map(({ notice }) => [`${notice.scope} ${notice.rule} ${notice.metric}`, notice.to]));
  return [...last.values()].every((status) => status === 'ok');
}
