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
/** Nothing waits for SES's own list to be told. */
const notMirrored = readPolicy({ accountList: { mode: 'off' } });
/** At a moment, until a moment. */
const byHand = (record: SuppressionRecord, at: number, until?: number, policy = defaultPolicy) =>
  suppress(record, { at, by: 'op', note: 'test', ...(until !== undefined && { until }) }, policy);
const letGo = (record: SuppressionRecord, at: number) =>
  release(record, { at, by: 'other', note: 'asked' }, defaultPolicy);

describe('who is suppressed by hand', () => {
  test('is so for good, from then on, and it is known who said it and why', () => {
    expect(suppress(empty, { at: noon, by: 'op', note: 'asked by phone' }, notMirrored)).toStrictEqual({
      ...empty,
      status: 'suppressed',
      reason: 'manual',
      since: noon,
      causes: { manual: { since: noon, last: noon, permanentSince: noon } },
      suppressed: { at: noon, by: 'op', note: 'asked by phone' },
    });
  });

  test('or until the moment that was said, and the record stays for as long as feedback on that may come', () => {
    const record = byHand(empty, noon, noon + day);
    expect(record).toMatchObject({ status: 'suppressed', until: noon + day, expiresAt: noon + 32 * day });
    expect(record.causes).toStrictEqual({ manual: { since: noon, last: noon, until: noon + day } });
    expect([isSuppressedAt(record, noon + day - 1), isSuppressedAt(record, noon + day)]).toEqual([true, false]);
  });

  test('is suppressed for that first, whatever else suppresses, and as long as anything does', () => {
    const known = decideAll([event({ class: 'complaint' }), event({ id: 'b', class: 'policy-block' })]).record;
    const record = byHand(known as SuppressionRecord, noon + day, noon + 2 * day);
    expect(record).toMatchObject({ reason: 'manual', since: noon + 2000 });
    expect(record).not.toHaveProperty('until');
    expect(Object.keys(record.causes).sort()).toEqual(['complaint', 'manual', 'policy-block']);
  });

  test('stays so through deliveries', () => {
    const { record } = decideAll(strikes(0));
    const held = byHand(record as SuppressionRecord, noon + day);
    expect(resetStrikes(held, noon + 2 * day, defaultPolicy)).toMatchObject({ status: 'suppressed', reason: 'manual' });
  });
});

describe('the last word counts', () => {
  const lasting = { since: noon, last: noon, permanentSince: noon };
  const later = noon + hour;

  test.each<[string, before: Cause, until: number | undefined, after: Cause]>([
    [
      'an end that is put off',
      { since: noon, last: noon, until: noon + day },
      noon + 2 * day,
      { since: noon, last: later, until: noon + 2 * day },
    ],
    [
      'an end that comes sooner',
      { since: noon, last: noon, until: noon + 2 * day },
      noon + day,
      { since: noon, last: later, until: noon + day },
    ],
    [
      'an end where there was none: it is known that there was none',
      lasting,
      noon + day,
      { since: noon, last: later, until: noon + day, permanentSince: noon },
    ],
    [
      'no end where there was one: it lasts since this was said',
      { since: noon, last: noon, until: noon + day },
      undefined,
      { since: noon, last: later, permanentSince: later },
    ],
    ['the same once more', lasting, undefined, { since: noon, last: later, permanentSince: noon }],
    [
      'no end, once more, after one',
      { since: noon, last: noon, until: noon + day, permanentSince: noon - hour },
      undefined,
      { since: noon, last: later, permanentSince: noon - hour },
    ],
    [
      'after one that has just ended: it begins anew',
      { since: noon, last: noon, until: later },
      noon + day,
      { since: later, last: later, until: noon + day },
    ],
    [
      'in the last moment of one: it goes on',
      { since: noon, last: noon, until: later + 1 },
      noon + day,
      { since: noon, last: later, until: noon + day },
    ],
    [
      'by a clock that is behind',
      { since: later + 1, last: later + 2, until: later + 9 },
      noon + day,
      { since: later + 1, last: later + 1, until: noon + day },
    ],
  ])('%s', (_, before, until, after) => {
    const record = byHand({ ...empty, causes: { manual: before } }, later, until);
    expect(record.causes.manual).toStrictEqual(after);
    expect(record.suppressedManually).toEqual({ at: later, by: 'op', note: 'test' });
  });

  test('against a release, also one whose clock was ahead, and what is older than the release stays without effect', () => {
    const { record } = decideAll([event({ at: noon + 30 * day })]);
    const free = letGo(record as SuppressionRecord, noon + hour);
    expect(free.released?.at).toBe(noon + 30 * day);
    const held = byHand(free, noon + day);
    expect(held).toMatchObject({ status: 'suppressed', reason: 'manual', released: { by: 'other' } });
    const old = event({ id: 'old', class: 'complaint', at: noon + 29 * day });
    expect(decide(held, old, defaultPolicy, noon + 29 * day).record?.causes).toEqual(held.causes);
  });

  test('a release ends it, and of two who contradict each other the record names the last', () => {
    const free = letGo(byHand(empty, noon), noon + day);
    expect(free).toMatchObject({ status: 'released', causes: {}, released: { at: noon + day, by: 'other' } });
    expect(free).not.toHaveProperty('suppressed');
    const again = byHand(free, noon + 2 * day, noon + 3 * day);
    expect(again).toMatchObject({ released: { by: 'other' }, suppressed: { by: 'op' }, until: noon + 3 * day });
    expect(again).not.toHaveProperty('expiresAt');
  });

  test('a release by a clock that is behind ends it as well', () => {
    expect(letGo(byHand(empty, noon), noon - day)).toMatchObject({ status: 'released', released: { at: noon } });
  });
});

describe("what SES's own list refuses", () => {
  const prevented = (at: number) => event({ id: `prevented-${at}`, class: 'prevented', sentAt: at, at });
  const refusedAt = (record: SuppressionRecord, at: number, policy = defaultPolicy) =>
    decide(record, prevented(at), policy, at + hour).record as SuppressionRecord;

  test('has its reason in a suppression that SES is told of: it stays one with its end, when it gets one', () => {
    const held = refusedAt(byHand(empty, noon), noon + day);
    const ended = byHand(held, noon + 2 * day, noon + 3 * day);
    expect(ended).toMatchObject({ reason: 'manual', since: noon, until: noon + 3 * day, prevented: 1 });
  });

  test.each<[string, SuppressionRecord, typeof defaultPolicy]>([
    ['that SES is not told of, as it has an end', byHand(empty, noon, noon + 9 * day), defaultPolicy],
    ['that nobody tells SES of', byHand(empty, noon, undefined, notMirrored), notMirrored],
    ['that SES is told of only after that', byHand(empty, noon + 2 * day), defaultPolicy],
    ['that SES is told of only after that, as it had an end', byHand(empty, noon, noon + 2 * day), defaultPolicy],
  ])('has a reason of its own beside one %s', (_, held, policy) => {
    const refused = refusedAt(held, noon + day, policy);
    const lasting = byHand(refused, noon + 2 * day, undefined, policy);
    for (const record of [refused, byHand(lasting, noon + 3 * day, noon + 4 * day, policy)]) {
      expect(record).toMatchObject({ status: 'suppressed', reason: 'manual' });
      expect(record).not.toHaveProperty('until');
    }
  });

  test('soon after the end is still known not to be a reason of its own', () => {
    const ended = byHand(byHand(empty, noon), noon + hour, noon + day);
    const deleted = { value: 'none from 2026-11-21T12:00:00.000Z', at: noon + day + 9 };
    // What an application would find that reads it a week later.
    const record = refusedAt({ ...ended, syncStates: { home: deleted } }, noon + day + hour);
    expect(isSuppressedAt(record, noon + 8 * day)).toBe(false);
    expect(isExpired(record, noon + 31 * day)).toBe(false);
    const late = refusedAt(record, noon + day + 9 + hour + 1);
    expect(isSuppressedAt(late, noon + 8 * day)).toBe(true);
  });
});
