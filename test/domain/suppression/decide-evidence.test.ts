import { defaultPolicy } from '../../../shared/domain/policy/policy.ts';
import { decide } from '../../../shared/domain/suppression/decide.ts';
import { address, decideAll, event } from '../../support/recipient-event.ts';
import { day, noon } from '../../support/ses.ts';

const scopes = ['account', 'identity:example.com'];

test('a first hard bounce creates this record', () => {
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
    newestSentAt: noon,
  });
});

test('the evidence has the verdict, and the start of what the report says', () => {
  const verdict = { fault: 'sender', row: 'block-list', provider: 'google' } as const;
  const [evidence] = decideAll([event({ ...verdict, reportedAs: 'o'.repeat(300) })]).record?.evidence ?? [];
  expect(evidence).toMatchObject({ ...verdict, reportedAs: 'o'.repeat(256) });
});

test('a soft bounce without a sub-type, status or diagnostic code creates this record', () => {
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
    seen: { 'event-1': { sentAt: noon, scopes: [expect.any(String), expect.any(String)], isOnlyWatched: true } },
    overflow: {},
    strikes: [],
    addressVariants: [],
    prevented: 0,
    newestSentAt: noon,
    expiresAt: noon + 31 * day,
  });
});

test('texts of the evidence are truncated, so that the item stays small', () => {
  const long = 'x'.repeat(999);
  const [evidence] = decideAll([event({ subType: long, status: long, messageId: long })]).record?.evidence ?? [];
  expect([evidence?.subType?.length, evidence?.status?.length, evidence?.messageId.length]).toEqual([64, 16, 128]);
});

test('evidence with the same time is sorted by id, in whatever order it arrives', () => {
  const [a, b] = [event({ id: 'a' }), event({ id: 'b' })];
  const ids = (...events: (typeof a)[]) => decideAll(events).record?.evidence.map(({ id }) => id);
  expect([ids(a, b), ids(b, a)]).toEqual([
    ['a', 'b'],
    ['a', 'b'],
  ]);
});

describe('a record remembers', () => {
  test('that an event without a metric was not counted', () => {
    const { record, counts } = decideAll([event({ metric: null })]);
    expect(counts).toEqual([]);
    expect(record?.seen).toEqual({ 'event-1': { sentAt: noon, scopes: [] } });
  });

  test('an event that is counted in no scope', () => {
    const first = decide(undefined, event({ scopes: [] }), defaultPolicy, noon + day);
    expect(first.record?.seen).toEqual({ 'event-1': { sentAt: noon, scopes: [] } });
    expect(decide(first.record, event({ scopes: [] }), defaultPolicy, noon + day).record).toBe(first.record);
  });

  test('an event until 31 days after its email was sent, and no longer', () => {
    const { record } = decideAll([event()]);
    const idsAt = (now: number) =>
      Object.keys(decide(record, event({ id: 'later', sentAt: now, at: now }), defaultPolicy, now).record?.seen ?? {});
    expect(idsAt(noon + 31 * day - 1)).toEqual(['event-1', 'later']);
    expect(idsAt(noon + 31 * day)).toEqual(['later']);
  });

  test('a copy that names more scopes in the place of the first copy: in the record or in its overflow', () => {
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

test('only the first copy is new', () => {
  const first = decide(undefined, event(), defaultPolicy, noon + day);
  const richer = event({ scopes: [...scopes, 'tenant:acme'] });
  expect([first.isNew, decide(first.record, richer, defaultPolicy, noon + day).isNew]).toEqual([true, false]);
});
