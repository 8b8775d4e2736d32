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
  ['soft', {}],
  ['message-fault', {}],
  ['unsubscribed', {}],
  ['not-spam', {}],
])('what %s gives a record as a cause', (class_, causes) => {
  expect(causesOf(event({ class: class_, effect: 'watch' }))).toStrictEqual(causes);
});

test('of the simulator each ends after its time, a soft one from its last strike', () => {
  const policy = readPolicy({ soft: { strikes: 1, onDays: 1 } });
  const causes = (class_: RecipientEvent['class']) =>
    decide(undefined, event({ class: class_, maxDurationMs: hour }), policy, noon + hour).record?.causes;
  const once = { since: at, last: at, until: at + hour };
  expect(causes('hard')).toStrictEqual({ hard: once });
  expect(causes('complaint')).toStrictEqual({ complaint: once });
  expect(causes('policy-block')).toStrictEqual({ 'policy-block': once });
  expect(causes('prevented')).toStrictEqual({ 'ses-list': once });
  expect(causes('soft')).toStrictEqual({ soft: once });
});

test('a cause remembers its first and its last stamp, whatever comes between', () => {
  const times = [3, 1, 2].map((hours) => event({ id: `e${hours}`, at: noon + hours * hour }));
  expect(causesOf(...times)).toStrictEqual({ hard: { since: noon + hour, last: noon + 3 * hour } });
});

test('one that does not end outweighs one that does, and of two that end the later', () => {
  const forGood = event({ id: 'good' });
  const ending = (id: string, maxDurationMs: number) => event({ id, maxDurationMs });
  expect(causesOf(ending('a', 40 * day), forGood)).toStrictEqual({ hard: { since: at, last: at } });
  expect(causesOf(forGood, ending('a', 40 * day))).toStrictEqual({ hard: { since: at, last: at } });
  const later = { hard: { since: at, last: at, until: at + 50 * day } };
  expect(causesOf(ending('a', 40 * day), ending('b', 50 * day))).toStrictEqual(later);
  expect(causesOf(ending('b', 50 * day), ending('a', 40 * day))).toStrictEqual(later);
});

test('a complaint is a suspicion as long as every report named several', () => {
  const report = (id: string, suspected: boolean) => event({ id, class: 'complaint', suspected });
  const suspicion = { complaint: { since: at, last: at, suspected: true } };
  const certainty = { complaint: { since: at, last: at } };
  expect(causesOf(report('a', true))).toStrictEqual(suspicion);
  expect(causesOf(report('a', true), report('b', true))).toStrictEqual(suspicion);
  expect(causesOf(report('a', true), report('b', false))).toStrictEqual(certainty);
  expect(causesOf(report('a', false), report('b', true))).toStrictEqual(certainty);
});

test('causes of several kinds stand beside each other', () => {
  expect(Object.keys(causesOf(event(), event({ id: 'c', class: 'complaint' })) ?? {})).toEqual(['hard', 'complaint']);
});

/** Ten newer pieces of evidence: what an older event adds is not among the ten newest. */
describe('an event older than the evidence that is kept', () => {
  const newer = Array.from({ length: 10 }, (_, i) =>
    event({ id: `newer-${i}`, class: 'prevented', at: noon + 5 * hour + i }),
  );
  const heldAfter = (...more: RecipientEvent[]) => decideAll([...more, ...newer]).record;
  const decideOn = (record: ReturnType<typeof heldAfter>, older: RecipientEvent, now = noon + day) =>
    decide(record, older, defaultPolicy, now);

  test('adds its strike', () => {
    const [strike] = strikes(0);
    expect(decideOn(heldAfter(), strike as RecipientEvent).record?.strikes).toEqual([noon]);
  });

  test('moves its cause back', () => {
    expect(decideOn(heldAfter(), event({ class: 'prevented' })).record?.causes['ses-list']?.since).toBe(at);
  });

  test('moves a cause back that it adds nothing else to', () => {
    const hard = newer.map((one) => ({ ...one, class: 'hard' as const, metric: 'hard' as const }));
    const { record } = decideAll(hard);
    expect(decideOn(record, event()).record?.causes.hard?.since).toBe(at);
  });

  test('is counted as prevented', () => {
    const record = heldAfter(event({ id: 'first', class: 'prevented', at: noon }));
    expect(decideOn(record, event({ class: 'prevented' })).record?.prevented).toBe(12);
  });

  test('adds its spelling, also when it is too old to be counted', () => {
    const old = event({ class: 'soft', effect: 'watch', originalAddress: 'Ann@Example.NET' });
    const { record, isNew, counts } = decideOn(heldAfter(), old, noon + 40 * day);
    expect([record?.addressVariants, isNew, counts]).toEqual([['Ann@Example.NET'], true, []]);
  });

  test('and has nothing else to add changes nothing', () => {
    const record = heldAfter();
    expect(decideOn(record, event({ class: 'soft', effect: 'watch' }), noon + 40 * day).record).toBe(record);
  });
});
