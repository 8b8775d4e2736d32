import { defaultPolicy, readPolicy } from '../../../shared/domain/policy/policy.ts';
import { decide } from '../../../shared/domain/suppression/decide.ts';
import {
  type Cause,
  emptyRecord,
  isExpired,
  isSuppressedAt,
  type SuppressionRecord,
} from '../../../shared/domain/suppression/record.ts';
import { release } from '../../../shared/domain/suppression/release.ts';
import { resetStrikes } from '../../../shared/domain/suppression/reset-strikes.ts';
import { suppress } from '../../../shared/domain/suppression/suppress.ts';
import { address, decideAll, event, strikes } from '../../support/recipient-event.ts';
import { day, hour, noon } from '../../support/ses.ts';

const empty = emptyRecord(address);
/** The account suppression list is not synced, so no record has a pending sync. */
const syncOff = readPolicy({ accountList: { mode: 'off' } });
const suppressAt = (record: SuppressionRecord, at: number, until?: number, policy = defaultPolicy) =>
  suppress(record, { at, by: 'op', note: 'test', ...(until !== undefined && { until }) }, policy);
const releaseAt = (record: SuppressionRecord, at: number) =>
  release(record, { at, by: 'other', note: 'asked' }, defaultPolicy);

describe('a manual suppression', () => {
  test('is permanent from then on, and records who suppressed the address and why', () => {
    expect(suppress(empty, { at: noon, by: 'op', note: 'asked by phone' }, syncOff)).toStrictEqual({
      ...empty,
      status: 'suppressed',
      reason: 'manual',
      since: noon,
      causes: { manual: { since: noon, last: noon, permanentSince: noon } },
      suppressedManually: { at: noon, by: 'op', note: 'asked by phone' },
    });
  });

  test('with an end lasts until then, and the record stays for as long as related feedback may arrive', () => {
    const record = suppressAt(empty, noon, noon + day);
    expect(record).toMatchObject({ status: 'suppressed', until: noon + day, expiresAt: noon + 32 * day });
    expect(record.causes).toStrictEqual({ manual: { since: noon, last: noon, until: noon + day } });
    expect([isSuppressedAt(record, noon + day - 1), isSuppressedAt(record, noon + day)]).toEqual([true, false]);
  });

  test('is the reason shown before any other that does not last longer', () => {
    const known = decideAll([event({ class: 'policy-block' })]).record as SuppressionRecord;
    const end = known.until ?? 0;
    expect(suppressAt(known, noon + day)).toMatchObject({ reason: 'manual', since: noon + 2000 });
    expect(suppressAt(known, noon + day, end)).toMatchObject({ reason: 'manual', until: end });
    expect(suppressAt(known, noon + day, end - 1)).toMatchObject({ reason: 'policy-block', until: end });
  });

  test('is not the reason while something else suppresses the address for longer', () => {
    const known = decideAll([event({ class: 'complaint' }), event({ id: 'b', class: 'policy-block' })]).record;
    const record = suppressAt(known as SuppressionRecord, noon + day, noon + 2 * day);
    expect(record).toMatchObject({ reason: 'complaint', since: noon + 2000 });
    expect(record).not.toHaveProperty('until');
    expect(Object.keys(record.causes).sort()).toEqual(['complaint', 'manual', 'policy-block']);
  });

  test('is not ended by a delivery', () => {
    const { record } = decideAll(strikes(0));
    const suppressed = suppressAt(record as SuppressionRecord, noon + day);
    expect(resetStrikes(suppressed, noon + 2 * day, defaultPolicy)).toMatchObject({
      status: 'suppressed',
      reason: 'manual',
    });
  });
});

describe('the most recent operation wins', () => {
  const permanent = { since: noon, last: noon, permanentSince: noon };
  const later = noon + hour;

  test.each<[string, before: Cause, until: number | undefined, after: Cause]>([
    [
      'a later end extends the suppression',
      { since: noon, last: noon, until: noon + day },
      noon + 2 * day,
      { since: noon, last: later, until: noon + 2 * day },
    ],
    [
      'an earlier end shortens the suppression',
      { since: noon, last: noon, until: noon + 2 * day },
      noon + day,
      { since: noon, last: later, until: noon + day },
    ],
    [
      'a permanent suppression can get an end, and stays known to have been permanent',
      permanent,
      noon + day,
      { since: noon, last: later, until: noon + day, permanentSince: noon },
    ],
    [
      'a suppression with an end becomes permanent from now on',
      { since: noon, last: noon, until: noon + day },
      undefined,
      { since: noon, last: later, permanentSince: later },
    ],
    [
      'a permanent suppression stays permanent since its start',
      permanent,
      undefined,
      { since: noon, last: later, permanentSince: noon },
    ],
    [
      'a suppression that was permanent before it got an end is permanent since the first time',
      { since: noon, last: noon, until: noon + day, permanentSince: noon - hour },
      undefined,
      { since: noon, last: later, permanentSince: noon - hour },
    ],
    [
      'a suppression that has just ended starts anew',
      { since: noon, last: noon, until: later },
      noon + day,
      { since: later, last: later, until: noon + day },
    ],
    [
      'a suppression in its last millisecond continues',
      { since: noon, last: noon, until: later + 1 },
      noon + day,
      { since: noon, last: later, until: noon + day },
    ],
    [
      'a clock that is behind does not end a suppression before its start',
      { since: later + 1, last: later + 2, until: later + 9 },
      noon + day,
      { since: later + 1, last: later + 1, until: noon + day },
    ],
  ])('%s', (_title, before, until, after) => {
    const record = suppressAt({ ...empty, causes: { manual: before } }, later, until);
    expect(record.causes.manual).toStrictEqual(after);
    expect(record.suppressedManually).toEqual({ at: later, by: 'op', note: 'test' });
  });

  test('over a release, even one from a clock that is ahead, and feedback from before that release has no effect', () => {
    const { record } = decideAll([event({ at: noon + 30 * day })]);
    const released = releaseAt(record as SuppressionRecord, noon + hour);
    expect(released.released?.at).toBe(noon + 30 * day);
    const suppressed = suppressAt(released, noon + day);
    expect(suppressed).toMatchObject({ status: 'suppressed', reason: 'manual', released: { by: 'other' } });
    const old = event({ id: 'old', class: 'complaint', at: noon + 29 * day });
    expect(decide(suppressed, old, defaultPolicy, noon + 29 * day).record?.causes).toEqual(suppressed.causes);
  });

  test('a release ends a manual suppression, and the record no longer names who suppressed the address', () => {
    const released = releaseAt(suppressAt(empty, noon), noon + day);
    expect(released).toMatchObject({ status: 'released', causes: {}, released: { at: noon + day, by: 'other' } });
    expect(released).not.toHaveProperty('suppressedManually');
    const again = suppressAt(released, noon + 2 * day, noon + 3 * day);
    expect(again).toMatchObject({
      released: { by: 'other' },
      suppressedManually: { by: 'op' },
      until: noon + 3 * day,
    });
    expect(again).not.toHaveProperty('expiresAt');
  });

  test('a release by a clock that is behind ends it too', () => {
    expect(releaseAt(suppressAt(empty, noon), noon - day)).toMatchObject({
      status: 'released',
      released: { at: noon },
    });
  });
});

describe('a send that SES prevents', () => {
  const prevented = (at: number) => event({ id: `prevented-${at}`, class: 'prevented', sentAt: at, at });
  const afterPrevented = (record: SuppressionRecord, at: number, policy = defaultPolicy) =>
    decide(record, prevented(at), policy, at + hour).record as SuppressionRecord;

  test('is explained by a manual suppression that is synced to SES, even if the suppression gets an end later', () => {
    const suppressed = afterPrevented(suppressAt(empty, noon), noon + day);
    const shortened = suppressAt(suppressed, noon + 2 * day, noon + 3 * day);
    expect(shortened).toMatchObject({ reason: 'manual', since: noon, until: noon + 3 * day, prevented: 1 });
  });

  test.each<[string, SuppressionRecord, typeof defaultPolicy]>([
    ['has an end, so it is not synced', suppressAt(empty, noon, noon + 9 * day), defaultPolicy],
    ['is not synced, because the sync is off', suppressAt(empty, noon, undefined, syncOff), syncOff],
    ['begins only later', suppressAt(empty, noon + 2 * day), defaultPolicy],
    ['becomes permanent only later', suppressAt(empty, noon, noon + 2 * day), defaultPolicy],
  ])('suppresses permanently beside a manual suppression that %s', (_title, suppressed, policy) => {
    const before = afterPrevented(suppressed, noon + day, policy);
    const permanent = suppressAt(before, noon + 2 * day, undefined, policy);
    for (const record of [before, suppressAt(permanent, noon + 3 * day, noon + 4 * day, policy)]) {
      expect(record).toMatchObject({ status: 'suppressed' });
      const isPermanent = record.causes.manual?.until === undefined;
      expect(record.reason).toBe(isPermanent ? 'manual' : 'ses-list');
      expect(record).not.toHaveProperty('until');
    }
  });

  test('within an hour of the deletion does not suppress again, and later does', () => {
    const shortened = suppressAt(suppressAt(empty, noon), noon + hour, noon + day);
    const deleted = { value: 'none from 2026-11-21T12:00:00.000Z', at: noon + day + 9 };
    // The state that an application finds if it reads the record a week later.
    const record = afterPrevented({ ...shortened, syncStates: { home: deleted } }, noon + day + hour);
    expect(isSuppressedAt(record, noon + 8 * day)).toBe(false);
    expect(isExpired(record, noon + 31 * day)).toBe(false);
    const late = afterPrevented(record, noon + day + 9 + hour + 1);
    expect(isSuppressedAt(late, noon + 8 * day)).toBe(true);
  });
});
