import type { RecipientEvent } from '../../../shared/domain/feedback/recipient-event.ts';
import { defaultPolicy, readPolicy } from '../../../shared/domain/policy/policy.ts';
import { decide } from '../../../shared/domain/suppression/decide.ts';
import { decideAll, event, strikes } from '../../support/recipient-event.ts';
import { day, hour, noon } from '../../support/ses.ts';

const at = noon + 2000;
const causesOf = (...events: RecipientEvent[]) => decideAll(events).record?.causes;

test.each<[RecipientEvent['class'], object]>([
  ['hard', { hard: { since: at, last: at } }],
  ['complaint', { complaint: { since: at, last: at } }],
  ['policy-block', { 'policy-block': { since: at, last: at, until: at + 14 * day } }],
  ['prevented', { 'ses-list': { since: at, last: at } }],
  ['soft', { 'policy-block': { since: at, last: at, until: at + day } }],
  ['message-fault', { 'policy-block': { since: at, last: at, until: at + day } }],
  ['unsubscribed', {}],
  ['not-spam', {}],
])('the class %s adds its cause to the record, unless the address is only watched', (class_, causes) => {
  const ends = class_ === 'soft' || class_ === 'message-fault';
  const one = event({ class: class_, effect: 'suppress', ...(ends && { maxDurationMs: day }) });
  expect(causesOf(one)).toStrictEqual(causes);
  expect(causesOf({ ...one, effect: 'watch' })).toStrictEqual({});
});

test('a temporary failure that SES calls permanent suppresses for its own time, beside what its strikes amount to', () => {
  const policy = readPolicy({ soft: { strikes: 1, onDays: 1, suppressDays: 20 } });
  const one = event({ class: 'soft', effect: 'suppress', maxDurationMs: day });
  expect(decide(undefined, one, policy, noon + hour).record?.causes).toStrictEqual({
    soft: { since: at, last: at, until: at + 20 * day },
    'policy-block': { since: at, last: at, until: at + day },
  });
});

test('a suppression of a simulator address ends after its maximum duration, for every class', () => {
  const policy = readPolicy({ soft: { strikes: 1, onDays: 1 } });
  const causes = (class_: RecipientEvent['class']) =>
    decide(
      undefined,
      event({ class: class_, effect: class_ === 'soft' ? 'strike' : 'suppress', maxDurationMs: hour }),
      policy,
      noon + hour,
    ).record?.causes;
  const once = { since: at, last: at, until: at + hour };
  expect(causes('hard')).toStrictEqual({ hard: once });
  expect(causes('complaint')).toStrictEqual({ complaint: once });
  expect(causes('policy-block')).toStrictEqual({ 'policy-block': once });
  expect(causes('prevented')).toStrictEqual({ 'ses-list': once });
  expect(causes('soft')).toStrictEqual({ soft: once });
});

test('a cause keeps the time of its first and of its last event, in any order', () => {
  const times = [3, 1, 2].map((hours) => event({ id: `e${hours}`, at: noon + hours * hour }));
  expect(causesOf(...times)).toStrictEqual({ hard: { since: noon + hour, last: noon + 3 * hour } });
});

test('a cause without an end outweighs one with an end, and of two ends the later one counts', () => {
  const permanent = event({ id: 'permanent' });
  const ending = (id: string, maxDurationMs: number) => event({ id, maxDurationMs });
  expect(causesOf(ending('a', 40 * day), permanent)).toStrictEqual({ hard: { since: at, last: at } });
  expect(causesOf(permanent, ending('a', 40 * day))).toStrictEqual({ hard: { since: at, last: at } });
  const later = { hard: { since: at, last: at, until: at + 50 * day } };
  expect(causesOf(ending('a', 40 * day), ending('b', 50 * day))).toStrictEqual(later);
  expect(causesOf(ending('b', 50 * day), ending('a', 40 * day))).toStrictEqual(later);
});

test('a complaint is only suspected as long as every report names several recipients', () => {
  const report = (id: string, suspected: boolean) => event({ id, class: 'complaint', suspected });
  const suspected = { complaint: { since: at, last: at, suspected: true } };
  const certain = { complaint: { since: at, last: at } };
  expect(causesOf(report('a', true))).toStrictEqual(suspected);
  expect(causesOf(report('a', true), report('b', true))).toStrictEqual(suspected);
  expect(causesOf(report('a', true), report('b', false))).toStrictEqual(certain);
  expect(causesOf(report('a', false), report('b', true))).toStrictEqual(certain);
});

test('a record can have several causes', () => {
  expect(Object.keys(causesOf(event(), event({ id: 'c', class: 'complaint' })) ?? {})).toEqual(['hard', 'complaint']);
});

/** A record keeps ten pieces of evidence. Here ten newer events already fill that list. */
describe('an event older than all evidence of the record', () => {
  const newer = Array.from({ length: 10 }, (_, i) =>
    event({ id: `newer-${i}`, class: 'prevented', at: noon + 5 * hour + i }),
  );
  const recordAfter = (...more: RecipientEvent[]) => decideAll([...more, ...newer]).record;
  const decideOn = (record: ReturnType<typeof recordAfter>, older: RecipientEvent, now = noon + day) =>
    decide(record, older, defaultPolicy, now);

  test('adds a strike', () => {
    const [strike] = strikes(0);
    expect(decideOn(recordAfter(), strike as RecipientEvent).record?.strikes).toEqual([noon]);
  });

  test('makes the start of its cause earlier', () => {
    expect(decideOn(recordAfter(), event({ class: 'prevented' })).record?.causes['ses-list']?.since).toBe(at);
  });

  test('makes the start of a cause earlier even if it adds nothing else', () => {
    const hard = newer.map((one) => ({ ...one, class: 'hard' as const, metric: 'hard' as const }));
    const { record } = decideAll(hard);
    expect(decideOn(record, event()).record?.causes.hard?.since).toBe(at);
  });

  test('increments the number of prevented sends', () => {
    const record = recordAfter(event({ id: 'first', class: 'prevented', at: noon }));
    expect(decideOn(record, event({ class: 'prevented' })).record?.prevented).toBe(12);
  });

  test('adds its address variant even if it is too old to be counted', () => {
    const old = event({ class: 'soft', effect: 'watch', originalAddress: 'Ann@Example.NET' });
    const { record, isNew, counts } = decideOn(recordAfter(), old, noon + 40 * day);
    expect([record?.addressVariants, isNew, counts]).toEqual([['Ann@Example.NET'], true, []]);
  });

  test('changes nothing if it adds nothing', () => {
    const record = recordAfter();
    expect(decideOn(record, event({ class: 'soft', effect: 'watch' }), noon + 40 * day).record).toBe(record);
  });
});
