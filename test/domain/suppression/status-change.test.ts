import { parseAddress } from '../../../shared/domain/address.ts';
import { defaultPolicy } from '../../../shared/domain/policy/policy.ts';
import { emptyRecord, type SuppressionRecord } from '../../../shared/domain/suppression/record.ts';
import { release } from '../../../shared/domain/suppression/release.ts';
import { statusChangeOf } from '../../../shared/domain/suppression/status-change.ts';
import { decideAll, event, strikes } from '../../support/recipient-event.ts';
import { day, noon } from '../../support/ses.ts';

const written = { id: 'change-1', at: noon + day, list: 'account' };
const recordOf = (...events: Parameters<typeof decideAll>[0]) => decideAll(events).record as SuppressionRecord;

/** The change from one record to another. */
const change = (before: SuppressionRecord | undefined, record: SuppressionRecord) =>
  statusChangeOf({ record, stored: before && { record: before, version: 'v1', unknown: {} } }, written);

const hard = event({ fault: 'recipient', messageId: 'message-1' });
const blocked = event({ class: 'policy-block', fault: 'sender', messageId: 'message-2' });

test('the first suppression is a change, with the fault and the email that caused it', () => {
  expect(change(undefined, recordOf(hard))).toEqual({
    id: 'change-1',
    at: '2026-11-21T12:00:00.000Z',
    address: hard.address,
    list: 'account',
    status: 'suppressed',
    reason: 'hard',
    until: null,
    fault: 'recipient',
    messageId: 'message-1',
  });
  expect(change(undefined, recordOf(blocked))).toMatchObject({ until: '2026-12-04T12:00:02.000Z', fault: 'sender' });
});

test('an address that was only watched changes when it is suppressed, and not before', () => {
  const watched = recordOf(...strikes(0, 1, 2, 3));
  expect(change(undefined, watched)).toBeUndefined();
  expect(change(watched, recordOf(...strikes(0, 1, 2, 3, 4)))).toMatchObject({ status: 'suppressed', reason: 'soft' });
});

test('a later end, a stronger reason and a permanent suppression are changes', () => {
  const once = recordOf(blocked);
  const later = event({ id: 'later', class: 'policy-block', fault: 'sender', at: noon + day, messageId: 'message-3' });
  expect(change(once, recordOf(blocked, later))).toMatchObject({ reason: 'policy-block', messageId: 'message-3' });
  expect(change(once, recordOf(blocked, { ...hard, id: 'hard' }))).toMatchObject({ reason: 'hard', until: null });
});

test('each of the status, the reason and the end is a change by itself', () => {
  const before = recordOf(blocked);
  expect(change(before, { ...before, status: 'released' })).toMatchObject({ status: 'released' });
  expect(change(before, { ...before, reason: 'soft' })).toMatchObject({ reason: 'soft' });
  expect(change(before, { ...before, until: noon + 90 * day })).toMatchObject({ until: '2027-02-18T12:00:00.000Z' });
  expect(change(before, before)).toBeUndefined();
});

test('more evidence of what is known is no change', () => {
  expect(change(recordOf(hard), recordOf(hard, { ...hard, id: 'again', at: noon + day }))).toBeUndefined();
});

test('a release has no reason, no end, no fault and no email', () => {
  const before = recordOf(hard);
  const released = release(before, { at: noon + day, by: 'op', note: 'test' }, defaultPolicy);
  expect(change(before, released)).toEqual({
    id: 'change-1',
    at: '2026-11-21T12:00:00.000Z',
    address: hard.address,
    list: 'account',
    status: 'released',
  });
});

test('the record of a report about several recipients belongs to no address', () => {
  const key = 'report#one' as SuppressionRecord['address'];
  expect(change(undefined, { ...emptyRecord(key), status: 'suppressed', reason: 'complaint' })).toBeUndefined();
  expect(parseAddress(key)).toBeUndefined();
});
