import fc from 'fast-check';
import type { AddressKey } from '../../shared/feedback/address.ts';
import { type Count, decide } from '../../shared/feedback/decide.ts';
import { defaultPolicy, readPolicy } from '../../shared/feedback/policy.ts';
import type { RecipientEvent } from '../../shared/feedback/recipient-event.ts';
import { release } from '../../shared/feedback/release.ts';
import { isSuppressedAt, type SuppressionRecord } from '../../shared/feedback/suppression-record.ts';
import { day, hour, noon } from '../support/ses.ts';

const address = 'ann@example.net' as AddressKey;

function event(fields: Partial<RecipientEvent> = {}): RecipientEvent {
  const class_ = fields.class ?? 'hard';
  const metrics = {
    hard: 'hard',
    complaint: 'complaints',
    soft: 'soft',
    prevented: 'prevented',
    'policy-block': 'hard',
  };
  return {
    id: 'event-1',
    address,
    spelling: address,
    class: class_,
    rule: 'test',
    effect: class_ === 'message-fault' ? 'none' : class_ === 'soft' ? 'strike' : 'suppress',
    isStrike: class_ === 'soft',
    suspected: false,
    metric: (metrics[class_ as keyof typeof metrics] ?? null) as RecipientEvent['metric'],
    scopes: ['account', 'identity:example.com'],
    sentAt: noon,
    at: noon + 2000,
    messageId: 'mail-1',
    channel: 'configuration-set',
    ...fields,
  };
}

function decideAll(events: readonly RecipientEvent[], policy = defaultPolicy, now = noon + day) {
  let record: SuppressionRecord | undefined;
  const counts: Count[] = [];
  for (const one of events) {
    const decision = decide(record, one, policy, now);
    record = decision.record;
    counts.push(...decision.counts);
  }
  return { record, counts };
}

const strikes = (...daysAfter: number[]) =>
  daysAfter.map((days, index) =>
    event({ id: `soft-${index}`, class: 'soft', sentAt: noon + days * day, at: noon + days * day }),
  );

describe('duplicates', () => {
  test('the very record comes back, and nothing is counted', () => {
    const first = decide(undefined, event(), defaultPolicy, noon + day);
    const second = decide(first.record, event(), defaultPolicy, noon + 2 * day);
    expect(second).toEqual({ record: first.record, counts: [], isNew: false });
    expect(second.record).toBe(first.record);
    expect(first.counts).toHaveLength(2);
  });

  test('a copy that knows more scopes is counted in those alone', () => {
    const { record } = decide(undefined, event(), defaultPolicy, noon + day);
    const richer = event({ scopes: ['account', 'identity:example.com', 'configuration-set:news'] });
    const second = decide(record, richer, defaultPolicy, noon + day);
    expect(second.counts).toEqual([{ metric: 'hard', scope: 'configuration-set:news', sentAt: noon }]);
    expect(second.isNew).toBe(false);
    expect(decide(second.record, richer, defaultPolicy, noon + day).counts).toEqual([]);
    expect(decide(second.record, event(), defaultPolicy, noon + day).record).toBe(second.record);
  });

  test('a rule changed between two deliveries counts nothing again and suppresses nobody anew', () => {
    const { record } = decide(undefined, event({ class: 'soft', metric: 'soft' }), defaultPolicy, noon + day);
    const changed = decide(
      record,
      event({ class: 'hard', rule: 'another', metric: 'hard' }),
      defaultPolicy,
      noon + day,
    );
    expect(changed.record).toBe(record);
    expect(changed.counts).toEqual([]);
  });
});

describe('old mail', () => {
  test('feedback on mail of 30 days suppresses, but is counted no more', () => {
    const young = decide(undefined, event(), defaultPolicy, noon + 30 * day - 1);
    const old = decide(undefined, event(), defaultPolicy, noon + 30 * day);
    expect([young.counts.length, old.counts.length]).toEqual([2, 0]);
    expect([young.record?.status, old.record?.status]).toEqual(['suppressed', 'suppressed']);
  });

  test('it is no strike any more', () => {
    const policy = readPolicy({ soft: { strikes: 1, onDays: 1 } });
    const at = (now: number) => decide(undefined, event({ class: 'soft' }), policy, now).record?.status;
    expect([at(noon + 29 * day), at(noon + 30 * day)]).toEqual(['suppressed', 'watched']);
  });

  test('delivered again and again, it changes nothing after the first time', () => {
    const first = decide(undefined, event({ class: 'prevented' }), defaultPolicy, noon + 40 * day);
    const second = decide(first.record, event({ class: 'prevented' }), defaultPolicy, noon + 41 * day);
    expect(second.record).toBe(first.record);
    expect(second.isNew).toBe(false);
  });
});

describe('soft bounces', () => {
  const statusAfter = (...days: number[]) => decideAll(strikes(...days), defaultPolicy, noon + 40 * day).record?.status;
  const within = (...days: number[]) => decideAll(strikes(...days), defaultPolicy, noon + 25 * day).record;

  test('five strikes on three days suppress, for 30 days from the last', () => {
    expect(within(0, 1, 2, 2, 2)).toMatchObject({
      status: 'suppressed',
      reason: 'soft',
      since: noon + 2 * day,
      until: noon + 32 * day,
    });
  });

  test.each([
    ['four strikes', [0, 1, 2, 3]],
    ['five strikes on two days', [0, 0, 0, 1, 1]],
    ['a hundred on one day', Array.from({ length: 100 }, () => 0)],
  ])('%s do not', (_name, days) => {
    expect(within(...days)?.status).toBe('watched');
  });

  test('strikes spread over more than 30 days do not', () => {
    expect(statusAfter(0, 9, 18, 27, 36)).toBe('watched');
  });

  test('an out-of-office reply is no strike', () => {
    const replies = strikes(0, 1, 2, 3, 4, 5).map((one) => ({ ...one, isStrike: false }));
    expect(decideAll(replies, defaultPolicy, noon + 25 * day).record).toMatchObject({ status: 'watched', strikes: [] });
  });

  test('a late strike completes a window whose last day is long past', () => {
    const late = strikes(0, 3, 6, 9, 29, 1);
    const sorted = strikes(0, 1, 3, 6, 9, 29);
    const times = ({ record }: ReturnType<typeof decideAll>) => [record?.status, record?.since, record?.until];
    expect(times(decideAll(late, defaultPolicy, noon + 29 * day))).toEqual(
      times(decideAll(sorted, defaultPolicy, noon + 29 * day)),
    );
  });
});

describe('how long', () => {
  test('a hard bounce and a complaint suppress for good, a block for 14 days', () => {
    const untilOf = (class_: RecipientEvent['class']) =>
      decide(undefined, event({ class: class_ }), defaultPolicy, noon + day).record?.until;
    expect([untilOf('hard'), untilOf('complaint'), untilOf('prevented')]).toEqual([undefined, undefined, undefined]);
    expect(untilOf('policy-block')).toBe(noon + 2000 + 14 * day);
  });

  test('an address is suppressed until its last cause ends; the strongest is named', () => {
    const soft = strikes(0, 1, 2, 3, 4);
    const blocked = event({ id: 'blocked', class: 'policy-block' });
    const { record } = decideAll([...soft, blocked], defaultPolicy, noon + 5 * day);
    expect(record).toMatchObject({ reason: 'policy-block', since: noon + 2000, until: noon + 34 * day });
  });

  test("the simulator's suppression ends after an hour, whatever the cause", () => {
    const { record } = decide(undefined, event({ lastsAtMost: hour }), defaultPolicy, noon + day);
    expect(isSuppressedAt(record, noon + hour)).toBe(true);
    expect(isSuppressedAt(record, noon + 2000 + hour)).toBe(false);
  });

  test('a record outlives its newest mail by 31 days, and a released or lasting one has no end', () => {
    const expiryOf = (...events: RecipientEvent[]) => decideAll(events).record?.expiresAt;
    expect(expiryOf(event({ class: 'policy-block' }))).toBe(noon + 31 * day);
    expect(expiryOf(...strikes(0))).toBe(noon + 60 * day);
    expect(expiryOf(event())).toBeUndefined();
    const { record } = decideAll([event({ class: 'policy-block' })]);
    const released = release(record as SuppressionRecord, { at: noon + day, by: 'op', why: 'test' });
    expect(released).toMatchObject({ status: 'released', causes: {} });
    expect(released.expiresAt).toBeUndefined();
  });

  test('what an expired record says is forgotten, though DynamoDB has not deleted it yet', () => {
    const { record } = decideAll([event({ class: 'policy-block' })]);
    const much = noon + 200 * day;
    const later = event({ id: 'event-2', class: 'policy-block', sentAt: much, at: much });
    expect(decide(record, later, defaultPolicy, much + day).record).toMatchObject({
      since: much,
      until: much + 14 * day,
    });
  });
});

describe("SES's own list", () => {
  const prevented = (at: number) => event({ id: `prevented-${at}`, class: 'prevented', sentAt: at, at });

  test('holds an address we know nothing of', () => {
    expect(decideAll([prevented(noon)]).record).toMatchObject({
      status: 'suppressed',
      reason: 'ses-list',
      prevented: 1,
    });
  });

  test('does not make a block last for ever', () => {
    const { record } = decideAll(
      [event({ class: 'policy-block' }), prevented(noon + day)],
      defaultPolicy,
      noon + 2 * day,
    );
    expect(record).toMatchObject({ reason: 'policy-block', until: noon + 2000 + 14 * day, prevented: 1 });
  });

  test('holds it again once the block has ended and SES still refuses', () => {
    const late = noon + 20 * day;
    const { record } = decideAll([event({ class: 'policy-block' }), prevented(late)], defaultPolicy, late + day);
    expect(record).toMatchObject({ status: 'suppressed', reason: 'ses-list' });
    expect(record?.until).toBeUndefined();
  });
});

describe('release', () => {
  const released = () => {
    const { record } = decideAll([event()]);
    return release(record as SuppressionRecord, { at: noon + day, by: 'op', why: 'asked for it' });
  };

  test('old feedback never suppresses again, whenever it comes, though it counts', () => {
    const old = event({ id: 'late', at: noon + day, sentAt: noon });
    const decision = decide(released(), old, defaultPolicy, noon + 2 * day);
    expect(decision.record?.status).toBe('released');
    expect(decision.counts).toHaveLength(2);
    expect(decide(released(), event(), defaultPolicy, noon + 40 * day).record?.status).toBe('released');
  });

  test('newer feedback suppresses anew', () => {
    const newer = event({ id: 'newer', at: noon + day + 1 });
    expect(decide(released(), newer, defaultPolicy, noon + 2 * day).record).toMatchObject({
      status: 'suppressed',
      since: noon + day + 1,
      released: { by: 'op' },
    });
  });

  test('soft bounces from before it are no strikes after it', () => {
    const policy = readPolicy({ soft: { strikes: 2, onDays: 1 } });
    const { record } = decideAll(strikes(0), policy, noon + day);
    const free = release(record as SuppressionRecord, { at: noon + day, by: 'op', why: 'test' });
    const [, second] = strikes(0, 2);
    expect(decide(free, second as RecipientEvent, policy, noon + 3 * day).record?.status).toBe('released');
  });

  test('feedback that some clock stamped ahead of ours is covered as well', () => {
    const { record } = decideAll([event({ at: noon + 3 * day })]);
    const free = release(record as SuppressionRecord, { at: noon + day, by: 'op', why: 'test' });
    expect(free.released?.at).toBe(noon + 3 * day);
  });
});

describe('what is kept', () => {
  test('the newest ten pieces of evidence, the newest first, words cut at 256 characters', () => {
    const many = Array.from({ length: 15 }, (_, i) =>
      event({ id: `e${i}`, at: noon + i, diagnosticCode: 'x'.repeat(999) }),
    );
    const evidence = decideAll(many).record?.evidence ?? [];
    expect(evidence.map(({ id }) => id)).toEqual(['e14', 'e13', 'e12', 'e11', 'e10', 'e9', 'e8', 'e7', 'e6', 'e5']);
    expect(evidence[0]?.diagnosticCode).toHaveLength(256);
  });

  test('words cut in the middle of a character stay text', () => {
    const [evidence] = decideAll([event({ diagnosticCode: `${'x'.repeat(255)}😀` })]).record?.evidence ?? [];
    expect(evidence?.diagnosticCode?.isWellFormed()).toBe(true);
  });

  test("SES's own spellings, where they are not the key, at most ten", () => {
    const many = Array.from({ length: 15 }, (_, i) =>
      event({ id: `e${i}`, spelling: `Ann@Example.NET${'.'.repeat(i)}` }),
    );
    expect(decideAll([event(), ...many]).record?.spellings).toHaveLength(10);
    expect(decideAll([event()]).record?.spellings).toEqual([]);
  });

  test('64 ids in the record, further ones beside it, and either is recognised', () => {
    const many = Array.from({ length: 70 }, (_, i) => event({ id: `e${i}`, sentAt: noon + i }));
    const { record, counts } = decideAll(many);
    expect([Object.keys(record?.seen ?? {}).length, Object.keys(record?.overflow ?? {}).length]).toEqual([64, 6]);
    expect(record?.overflowUntil).toBe(noon + 69 + 31 * day);
    expect(counts).toHaveLength(140);
    for (const one of many) expect(decide(record, one, defaultPolicy, noon + day).record).toBe(record);
  });

  test('a message fault, not-spam and an unsubscription leave no trace', () => {
    expect(decide(undefined, event({ effect: 'none' }), defaultPolicy, noon)).toEqual({
      record: undefined,
      counts: [],
      isNew: true,
    });
  });
});

const anyEvents = fc
  .array(
    fc.record({
      id: fc.integer({ min: 0, max: 9 }),
      class: fc.constantFrom<RecipientEvent['class']>(
        'hard',
        'soft',
        'soft',
        'soft',
        'policy-block',
        'complaint',
        'prevented',
      ),
      sentDay: fc.integer({ min: 0, max: 25 }),
      delay: fc.integer({ min: 0, max: 4 * 24 }),
      suspected: fc.boolean(),
    }),
    { maxLength: 14 },
  )
  .map((all) => {
    const byId = new Map(all.map((one) => [one.id, one]));
    return all.map(({ id }) => {
      const { class: class_, sentDay, delay, suspected } = byId.get(id) as (typeof all)[number];
      const sentAt = noon + sentDay * day;
      return event({ id: `e${id}`, class: class_, suspected, sentAt, at: sentAt + delay * hour });
    });
  });

test('any order, with any duplicates, leaves the same record and the same counts', () => {
  const policy = readPolicy({ soft: { strikes: 3, onDays: 2, withinDays: 7, suppressDays: 9 } });
  const shuffled = anyEvents.chain((events) =>
    fc.tuple(fc.constant(events), fc.shuffledSubarray([...events, ...events], { minLength: events.length * 2 })),
  );
  const summary = ({ record, counts }: ReturnType<typeof decideAll>) => ({
    record,
    counts: counts.map(({ metric, scope, sentAt }) => `${metric} ${scope} ${sentAt}`).toSorted(),
  });
  fc.assert(
    fc.property(shuffled, ([events, again]) => {
      const now = noon + 29 * day;
      expect(summary(decideAll(again, policy, now))).toEqual(summary(decideAll(events, policy, now)));
    }),
    { numRuns: 1000 },
  );
});
