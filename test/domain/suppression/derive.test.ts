import type { AddressKey } from '../../../shared/domain/address.ts';
import type { RecipientEvent } from '../../../shared/domain/feedback/recipient-event.ts';
import { defaultPolicy, readPolicy } from '../../../shared/domain/policy/policy.ts';
import { decide } from '../../../shared/domain/suppression/decide.ts';
import { derive } from '../../../shared/domain/suppression/derive.ts';
import { emptyRecord, isSuppressedAt, type SuppressionRecord } from '../../../shared/domain/suppression/record.ts';
import { release } from '../../../shared/domain/suppression/release.ts';
import { decideAll, event, strikes } from '../../support/recipient-event.ts';
import { day, hour, noon } from '../../support/ses.ts';

/** The account suppression list is not synced, so no record has a pending sync. */
const syncOff = readPolicy({ accountList: { mode: 'off' } });

describe('the duration of a suppression', () => {
  test('is unlimited for a hard bounce, a complaint and a prevented send, and 14 days for a block', () => {
    const untilOf = (class_: RecipientEvent['class']) =>
      decide(undefined, event({ class: class_ }), defaultPolicy, noon + day).record?.until;
    expect([untilOf('hard'), untilOf('complaint'), untilOf('prevented')]).toEqual([undefined, undefined, undefined]);
    expect(untilOf('policy-block')).toBe(noon + 2000 + 14 * day);
  });

  test('is that of its longest cause, while the reason is the strongest one', () => {
    const soft = strikes(0, 1, 2, 3, 4);
    const blocked = event({ id: 'blocked', class: 'policy-block' });
    const { record } = decideAll([...soft, blocked], defaultPolicy, noon + 5 * day);
    expect(record).toMatchObject({ reason: 'policy-block', since: noon + 2000, until: noon + 34 * day });
  });

  test('is one hour for the mailbox simulator, whatever the cause', () => {
    const { record } = decide(undefined, event({ maxDurationMs: hour }), defaultPolicy, noon + day);
    expect(isSuppressedAt(record, noon + hour)).toBe(true);
    expect(isSuppressedAt(record, noon + 2000 + hour)).toBe(false);
  });

  test('keeps the record until 31 days after its newest email, and permanently if released or permanent', () => {
    const expiryOf = (...events: RecipientEvent[]) => decideAll(events, syncOff).record?.expiresAt;
    expect(expiryOf(event({ class: 'policy-block' }))).toBe(noon + 31 * day);
    expect(expiryOf(...strikes(0))).toBe(noon + 396 * day);
    expect(expiryOf(event())).toBeUndefined();
    const { record } = decideAll([event({ class: 'policy-block' })]);
    const released = release(record as SuppressionRecord, { at: noon + day, by: 'op', note: 'test' }, defaultPolicy);
    expect(released).toMatchObject({ status: 'released', causes: {} });
    expect(released.expiresAt).toBeUndefined();
  });

  test('does not depend on an expired record that DynamoDB has not deleted yet', () => {
    const { record } = decideAll([event({ class: 'policy-block' })], syncOff);
    const muchLater = noon + 200 * day;
    const later = event({ id: 'event-2', class: 'policy-block', sentAt: muchLater, at: muchLater });
    expect(decide(record, later, syncOff, muchLater + day).record).toMatchObject({
      since: muchLater,
      until: muchLater + 14 * day,
    });
  });
});

describe('a prevented send', () => {
  const prevented = (at: number) => event({ id: `prevented-${at}`, class: 'prevented', sentAt: at, at });

  test('suppresses an address that has no other cause', () => {
    expect(decideAll([prevented(noon)]).record).toMatchObject({
      status: 'suppressed',
      reason: 'ses-list',
      prevented: 1,
    });
  });

  test('is not explained by soft bounces, so it suppresses permanently beside them', () => {
    const { record } = decideAll([prevented(noon), ...strikes(1, 2, 3, 4, 5)], defaultPolicy, noon + 6 * day);
    expect(record).toMatchObject({ status: 'suppressed', reason: 'ses-list' });
    expect(record?.until).toBeUndefined();
  });

  test('does not make a block permanent', () => {
    const { record } = decideAll(
      [event({ class: 'policy-block' }), prevented(noon + day)],
      defaultPolicy,
      noon + 2 * day,
    );
    expect(record).toMatchObject({ reason: 'policy-block', until: noon + 2000 + 14 * day, prevented: 1 });
  });

  test('is explained by a block up to the moment the block ends', () => {
    const end = noon + 2000 + 14 * day;
    const { record } = decideAll([event({ class: 'policy-block' }), prevented(end)], defaultPolicy, end + 1);
    expect(record).toMatchObject({ reason: 'policy-block', until: end });
  });

  test('is explained by a block up to its end, even if the entry is not deleted then', () => {
    const end = noon + 2000 + 14 * day;
    const { record } = decideAll([event({ class: 'policy-block' }), prevented(end)], syncOff, end + 1);
    expect(record).toMatchObject({ reason: 'policy-block', until: end });
  });

  test('is explained by a bounce until the bounce ends, even if it is not synced', () => {
    const { record } = decideAll([event({ maxDurationMs: hour }), prevented(noon + hour)]);
    expect(record).toMatchObject({ reason: 'hard', until: noon + 2000 + hour });
  });

  test('suppresses permanently if the block has ended and its entry was not deleted', () => {
    const late = noon + 20 * day;
    const { record } = decideAll([event({ class: 'policy-block' }), prevented(late)], syncOff, late + day);
    expect(record).toMatchObject({ status: 'suppressed', reason: 'ses-list' });
    expect(record?.until).toBeUndefined();
  });
});

test('an entry of SES counts beside another cause only if SES still prevents sends after that cause has ended', () => {
  const until = noon + 14 * day;
  const blocked = { since: noon, last: noon, until };
  const derived = (last: number) =>
    derive(
      {
        ...emptyRecord('ann@example.net' as AddressKey),
        causes: { 'policy-block': blocked, 'ses-list': { since: noon, last } },
      },
      syncOff,
    );
  // The deletion of SES's entry may take an hour.
  expect(derived(until + 1)).toMatchObject({ reason: 'policy-block', until });
  expect(derived(until + hour)).toMatchObject({ reason: 'policy-block', until });
  expect(derived(until + hour + 1)).not.toHaveProperty('until');
});
