import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { fromAlarmItem, toAlarmItem } from '../../../shared/aws/dynamodb/alarm-item.ts';
import { readDayItem, toDayItem } from '../../../shared/aws/dynamodb/day-item.ts';
import { fromHistoryItem, toHistoryItem } from '../../../shared/aws/dynamodb/history-item.ts';
import { fromStatusChangeItem, toStatusChangeItem } from '../../../shared/aws/dynamodb/status-change-item.ts';
import { fromItem, fromOverflowItem, toItem, toOverflowItem } from '../../../shared/aws/dynamodb/suppression-item.ts';
import type { AddressKey } from '../../../shared/domain/address.ts';
import { toNoticeMessage } from '../../../shared/domain/reputation/format-notice.ts';
import type { OperatorChange } from '../../../shared/domain/suppression/operator-change.ts';
import type { StatusChange } from '../../../shared/domain/suppression/status-change.ts';
import stored from './stored-items.json';

/** Items as version 0.1.0 wrote them. Attributes keep their names, so this version reads and writes the same items. */
type Item = Record<string, AttributeValue>;
const itemsOf = (items: readonly { readonly name: string; readonly item: unknown }[]) =>
  items.map(({ name, item }) => [name, item as Item] as const);

test.each(itemsOf(stored.records))('a record of version 0.1.0 is read and written unchanged: %s', (_name, item) => {
  const read = fromItem(item);
  if ('unreadable' in read) throw new Error(read.unreadable);
  expect(read.unknown).toEqual({});
  expect(toItem(read.record, read.version, item.list?.S)).toEqual(item);
});

test('an overflow item of version 0.1.0 is read and written unchanged', () => {
  const item = stored.overflow as Item;
  const { eventId, seen } = fromOverflowItem(item);
  expect(toOverflowItem(item.address?.S as AddressKey, eventId, seen)).toEqual(item);
});

test.each(itemsOf(stored.alarms))('an alarm of version 0.1.0 is read and written unchanged: %s', (_name, item) => {
  const { alarm, ...name } = fromAlarmItem(item);
  const { pending: stored, ...others } = item;
  const { pending, ...written } = toAlarmItem(name, alarm);
  expect(written).toEqual(others);
  expect(pending?.S === undefined ? undefined : JSON.parse(pending.S)).toEqual(stored?.S && JSON.parse(stored.S));
});

test('the peak of an alarm of version 0.1.0 has the names of today', () => {
  const [first] = stored.alarms;
  expect(fromAlarmItem(first?.item as Item).alarm.peak).toEqual({ rate: 0.12, bad: 120, total: 1000 });
});

test('a notice that version 0.1.0 did not publish is published with the current names', () => {
  const [first] = stored.alarms;
  const { alarm, ...name } = fromAlarmItem(first?.item as Item);
  const notice = alarm.pending?.notice;
  expect(name).toEqual({ scope: 'configuration-set:news', rule: 'rate-exceeded', metric: 'bounceRate' });
  expect(notice).toMatchObject({
    rule: 'rate-exceeded',
    bad: 130,
    total: 1100,
    thresholds: { review: 0.05, pause: 0.1 },
    headroom: { remaining: 22, hoursToThreshold: 1.5, basedOnHours: 2 },
    rates: { '24h': { bad: 130, total: 1500 } },
    contributors: [{ kind: 'provider', name: 'gmail', bad: 100, of: 130 }],
    pausedConfigurationSet: 'news',
  });
  const { subject, parts } = toNoticeMessage(notice as NonNullable<typeof notice>);
  expect(`${subject}\n${parts.default}`).not.toMatch(/undefined|NaN/);
});

test('a day of version 0.1.0 is read and written unchanged', () => {
  const item = stored.day as Item;
  expect(toDayItem('account', readDayItem(item))).toEqual(item);
});

test('a change of status keeps the form in which it waits to be published', () => {
  const change: StatusChange = {
    id: 'change-1',
    at: '2026-11-20T12:00:00.000Z',
    address: 'ann@example.net',
    list: 'account',
    status: 'suppressed',
    until: null,
    reason: 'hard',
    fault: 'recipient',
    messageId: 'message-1',
  };
  const item = {
    address: { S: 'ann@example.net' },
    list: { S: 'change#change-1' },
    mirror: { S: expect.stringMatching(/^status-changes#[0-3]$/) },
    mirrorDue: { N: '1795176000000' },
    change: { S: JSON.stringify(change) },
    expiresAt: { N: '1796385600' },
  };
  expect(toStatusChangeItem(change)).toEqual(item);
  expect(fromStatusChangeItem(toStatusChangeItem(change))).toEqual(change);
});

test('the time of the last change of status is an attribute of the record, and is read again', () => {
  const [, item] = itemsOf(stored.records)[0] ?? [];
  const read = fromItem({ ...item, changedAt: { N: '1795176000000' } });
  if ('unreadable' in read) throw new Error(read.unreadable);
  expect(read.changedAt).toBe(1_795_176_000_000);
  expect(toItem(read.record, read.version, item?.list?.S, read.changedAt).changedAt).toEqual({ N: '1795176000000' });
});

test('a change by an operator keeps the form in which it is stored', () => {
  const change: OperatorChange = {
    address: 'ann@example.net',
    list: 'newsletter',
    action: 'suppressed',
    at: Date.UTC(2026, 10, 20, 12),
    by: 'alice',
    note: 'left',
    until: Date.UTC(2027, 0, 1),
    before: { reason: 'soft', since: Date.UTC(2026, 10, 1), until: Date.UTC(2026, 11, 1) },
  };
  const item = {
    address: { S: 'ann@example.net' },
    list: { S: 'history#2026-11-20T12:00:00.000Z#change-1' },
    changedList: { S: 'newsletter' },
    action: { S: 'suppressed' },
    by: { S: 'alice' },
    note: { S: 'left' },
    until: { S: '2027-01-01T00:00:00.000Z' },
    before: {
      M: {
        reason: { S: 'soft' },
        since: { S: '2026-11-01T00:00:00.000Z' },
        until: { S: '2026-12-01T00:00:00.000Z' },
      },
    },
    mirror: { S: expect.stringMatching(/^history-2026-11#[0-3]$/) },
    mirrorDue: { N: '1795176000000' },
    expiresAt: { N: '1829736000' },
  };
  expect(toHistoryItem(change, 'change-1')).toEqual(item);
  expect(fromHistoryItem(toHistoryItem(change, 'change-1'))).toEqual(change);
  const { list: _, until: __, before: ___, ...short } = change;
  expect(fromHistoryItem(toHistoryItem(short, 'change-2'))).toEqual(short);
  expect(fromHistoryItem({ address: { S: 'ann@example.net' } })).toBeUndefined();
});
