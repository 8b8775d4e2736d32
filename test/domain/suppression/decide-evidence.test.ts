import { defaultPolicy } from '../../../shared/domain/policy/policy.ts';
import { decide } from '../../../shared/domain/suppression/decide.ts';
import { accountListName } from '../../../shared/domain/suppression/list-name.ts';
import { isExpired, isSuppressedAt } from '../../../shared/domain/suppression/record.ts';
import { address, decideAll, event } from '../../support/recipient-event.ts';
import { day, noon } from '../../support/ses.ts';

const scopes = ['account', 'identity:example.com'];

test('the whole record of a first hard bounce', () => {
  const { record } = decideAll([event({ subType: 'NoEmail', status: '5.1.1', diagnosticCode: '550 unknown' })]);
  expect(record).toStrictEqual({
    address,
    status: 'suppressed',
    reason: 'hard',
    since: noon + 2000,
    causes: { hard: { since: noon + 2000, last: noon + 2000 } },
    evidence: [
      {
        id: 'event-1',
        class: 'hard',
        rule: 'test',
        subType: 'NoEmail',
        status: '5.1.1',
        diagnosticCode: '550 unknown',
        messageId: 'mail-1',
        channel: 'configuration-set',
        at: noon + 2000,
      },
    ],
    seen: { 'event-1': { sentAt: noon, scopes: [expect.stringMatching(/^.{5}$/), expect.stringMatching(/^.{5}$/)] } },
    overflow: {},
    strikes: [],
    addressVariants: [],
    prevented: 0,
    pendingSync: { regions: ['home'], due: noon + 2000 },
    newestSentAt: noon,
  });
});

test('the whole record of a soft bounce without a word', () => {
  const { record } = decideAll([event({ class: 'soft', effect: 'watch' })]);
  expect(record).toStrictEqual({
    address,
    status: 'watched',
    causes: {},
    evidence: [
      {
        id: 'event-1',
        class: 'soft',
        rule: 'test',
        messageId: 'mail-1',
        channel: 'configuration-set',
        at: noon + 2000,
      },
    ],
    seen: { 'event-1': { sentAt: noon, scopes: [expect.any(String), expect.any(String)] } },
    overflow: {},
    strikes: [],
    addressVariants: [],
    prevented: 0,
    newestSentAt: noon,
    expiresAt: noon + 31 * day,
  });
});

test('words are cut to what an item has room for', () => {
  const long = 'x'.repeat(999);
  const [evidence] = decideAll([event({ subType: long, status: long, messageId: long })]).record?.evidence ?? [];
  expect([evidence?.subType?.length, evidence?.status?.length, evidence?.messageId.length]).toEqual([64, 16, 128]);
});

test('of one moment evidence stands in the order of its ids, whichever came first', () => {
  const [a, b] = [event({ id: 'a' }), event({ id: 'b' })];
  const ids = (...events: (typeof a)[]) => decideAll(events).record?.evidence.map(({ id }) => id);
  expect([ids(a, b), ids(b, a)]).toEqual([
    ['a', 'b'],
    ['a', 'b'],
  ]);
});

describe('what is remembered of an event', () => {
  test('that it was counted nowhere, where it counts toward nothing', () => {
    const { record, counts } = decideAll([event({ metric: null })]);
    expect(counts).toEqual([]);
    expect(record?.seen).toEqual({ 'event-1': { sentAt: noon, scopes: [] } });
  });

  test('that it has come, where it is counted in no scope', () => {
    const first = decide(undefined, event({ scopes: [] }), defaultPolicy, noon + day);
    expect(first.record?.seen).toEqual({ 'event-1': { sentAt: noon, scopes: [] } });
    expect(decide(first.record, event({ scopes: [] }), defaultPolicy, noon + day).record).toBe(first.record);
  });

  test('for 31 days after its mail, and no longer', () => {
    const { record } = decideAll([event()]);
    const idsAt = (now: number) =>
      Object.keys(decide(record, event({ id: 'later', sentAt: now, at: now }), defaultPolicy, now).record?.seen ?? {});
    expect(idsAt(noon + 31 * day - 1)).toEqual(['event-1', 'later']);
    expect(idsAt(noon + 31 * day)).toEqual(['later']);
  });

  test('in the place it has, also when a richer copy comes: in a full record, or beside one that has room again', () => {
    const many = Array.from({ length: 65 }, (_, i) => event({ id: `e${i}`, sentAt: noon + (i === 64 ? 20 * day : 0) }));
    const { record } = decideAll(many, defaultPolicy, noon + 21 * day);
    const richer = (id: string, sentAt: number) => event({ id, sentAt, scopes: [...scopes, 'tenant:acme'] });
    const inside = decide(record, richer('e3', noon), defaultPolicy, noon + 21 * day);
    expect([inside.record?.seen.e3?.scopes.length, Object.keys(inside.record?.overflow ?? {})]).toEqual([3, ['e64']]);
    const beside = decide(record, richer('e64', noon + 20 * day), defaultPolicy, noon + 40 * day);
    expect([beside.record?.overflow.e64?.scopes.length, beside.record?.seen]).toEqual([3, {}]);
    expect(beside.counts).toHaveLength(1);
  });
});

test('the first copy is news, the others are not', () => {
  const first = decide(undefined, event(), defaultPolicy, noon + day);
  const richer = event({ scopes: [...scopes, 'tenant:acme'] });
  expect([first.isNew, decide(first.record, richer, defaultPolicy, noon + day).isNew]).toEqual([true, false]);
});

test('suppressed is who has the status, until the moment it ends', () => {
  expect(isSuppressedAt(undefined, noon)).toBe(false);
  expect(isSuppressedAt({ status: 'watched' }, noon)).toBe(false);
  expect(isSuppressedAt({ status: 'released' }, noon)).toBe(false);
  expect(isSuppressedAt({ status: 'suppressed' }, noon)).toBe(true);
  expect(isSuppressedAt({ status: 'suppressed', until: noon + 1 }, noon)).toBe(true);
  expect(isSuppressedAt({ status: 'suppressed', until: noon }, noon)).toBe(false);
});

test('a record ends with the moment it expires, and without one never', () => {
  const { record } = decideAll([event({ class: 'soft' })]);
  if (record?.expiresAt === undefined) throw new Error('a soft bounce is remembered for a while only');
  expect([isExpired(record, record.expiresAt - 1), isExpired(record, record.expiresAt)]).toEqual([false, true]);
  const { record: lasting } = decideAll([event()]);
  expect(lasting && isExpired(lasting, Number.MAX_SAFE_INTEGER)).toBe(false);
});

test('the list everything goes to is part of every key', () => {
  expect(accountListName).toBe('account');
});
