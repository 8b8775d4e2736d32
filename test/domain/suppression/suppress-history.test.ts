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

const suppressAt = (record: SuppressionRecord, at: number, until?: number) =>
  suppress(record, { at, by: 'op', note: 'test', ...(until !== undefined && { until }) }, defaultPolicy);
const releaseAt = (record: SuppressionRecord, at: number) =>
  release(record, { at, by: 'other', note: 'asked' }, defaultPolicy);

/** Feedback that happened within three days. */
const anyFeedback: fc.Arbitrary<RecipientEvent[]> = fc
  .array(
    fc.record({
      class: fc.constantFrom<RecipientEvent['class']>('hard', 'complaint', 'policy-block', 'soft', 'prevented'),
      at: fc.integer({ min: noon, max: noon + 3 * day }),
    }),
    { maxLength: 8 },
  )
  .map((all) => all.map((one, index) => event({ ...one, id: `event-${index}`, sentAt: one.at })));
const anyTime = fc.integer({ min: noon, max: noon + 3 * day });
const anyEnd = fc.option(fc.integer({ min: noon + 4 * day, max: noon + 9 * day }), { nil: undefined });
const now = noon + 4 * day;

/** Applies the steps in this order. `undefined` stands for the manual suppression. */
function applyAll(
  steps: readonly (RecipientEvent | undefined)[],
  suppressedAt: number,
  until?: number,
): SuppressionRecord {
  return steps.reduce(
    (record, step) =>
      step === undefined
        ? suppressAt(record, suppressedAt, until)
        : (decide(record, step, defaultPolicy, now).record as SuppressionRecord),
    emptyRecord(address),
  );
}

describe('in any history', () => {
  test('a manual suppression leaves the same record, whatever feedback arrives before and after it', () => {
    fc.assert(
      fc.property(anyFeedback, anyTime, anyEnd, fc.nat(8), (events, suppressedAt, until, index) => {
        const steps = [...events.slice(0, index), undefined, ...events.slice(index)];
        const first = applyAll([undefined, ...events], suppressedAt, until);
        expect(applyAll(steps, suppressedAt, until)).toEqual(first);
        expect(first.status).toBe('suppressed');
        const isOutlasted = until !== undefined && first.until !== until;
        expect(first.reason === 'manual').toBe(!isOutlasted);
        expect(isSuppressedAt(first, until === undefined ? now : until - 1)).toBe(true);
      }),
      { numRuns: runs(200) },
    );
  });

  test('a release leaves the same record with or without a manual suppression before it', () => {
    fc.assert(
      fc.property(anyFeedback, anyTime, anyEnd, (events, suppressedAt, until) => {
        const withoutSuppression = releaseAt(applyAll(events, 0), now);
        const withSuppression = releaseAt(applyAll([...events, undefined], suppressedAt, until), now);
        expect(withSuppression).toEqual(withoutSuppression);
      }),
      { numRuns: runs(100) },
    );
  });

  test('a manual suppression after a release is not changed by feedback from before the release', () => {
    fc.assert(
      fc.property(anyFeedback, anyTime, anyEnd, (events, suppressedAt, until) => {
        const suppressed = suppressAt(releaseAt(applyAll(events, 0), noon + 3 * day), suppressedAt, until);
        const { status, reason, since, until: shownUntil, causes } = suppressed;
        expect([status, reason, since, shownUntil]).toEqual(['suppressed', 'manual', suppressedAt, until]);
        const again = events.map((one) => ({ ...one, id: `${one.id}-again` }));
        const later = again.reduce(
          (record, one) => decide(record, one, defaultPolicy, now).record as SuppressionRecord,
          suppressed,
        );
        expect(later.causes).toEqual(causes);
      }),
      { numRuns: runs(100) },
    );
  });
});
