import { defaultPolicy } from '../../../shared/domain/policy/policy.ts';
import { decide } from '../../../shared/domain/suppression/decide.ts';
import { isExpired, isSuppressedAt } from '../../../shared/domain/suppression/record.ts';
import { decideAll, event } from '../../support/recipient-event.ts';
import { day, noon } from '../../support/ses.ts';

test('an address is suppressed while its record has the status, until the suppression ends', () => {
  expect(isSuppressedAt(undefined, noon)).toBe(false);
  expect(isSuppressedAt({ status: 'watched' }, noon)).toBe(false);
  expect(isSuppressedAt({ status: 'released' }, noon)).toBe(false);
  expect(isSuppressedAt({ status: 'suppressed' }, noon)).toBe(true);
  expect(isSuppressedAt({ status: 'suppressed', until: noon + 1 }, noon)).toBe(true);
  expect(isSuppressedAt({ status: 'suppressed', until: noon }, noon)).toBe(false);
});

test('a record expires exactly at its expiry time, and never without one', () => {
  const { record } = decideAll([event({ class: 'soft' })]);
  if (record?.expiresAt === undefined) throw new Error('the record of a soft bounce has no expiry time');
  expect([isExpired(record, record.expiresAt - 1), isExpired(record, record.expiresAt)]).toEqual([false, true]);
  const { record: permanent } = decideAll([event()]);
  expect(permanent && isExpired(permanent, Number.MAX_SAFE_INTEGER)).toBe(false);
});

describe('a record keeps', () => {
  test('the newest ten pieces of evidence, newest first, with diagnostic codes of at most 256 characters', () => {
    const many = Array.from({ length: 15 }, (_, i) =>
      event({ id: `e${i}`, at: noon + i, diagnosticCode: 'x'.repeat(999) }),
    );
    const evidence = decideAll(many).record?.evidence ?? [];
    expect(evidence.map(({ id }) => id)).toEqual(['e14', 'e13', 'e12', 'e11', 'e10', 'e9', 'e8', 'e7', 'e6', 'e5']);
    expect(evidence[0]?.diagnosticCode).toHaveLength(256);
  });

  test('well-formed text if a diagnostic code is cut in the middle of a character', () => {
    const [evidence] = decideAll([event({ diagnosticCode: `${'x'.repeat(255)}😀` })]).record?.evidence ?? [];
    expect(evidence?.diagnosticCode?.isWellFormed()).toBe(true);
  });

  test('no lone surrogates in any text, because DynamoDB would reject the whole record', () => {
    const cut = { status: `${'x'.repeat(15)}😀`, subType: `${'x'.repeat(63)}😀`, messageId: `${'x'.repeat(127)}😀` };
    const sent = { status: '\ud800', subType: 'a\udc00', messageId: '\ud800', diagnosticCode: '\ud800' };
    for (const texts of [cut, sent]) {
      const [evidence] = decideAll([event(texts)]).record?.evidence ?? [];
      expect(Object.values(evidence ?? {}).every((text) => typeof text !== 'string' || text.isWellFormed())).toBe(true);
    }
  });

  test('at most ten variants of the address, not counting the key', () => {
    const many = Array.from({ length: 15 }, (_, i) =>
      event({ id: `e${i}`, originalAddress: `Ann@Example.NET${'.'.repeat(i)}` }),
    );
    expect(decideAll([event(), ...many]).record?.addressVariants).toHaveLength(10);
    expect(decideAll([event()]).record?.addressVariants).toEqual([]);
  });

  test('64 event ids, and further ones in its overflow, and recognizes both', () => {
    const many = Array.from({ length: 70 }, (_, i) => event({ id: `e${i}`, sentAt: noon + i }));
    const { record, counts } = decideAll(many);
    expect([Object.keys(record?.seen ?? {}).length, Object.keys(record?.overflow ?? {}).length]).toEqual([64, 6]);
    expect(record?.overflowUntil).toBe(noon + 69 + 31 * day);
    expect(counts).toHaveLength(140);
    for (const one of many) expect(decide(record, one, defaultPolicy, noon + day).record).toBe(record);
  });

  test('nothing of a message fault, a not-spam report or an unsubscription', () => {
    expect(decide(undefined, event({ effect: 'none' }), defaultPolicy, noon)).toEqual({
      record: undefined,
      counts: [],
      isNew: true,
    });
  });
});
