import { type DynamoDBClient, PutItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { day, hour } from '../../domain/durations.ts';
import type { AlarmName } from '../../domain/reputation/alarm-name.ts';
import { mergeBuckets } from '../../domain/reputation/counter-bucket.ts';
import { cusumWindowMs } from '../../domain/reputation/cusum.ts';
import type { ReceivedCounts } from '../../domain/reputation/received-counts.ts';
import { faultHistoryMs } from '../../domain/reputation/sender-faults.ts';
import { slotLengthMs } from '../../domain/reputation/time-slots.ts';
import { counterRetentionMs } from '../../domain/retention.ts';
import type { ReputationStore, ScopeState } from '../../monitoring/reputation-store.ts';
import { alarmKey, alarmPrefix, autoPauseAttributes, fromAlarmItem, toAlarmItem } from './alarm-item.ts';
import {
  contributorsScope,
  dayKey,
  hourKey,
  knownScopesPartition,
  readFaults,
  readKnownBounces,
  readProviderBounces,
} from './counter-item.ts';
import { bucketsOfDay, bucketsOfHour, type DayItem, type HourItem, readDayItem, readHourItem } from './day-item.ts';
import { fromIncidentItem, incidentsPartition, toIncidentUpdate } from './incident-item.ts';
import type { Item } from './item.ts';
import { fromLedgerItem, ledgerKey, toLedgerItem } from './ledger-item.ts';
import { writeOptionally } from './optional-transaction.ts';
import { queryItems } from './query.ts';
import { rollUp } from './roll-up.ts';
import { isConditionMet } from './write-condition.ts';

export type ReputationTableOptions = {
  readonly client: DynamoDBClient;
  readonly reputationTable: string;
  readonly clock: () => number;
  /** Ends the current request when the time is up. */
  readonly signal?: AbortSignal;
};

/** The items that a {@link ScopeState} was read from. */
type AsRead = { readonly days: readonly DayItem[]; readonly hours: readonly HourItem[] };

/** The shard of sends taken from SES's own statistics. The other shards are those of the Lambda containers. */
const statisticsShard = 'ses';

/** No run has written this item yet. */
const ifAbsent = { ConditionExpression: 'attribute_not_exists(version)' };
/** No other run has changed the item since it was read. */
const ifVersion = (version: number) => ({
  ConditionExpression: 'version = :version',
  ExpressionAttributeValues: { ':version': { N: String(version) } },
});

/** Returns the store of the `reputation` function. */
export function createReputationTable(options: ReputationTableOptions): ReputationStore {
  const { client, reputationTable: TableName, clock, signal } = options;
  const sendOptions = signal && { abortSignal: signal };
  const transaction = { client, table: TableName, ...sendOptions };

  const queryRange = (scope: string, from: string, until: string, consistent = false) =>
    queryItems(
      client,
      {
        TableName,
        KeyConditionExpression: '#scope = :scope AND #hour BETWEEN :from AND :until',
        ExpressionAttributeNames: { '#scope': 'scope', '#hour': 'hour' },
        ExpressionAttributeValues: { ':scope': { S: scope }, ':from': { S: from }, ':until': { S: until } },
        ConsistentRead: consistent,
      },
      signal,
    );

  return {
    async knownScopes() {
      const items = await queryRange(knownScopesPartition, ' ', '~');
      const unexpired = items.filter(({ expiresAt }) => Number(expiresAt?.N) * 1000 > clock());
      return unexpired.flatMap(({ hour: name }) => (name?.S === undefined || name.S === 'account' ? [] : name.S));
    },
    async read(scope, now, consistent) {
      const from = now - cusumWindowMs - day;
      const items = await queryRange(scope, dayKey(from), `${alarmPrefix}~`, consistent);
      return { ...toState(items), countedFrom: Math.floor(from / day) * day };
    },
    rollUp: (scope, { asRead }, now) => rollUp(transaction, scope, { ...(asRead as AsRead), now }),
    async contributors(from, until) {
      const items = await queryRange(contributorsScope, hourKey(from, ''), hourKey(until, '~'));
      const counts: Record<string, number> = {};
      for (const item of items) {
        for (const [name, value] of Object.entries(item)) {
          if (/_(is|at)_/.test(name)) counts[name] = (counts[name] ?? 0) + Number(value.N);
        }
      }
      return counts;
    },
    async refusals(now) {
      const items = await queryRange(contributorsScope, hourKey(now - faultHistoryMs, ''), hourKey(now, '~'));
      const dated = items.map((item) => [Date.parse(`${item.hour?.S?.slice(0, 13)}:00:00Z`), item] as const);
      return {
        senderFaults: dated.flatMap(([start, item]) => readFaults(start, item)),
        providerBounces: dated.map(([start, item]) => ({ start, bounces: readProviderBounces(item) })),
        knownBounces: dated.flatMap(([start, item]) => readKnownBounces(start, item)),
      };
    },
    async saveIncident(incident) {
      await isConditionMet(client.send(new UpdateItemCommand(toIncidentUpdate(TableName, incident)), sendOptions));
    },
    async incidents() {
      return (await queryRange(incidentsPartition, ' ', '~')).map(fromIncidentItem);
    },
    saveAlarm(name, alarm, versionRead) {
      const condition = versionRead === 0 ? ifAbsent : ifVersion(versionRead);
      const command = new PutItemCommand({ TableName, Item: toAlarmItem(name, alarm), ...condition });
      return isConditionMet(client.send(command, sendOptions));
    },
    takePending(name, { version, pending }, retryAt) {
      const hasSameNotice = 'version = :version';
      const isNotTaken = 'retryAt = :asRead';
      const command = new UpdateItemCommand({
        TableName,
        Key: marshall(alarmKey(name)),
        UpdateExpression: 'SET retryAt = :next',
        ConditionExpression: `${hasSameNotice} AND ${isNotTaken}`,
        ExpressionAttributeValues: marshall({ ':next': retryAt, ':version': version, ':asRead': pending?.retryAt }),
      });
      return isConditionMet(client.send(command, sendOptions));
    },
    saveAutoPause(name, version, autoPause) {
      const attributes = autoPauseAttributes(autoPause);
      const assignments = Object.keys(attributes).map((attribute) => `${attribute} = :${attribute}`);
      return updateAlarm(name, version, `SET ${assignments.join(', ')}`, attributes);
    },
    clearPending: (name, version) => updateAlarm(name, version, 'REMOVE pending, retryAt'),
    saveLedger(ledger, versionRead) {
      const condition = versionRead === 0 ? ifAbsent : ifVersion(versionRead);
      return isConditionMet(
        client.send(new PutItemCommand({ TableName, Item: toLedgerItem(ledger), ...condition }), sendOptions),
      );
    },
    async setSends(start, bySlot) {
      const names = [...bySlot.keys()];
      const update = {
        TableName,
        Key: marshall({ scope: 'account', hour: hourKey(start, statisticsShard) }),
        UpdateExpression: `SET ${names.map((slot) => `sends${slot} = :sends${slot}`).join(', ')}, expiresAt = :expiresAt ADD writes :one`,
        ExpressionAttributeValues: marshall({
          ...Object.fromEntries(names.map((slot) => [`:sends${slot}`, bySlot.get(slot)])),
          ':expiresAt': Math.ceil((start + hour + counterRetentionMs) / 1000),
          ':one': 1,
        }),
      };
      // The day already includes the hours that were rolled up. Their sends cannot be replaced; writing them again
      // would count them twice.
      const hasNoRollUp = 'attribute_not_exists(through)';
      const isNotRolledUp = 'through <= :start';
      const check = {
        TableName,
        Key: marshall({ scope: 'account', hour: dayKey(start) }),
        ConditionExpression: `${hasNoRollUp} OR ${isNotRolledUp}`,
        ExpressionAttributeValues: marshall({ ':start': start }),
      };
      await writeOptionally(transaction, [{ ConditionCheck: check }, { Update: update }]);
    },
  };

  /** Updates an alarm if it still has this version. A later version is the responsibility of the run that wrote it. */
  async function updateAlarm(name: AlarmName, version: number, update: string, values: Record<string, unknown> = {}) {
    const condition = ifVersion(version);
    const named = Object.fromEntries(Object.entries(values).map(([key, value]) => [`:${key}`, value]));
    const command = new UpdateItemCommand({
      TableName,
      Key: marshall(alarmKey(name)),
      UpdateExpression: update,
      ...condition,
      ExpressionAttributeValues: { ...condition.ExpressionAttributeValues, ...marshall(named) },
    });
    await isConditionMet(client.send(command, sendOptions));
  }
}

function toState(items: readonly Item[]): Omit<ScopeState, 'countedFrom'> {
  const days = items.filter((item) => hasKey(item, /#day$/)).map(readDayItem);
  const hours = items.filter((item) => hasKey(item, /^\d{4}-\d\d-\d\dT/)).map(readHourItem);
  const asRead: AsRead = { days, hours };
  const ledger = items.find((item) => item.hour?.S === ledgerKey.hour);
  const buckets = [
    ...days.flatMap((one) => [...bucketsOfDay(one)]),
    ...hours.flatMap((one) => [...bucketsOfHour(one)]),
  ];
  return {
    buckets: mergeBuckets(buckets, Math.max(0, ...days.map(({ through }) => through))),
    sesSends: new Map(hours.filter(({ key }) => key.endsWith(`#${statisticsShard}`)).flatMap(sendsBySlot)),
    received: receivedByHour(asRead),
    alarms: items.filter((item) => hasKey(item, /^alarm#/)).map(fromAlarmItem),
    ...(ledger && { ledger: fromLedgerItem(ledger) }),
    asRead,
  };
}

/** Hours that an earlier version has counted do not tell complaints from bounces. */
function receivedByHour({ days, hours }: AsRead): Map<number, ReceivedCounts> {
  const byHour = new Map<number, ReceivedCounts>();
  const add = (start: number, received: number, complained: number) => {
    const { bounces, complaints } = byHour.get(start) ?? { bounces: 0, complaints: 0 };
    byHour.set(start, { bounces: bounces + received - complained, complaints: complaints + complained });
  };
  for (const one of hours) add(one.start, one.received, one.complained);
  for (const one of days)
    for (const [index, received] of one.hours.received.entries())
      add(one.start + index * hour, received, one.hours.complained[index] ?? 0);
  return byHour;
}

function sendsBySlot({ start, slots }: HourItem): [number, number][] {
  return slots.sends.map((sends, slot) => [start + slot * slotLengthMs, sends]);
}

function hasKey(item: Item, pattern: RegExp): boolean {
  return pattern.test(item.hour?.S ?? '');
}
