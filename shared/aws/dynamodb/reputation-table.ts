import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  PutItemCommand,
  QueryCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { day, hour } from '../../domain/durations.ts';
import type { AlarmName } from '../../domain/reputation/alarm.ts';
import { mergeBuckets } from '../../domain/reputation/counter-bucket.ts';
import { cusumWindow } from '../../domain/reputation/cusum.ts';
import { slotLengthMs } from '../../domain/reputation/time-slots.ts';
import type { ReputationStore, ScopeState } from '../../monitoring/reputation-store.ts';
import { alarmKey, alarmPrefix, fromAlarmItem, toAlarmItem } from './alarm-item.ts';
import { contributorsScope, counterRetention, dayKey, hourKey } from './counter-item.ts';
import { knownScopesPartition } from './counter-table.ts';
import { bucketsOfDay, bucketsOfHour, type DayItem, type HourItem, readDayItem, readHourItem } from './day-item.ts';
import { toStoreError } from './errors.ts';
import { writeOptionally } from './optional-transaction.ts';
import { rollUp } from './roll-up.ts';
import type { Item } from './suppression-item.ts';

export type ReputationTableOptions = {
  readonly client: DynamoDBClient;
  readonly reputationTable: string;
  readonly clock: () => number;
  /** Ends the call under way when the time is up. */
  readonly signal?: AbortSignal;
};

/** Sends by SES's own statistics, beside the shards of the containers. */
const statisticsShard = 'ses';

/** The `reputation` table as the watch over the rates uses it. All throw StoreFault. */
export function createReputationTable(options: ReputationTableOptions): ReputationStore {
  const { client, reputationTable: TableName, clock } = options;
  const send = <Output>(work: Promise<Output>) => work.catch((error: unknown) => Promise.reject(toStoreError(error)));
  const sendOptions = options.signal && { abortSignal: options.signal };
  const transaction = { client, table: TableName, ...sendOptions };

  async function query(scope: string, from: string, until: string, consistent = false): Promise<Item[]> {
    const items: Item[] = [];
    let start: Item | undefined;
    do {
      const page = await send(
        client.send(
          new QueryCommand({
            TableName,
            KeyConditionExpression: '#scope = :scope AND #hour BETWEEN :from AND :until',
            ExpressionAttributeNames: { '#scope': 'scope', '#hour': 'hour' },
            ExpressionAttributeValues: { ':scope': { S: scope }, ':from': { S: from }, ':until': { S: until } },
            ConsistentRead: consistent,
            ExclusiveStartKey: start,
          }),
          sendOptions,
        ),
      );
      items.push(...(page.Items ?? []));
      start = page.LastEvaluatedKey;
    } while (start !== undefined);
    return items;
  }

  return {
    async knownScopes() {
      const items = await query(knownScopesPartition, ' ', '~');
      const alive = items.filter(({ expiresAt }) => Number(expiresAt?.N) * 1000 > clock());
      return alive.flatMap(({ hour: name }) => (name?.S === undefined || name.S === 'account' ? [] : name.S));
    },
    async read(scope, now, consistent) {
      const items = await query(scope, dayKey(now - cusumWindow - day), `${alarmPrefix}~`, consistent);
      const { days, hours } = readItems(items);
      return { ...toState(items, days, hours), rollUp: (at) => rollUp(transaction, scope, { days, hours, now: at }) };
    },
    async contributors(from, until) {
      const items = await query(contributorsScope, hourKey(from, ''), hourKey(until, '~'));
      const counts: Record<string, number> = {};
      for (const item of items) {
        for (const [name, value] of Object.entries(item)) {
          if (/_(is|at)_/.test(name)) counts[name] = (counts[name] ?? 0) + Number(value.N);
        }
      }
      return counts;
    },
    async saveAlarm(name, alarm, read) {
      const condition =
        read === 0
          ? { ConditionExpression: 'attribute_not_exists(version)' }
          : { ConditionExpression: 'version = :read', ExpressionAttributeValues: { ':read': { N: String(read) } } };
      const command = new PutItemCommand({ TableName, Item: toAlarmItem(name, alarm), ...condition });
      return wasFirst(send(client.send(command, sendOptions)));
    },
    takePending: (name, { version, pending }, retryAt) =>
      wasFirst(
        send(
          client.send(
            new UpdateItemCommand({
              TableName,
              Key: marshall(alarmKey(name)),
              UpdateExpression: 'SET retryAt = :next',
              ConditionExpression: 'version = :version AND retryAt = :held',
              ExpressionAttributeValues: marshall({ ':next': retryAt, ':version': version, ':held': pending?.retryAt }),
            }),
            sendOptions,
          ),
        ),
      ),
    saveAutoPause: (name, version, brake) =>
      brake.kind === 'failed'
        ? updateAlarm(name, version, 'SET brake = :kind, pauseFault = :reason', { ...brake })
        : updateAlarm(name, version, 'SET brake = :kind, pausedAt = :at', { at: clock(), ...brake }),
    clearPending: (name, version) => updateAlarm(name, version, 'REMOVE pending, retryAt'),
    async setSends(start, bySlot) {
      const names = [...bySlot.keys()];
      const update = {
        TableName,
        Key: marshall({ scope: 'account', hour: hourKey(start, statisticsShard) }),
        UpdateExpression: `SET ${names.map((slot) => `sends${slot} = :sends${slot}`).join(', ')}, expiresAt = :expiresAt ADD writes :one`,
        ExpressionAttributeValues: marshall({
          ...Object.fromEntries(names.map((slot) => [`:sends${slot}`, bySlot.get(slot)])),
          ':expiresAt': Math.ceil((start + hour + counterRetention) / 1000),
          ':one': 1,
        }),
      };
      // What has been rolled up is not there to be replaced: it would count a second time.
      const isOpen = {
        TableName,
        Key: marshall({ scope: 'account', hour: dayKey(start) }),
        ConditionExpression: 'attribute_not_exists(through) OR through <= :start',
        ExpressionAttributeValues: marshall({ ':start': start }),
      };
      await writeOptionally(transaction, [{ ConditionCheck: isOpen }, { Update: update }]);
    },
  };

  /** Of the version that was read; a later one is somebody else's. */
  async function updateAlarm(name: AlarmName, version: number, update: string, values: Record<string, unknown> = {}) {
    const named = Object.entries({ ...values, version }).map(([key, value]) => [`:${key}`, value]);
    const command = new UpdateItemCommand({
      TableName,
      Key: marshall(alarmKey(name)),
      UpdateExpression: update,
      ConditionExpression: 'version = :version',
      ExpressionAttributeValues: marshall(Object.fromEntries(named)),
    });
    await wasFirst(send(client.send(command, sendOptions)));
  }
}

function readItems(items: readonly Item[]): { days: readonly DayItem[]; hours: readonly HourItem[] } {
  return {
    days: items.filter((item) => isOf(item, /#day$/)).map(readDayItem),
    hours: items.filter((item) => isOf(item, /^\d{4}-\d\d-\d\dT/)).map(readHourItem),
  };
}

function toState(
  items: readonly Item[],
  days: readonly DayItem[],
  hours: readonly HourItem[],
): Omit<ScopeState, 'rollUp'> {
  const received = new Map<number, number>();
  const receive = (start: number, count: number) => received.set(start, (received.get(start) ?? 0) + count);
  for (const one of hours) receive(one.start, one.received);
  for (const one of days)
    for (const [index, count] of one.hours.received.entries()) receive(one.start + index * hour, count);
  const stretches = [
    ...days.flatMap((one) => [...bucketsOfDay(one)]),
    ...hours.flatMap((one) => [...bucketsOfHour(one)]),
  ];
  return {
    buckets: mergeBuckets(stretches, Math.max(0, ...days.map(({ through }) => through))),
    sesSends: new Map(hours.filter(({ key }) => key.endsWith(`#${statisticsShard}`)).flatMap(sendsBySlot)),
    received,
    alarms: items.filter((item) => isOf(item, /^alarm#/)).map(fromAlarmItem),
  };
}

function sendsBySlot({ start, slots }: HourItem): [number, number][] {
  return slots.sends.map((sends, slot) => [start + slot * slotLengthMs, sends]);
}

function isOf(item: Item, pattern: RegExp): boolean {
  return pattern.test(item.hour?.S ?? '');
}

/** Whether the condition of a write held. */
async function wasFirst(write: Promise<unknown>): Promise<boolean> {
  try {
    await write;
    return true;
  } catch (error) {
    if (error instanceof Error && error.cause instanceof ConditionalCheckFailedException) return false;
    throw error;
  }
}
