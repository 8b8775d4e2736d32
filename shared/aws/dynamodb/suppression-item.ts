import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import * as z from 'zod/mini';
import type { AddressKey } from '../../domain/address.ts';
import { defined } from '../../domain/defined.ts';
import { isReportKey } from '../../domain/feedback/count-reports.ts';
import { reasons } from '../../domain/feedback/recipient-event.ts';
import { idRetentionMs } from '../../domain/retention.ts';
import { defaultListName, tenantOfList } from '../../domain/suppression/list-name.ts';
import { outboxKey } from '../../domain/suppression/outbox-key.ts';
import type { Seen, SuppressionRecord } from '../../domain/suppression/record.ts';
import type { StoredRecord } from '../../domain/suppression/store.ts';
import { formatTimestamp } from '../../domain/timestamp.ts';
import { decodeSeen, encodeSeen } from './encode-seen.ts';
import type { Item } from './item.ts';

/**
 * Converts a record to its item in the `suppressions` table. Times that people read are in ISO 8601, all others in
 * epoch milliseconds; `expiresAt`, the TTL, is in epoch seconds.
 */
export function toItem(record: SuppressionRecord, version: string, list = defaultListName, changedAt?: number): Item {
  return marshall({
    address: record.address,
    list: listOf(record.address, list),
    status: record.status,
    ...(record.reason && { reason: record.reason }),
    ...isoField('since', record.since),
    ...isoField('until', record.until),
    causes: encodeCauses(record.causes),
    evidence: record.evidence.map(({ at, ...rest }) => ({ ...rest, at: formatTimestamp(at) })),
    seen: Object.fromEntries(Object.entries(record.seen).map(([id, seen]) => [id, encodeSeen(seen)])),
    ...(record.overflowUntil && { overflowUntil: record.overflowUntil }),
    ...(record.strikes.length > 0 && { strikes: record.strikes }),
    ...(record.domainStrikes && { domainStrikes: record.domainStrikes }),
    ...(record.deliveredAt && { deliveredAt: record.deliveredAt }),
    ...(record.addressVariants.length > 0 && { spellings: record.addressVariants }),
    ...(record.prevented > 0 && { prevented: record.prevented }),
    ...(record.released && {
      releasedAt: formatTimestamp(record.released.at),
      releasedBy: record.released.by,
      releasedFor: record.released.note,
    }),
    ...(record.suppressedManually && {
      suppressedAt: formatTimestamp(record.suppressedManually.at),
      suppressedBy: record.suppressedManually.by,
      suppressedFor: record.suppressedManually.note,
    }),
    ...(record.syncStates && { mirrored: encodeSyncStates(record.syncStates) }),
    ...(record.pendingSync && {
      mirror: outboxKey(record.address, record.pendingSync.regions),
      mirrorDue: record.pendingSync.due,
    }),
    newestMail: record.newestSentAt,
    version,
    ...(changedAt && { changedAt }),
    ...(record.expiresAt && { expiresAt: Math.ceil(record.expiresAt / 1000) }),
  });
}

const stamp = z.pipe(
  z.string().check(z.iso.datetime()),
  z.transform((text) => Date.parse(text)),
);
const cause = z.object({
  since: z.number(),
  last: z.number(),
  until: z.optional(z.number()),
  suspected: z.optional(z.literal(true)),
  lastingSince: z.optional(z.number()),
});

const itemSchema = z.object({
  address: z.string(),
  list: z.string(),
  status: z.enum(['suppressed', 'watched', 'released']),
  reason: z.optional(z.enum(reasons)),
  since: z.optional(stamp),
  until: z.optional(stamp),
  causes: z.partialRecord(z.enum(reasons), cause),
  evidence: z.array(z.looseObject({ id: z.string(), at: stamp })),
  seen: z.record(z.string(), z.string()),
  overflowUntil: z.optional(z.number()),
  strikes: z._default(z.array(z.number()), []),
  domainStrikes: z.optional(z.array(z.number())),
  deliveredAt: z.optional(z.number()),
  spellings: z._default(z.array(z.string()), []),
  prevented: z._default(z.number(), 0),
  releasedAt: z.optional(stamp),
  releasedBy: z.optional(z.string()),
  releasedFor: z.optional(z.string()),
  suppressedAt: z.optional(stamp),
  suppressedBy: z.optional(z.string()),
  suppressedFor: z.optional(z.string()),
  mirrored: z.optional(
    z.record(z.string(), z.object({ says: z.string(), at: stamp, refused: z.optional(z.string()) })),
  ),
  mirror: z.optional(z.string()),
  mirrorDue: z.optional(z.number()),
  newestMail: z.number(),
  version: z.string(),
  changedAt: z.optional(z.number()),
  expiresAt: z.optional(z.number()),
});

/** What an operator does about a damaged record. */
const damagedRecordAdvice =
  '; correct these attributes in the suppressions table, or delete the item and suppress the address again';

/**
 * Reads a record from its item. Returns the names of the damaged attributes if the item is not one that {@link toItem}
 * wrote.
 */
export function fromItem(item: Item): StoredRecord | { readonly unreadable: string } {
  const attributes = Object.entries(item);
  const known = Object.fromEntries(attributes.filter(([name]) => Object.hasOwn(itemSchema.shape, name)));
  const unknown = Object.fromEntries(attributes.filter(([name]) => !Object.hasOwn(itemSchema.shape, name)));
  const result = itemSchema.safeParse(unmarshall(known));
  if (!result.success) {
    const fields = [...new Set(result.error.issues.map(({ path }) => String(path[0])))].sort();
    return { unreadable: `the stored record is damaged: ${fields.join(', ')}${damagedRecordAdvice}` };
  }
  return {
    record: toRecord(result.data),
    version: result.data.version,
    ...(tenantOfList(result.data.list) !== undefined && { list: result.data.list }),
    ...defined({ changedAt: result.data.changedAt }),
    unknown,
  };
}

/** Attributes keep the names they were first stored under; the record has the names used in the code. */
function toRecord(item: z.infer<typeof itemSchema>): SuppressionRecord {
  const { address, status, reason, since, until, evidence, overflowUntil, strikes, deliveredAt, prevented } = item;
  const { releasedAt, releasedBy = '', releasedFor = '', suppressedAt, suppressedBy = '', suppressedFor = '' } = item;
  const { domainStrikes, causes, seen, spellings, mirrored, mirror, mirrorDue = 0, newestMail, expiresAt } = item;
  const record = {
    address,
    status,
    ...defined({ reason, since, until, overflowUntil, domainStrikes, deliveredAt }),
    causes: decodeCauses(causes),
    evidence,
    seen: Object.fromEntries(Object.entries(seen).map(([id, text]) => [id, decodeSeen(text)])),
    overflow: {},
    strikes,
    addressVariants: spellings,
    prevented,
    ...(releasedAt && { released: { at: releasedAt, by: releasedBy, note: releasedFor } }),
    ...(suppressedAt && { suppressedManually: { at: suppressedAt, by: suppressedBy, note: suppressedFor } }),
    ...(mirrored && { syncStates: decodeSyncStates(mirrored) }),
    ...(mirror !== undefined && { pendingSync: { regions: regionsIn(mirror), due: mirrorDue } }),
    newestSentAt: newestMail,
    ...(expiresAt && { expiresAt: expiresAt * 1000 }),
  };
  // The schema checks the shape. That `address` is a normalised key and `evidence` is complete is guaranteed by the
  // writer of the item.
  return record as unknown as SuppressionRecord;
}

function encodeCauses(causes: SuppressionRecord['causes']) {
  return mapValues(causes, ({ permanentSince, ...cause }) => ({
    ...cause,
    ...defined({ lastingSince: permanentSince }),
  }));
}

function decodeCauses(causes: z.infer<typeof itemSchema>['causes']) {
  return mapValues(causes, ({ lastingSince, ...cause }) => ({
    ...cause,
    ...defined({ permanentSince: lastingSince }),
  }));
}

function encodeSyncStates(states: NonNullable<SuppressionRecord['syncStates']>) {
  return mapValues(states, ({ value, at, rejected }) => ({
    says: value,
    at: formatTimestamp(at),
    ...defined({ refused: rejected }),
  }));
}

function decodeSyncStates(states: NonNullable<z.infer<typeof itemSchema>['mirrored']>) {
  return mapValues(states, ({ says, at, refused }) => ({ value: says, at, ...defined({ rejected: refused }) }));
}

function mapValues<Value, Result>(values: { readonly [key: string]: Value }, map: (value: Value) => Result) {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, map(value)]));
}

/** Returns the Regions in a key made by {@link outboxKey}. */
function regionsIn(key: string): string[] {
  return key.replace(/#.*/, '').split('+');
}

/** Returns the key of a record. */
export function recordKey(address: AddressKey, list: string = defaultListName): Item {
  return toKey(address, listOf(address, list));
}

/** A report about several recipients is on no list: `#` keeps it apart from every name of a list. */
function listOf(address: AddressKey, list: string): string {
  return isReportKey(address) ? 'report#' : list;
}

/**
 * Returns the key of an event id that did not fit into the record of a list. Its item has the same partition key as the
 * record.
 */
export function overflowKey(address: AddressKey, eventId: string, list: string = defaultListName): Item {
  return toKey(address, `${overflowPrefix(list)}${eventId}`);
}

function overflowPrefix(list: string): string {
  return list === defaultListName ? 'seen#' : `seen#${list}#`;
}

/**
 * Returns the item for an event id that did not fit into the record. It expires when its email is too old to be
 * counted.
 */
export function toOverflowItem(address: AddressKey, eventId: string, seen: Seen, list: string = defaultListName): Item {
  const expiresAt = Math.ceil((seen.sentAt + idRetentionMs) / 1000);
  const key = overflowKey(address, eventId, list);
  return { ...key, seen: { S: encodeSeen(seen) }, expiresAt: { N: String(expiresAt) } };
}

/** Reads an event id from an item made by {@link toOverflowItem}. */
export function fromOverflowItem(
  { list: key, seen }: Item,
  list: string = defaultListName,
): { eventId: string; seen: Seen } {
  return { eventId: key?.S?.slice(overflowPrefix(list).length) ?? '', seen: decodeSeen(seen?.S ?? '') };
}

function toKey(address: AddressKey, list: string): Item {
  return { address: { S: address }, list: { S: list } };
}

function isoField<Name extends string>(name: Name, time: number | undefined): { [name in Name]?: string } {
  return time === undefined ? {} : ({ [name]: formatTimestamp(time) } as { [name in Name]: string });
}
