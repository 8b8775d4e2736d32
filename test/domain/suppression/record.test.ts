import type { RecipientEvent } from '../../../shared/domain/feedback/recipient-event.ts';
import { defaultPolicy, readPolicy } from '../../../shared/domain/policy/policy.ts';
import { decide } from '../../../shared/domain/suppression/decide.ts';
import { isSuppressedAt, type SuppressionRecord } from '../../../shared/domain/suppression/record.ts';
import { release } from '../../../shared/domain/suppression/release.ts';
import { decideAll, event, strikes } from '../../support/recipient-event.ts';
import { day, hour, noon } from '../../support/ses.ts';

/** Nothing waits for SES's own list to be told. */
const notMirrored = readPolicy({ accountList: { mode: 'off' } });

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
    const { record } = decide(undefined, event({ maxDurationMs: hour }), defaultPolicy, noon + day);
    expect(isSuppressedAt(record, noon + hour)).toBe(true);
    expect(isSuppressedAt(record, noon + 2000 + hour)).toBe(false);
  });

  test('a record outlives its newest mail by 31 days, and a released or lasting one has no end', () => {
    const expiryOf = (...events: RecipientEvent[]) => decideAll(events, notMirrored).record?.expiresAt;
    expect(expiryOf(event({ class: 'policy-block' }))).toBe(noon + 31 * day);
    expect(expiryOf(...strikes(0))).toBe(noon + 61 * day);
    expect(expiryOf(event())).toBeUndefined();
    const { record } = decideAll([event({ class: 'policy-block' })]);
    const released = release(record as SuppressionRecord, { at: noon + day, by: 'op', note: 'test' }, defaultPolicy);
    expect(released).toMatchObject({ status: 'released', causes: {} });
    expect(released.expiresAt).toBeUndefined();
  });

  test('what an expired record says is forgotten, though DynamoDB has not deleted it yet', () => {
    const { record } = decideAll([event({ class: 'policy-block' })], notMirrored);
    const much = noon + 200 * day;
    const later = event({ id: 'event-2', class: 'policy-block', sentAt: much, at: much });
    expect(decide(record, later, notMirrored, much + day).record).toMatchObject({
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

  test('is not explained by soft bounces, so they do not shorten it', () => {
    const { record } = decideAll([prevented(noon), ...strikes(1, 2, 3, 4, 5)], defaultPolicy, noon + 6 * day);
    expect(record).toMatchObject({ status: 'suppressed', reason: 'ses-list' });
    expect(record?.until).toBeUndefined();
  });

  test('does not make a block last for ever', () => {
    const { record } = decideAll(
      [event({ class: 'policy-block' }), prevented(noon + day)],
      defaultPolicy,
      noon + 2 * day,
    );
    expect(record).toMatchObject({ reason: 'policy-block', until: noon + 2000 + 14 * day, prevented: 1 });
  });

  test('still refuses for the block in the moment it ends', () => {
    const end = noon + 2000 + 14 * day;
    const { record } = decideAll([event({ class: 'policy-block' }), prevented(end)], defaultPolicy, end + 1);
    expect(record).toMatchObject({ reason: 'policy-block', until: end });
  });

  test('still does so where nobody tells it of the end', () => {
    const end = noon + 2000 + 14 * day;
    const { record } = decideAll([event({ class: 'policy-block' }), prevented(end)], notMirrored, end + 1);
    expect(record).toMatchObject({ reason: 'policy-block', until: end });
  });

  test('refuses for a bounce until that ends, also one of which it is not told', () => {
    const { record } = decideAll([event({ maxDurationMs: hour }), prevented(noon + hour)]);
    expect(record).toMatchObject({ reason: 'hard', until: noon + 2000 + hour });
  });

  test('holds it again once the block has ended and SES still refuses', () => {
    const late = noon + 20 * day;
    const { record } = decideAll([event({ class: 'policy-block' }), prevented(late)], notMirrored, late + day);
    expect(record).toMatchObject({ status: 'suppressed', reason: 'ses-list' });
    expect(record?.until).toBeUndefined();
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

  test('no half character is kept in any of its words: DynamoDB would refuse the whole record', () => {
    const cut = { status: `${'x'.repeat(15)}😀`, subType: `${'x'.repeat(63)}😀`, messageId: `${'x'.repeat(127)}😀` };
    const sent = { status: '\ud800', subType: 'a\udc00', messageId: '\ud800', diagnosticCode: '\ud800' };
    for (const words of [cut, sent]) {
      const [evidence] = decideAll([event(words)]).record?.evidence ?? [];
      expect(Object.values(evidence ?? {}).every((word) => typeof word !== 'string' || word.isWellFormed())).toBe(true);
    }
  });

  test("SES's own spellings, where they are not the key, at most ten", () => {
    const many = Array.from({ length: 15 }, (_, i) =>
      event({ id: `e${i}`, originalAddress: `Ann@Example.NET${'.'.repeat(i)}` }),
    );
    expect(decideAll([event(), ...many]).record?.addressVariants).toHaveLength(10);
    expect(decideAll([event()]).record?.addressVariants).toEqual([]);
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
