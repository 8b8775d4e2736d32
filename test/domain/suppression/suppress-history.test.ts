import fc from 'fast-check';
import type { RecipientEvent } from '../../../shared/domain/feedback/recipient-event.ts';
import { defaultPolicy } from '../../../shared/domain/policy/policy.ts';
import { decide } from '../../../shared/domain/suppression/decide.ts';
import { emptyRecord, isSuppressedAt, type SuppressionRecord } from '../../../shared/domain/suppression/record.ts';
import { release } from '../../../shared/domain/suppression/release.ts';
import { suppress } from '../../../shared/domain/suppression/suppress.ts';
import { address, event } from '../../support/recipient-event.ts';
import { runs } from '../../support/runs.ts';
import { day, noon } from '../../support/ses.ts';

const empty = emptyRecord(address);
const byHand = (record: SuppressionRecord, at: number, until?: number) =>
  suppress(record, { at, by: 'op', note: 'test', ...(until !== undefined && { until }) }, defaultPolicy);
const letGo = (record: SuppressionRecord, at: number) =>
  release(record, { at, by: 'other', note: 'asked' }, defaultPolicy);

/** Feedback of three days. */
const feedback: fc.Arbitrary<RecipientEvent[]> = fc
  .array(
    fc.record({
      class: fc.constantFrom<RecipientEvent['class']>('hard', 'complaint', 'policy-block', 'soft', 'prevented'),
      at: fc.integer({ min: noon, max: noon + 3 * day }),
    }),
    { maxLength: 8 },
  )
  .map((all) => all.map((one, index) => event({ ...one, id: `event-${index}`, sentAt: one.at })));
const end = fc.option(fc.integer({ min: noon + 4 * day, max: noon + 9 * day }), { nil: undefined });
const now = noon + 4 * day;

/** What comes when does not matter; `undefined` is where somebody suppresses it. */
function play(words: readonly (RecipientEvent | undefined)[], at: number, until?: number): SuppressionRecord {
  return words.reduce(
    (record, word) =>
      word === undefined
        ? byHand(record, at, until)
        : (decide(record, word, defaultPolicy, now).record as SuppressionRecord),
    empty,
  );
}

describe('in any history', () => {
  const at = fc.integer({ min: noon, max: noon + 3 * day });

  test('what is said by hand leaves the same record, whatever feedback came before it and whatever after', () => {
    fc.assert(
      fc.property(feedback, at, end, fc.nat(8), (events, said, until, place) => {
        const words = [...events.slice(0, place), undefined, ...events.slice(place)];
        const first = play([undefined, ...events], said, until);
        expect(play(words, said, until)).toEqual(first);
        expect(first).toMatchObject({ status: 'suppressed', reason: 'manual' });
        expect(isSuppressedAt(first, until === undefined ? now : until - 1)).toBe(true);
      }),
      { numRuns: runs(200) },
    );
  });

  test('a release after it leaves what a release alone leaves', () => {
    fc.assert(
      fc.property(feedback, at, end, (events, said, until) => {
        const alone = letGo(play(events, 0), now);
        expect(letGo(play([...events, undefined], said, until), now)).toEqual(alone);
      }),
      { numRuns: runs(100) },
    );
  });

  test('it holds after a release, and none of the old feedback changes how long', () => {
    fc.assert(
      fc.property(feedback, at, end, (events, said, until) => {
        const held = byHand(letGo(play(events, 0), noon + 3 * day), said, until);
        const { status, reason, since, until: shown, causes } = held;
        expect([status, reason, since, shown]).toEqual(['suppressed', 'manual', said, until]);
        const again = events.map((one) => ({ ...one, id: `${one.id}-again` }));
        const later = again.reduce(
          (record, word) => decide(record, word, defaultPolicy, now).record as SuppressionRecord,
          held,
        );
        expect(later.causes).toEqual(causes);
      }),
      { numRuns: runs(100) },
    );
  });
});
