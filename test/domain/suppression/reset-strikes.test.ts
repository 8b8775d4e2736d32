import fc from 'fast-check';
import { readPolicy } from '../../../shared/domain/policy/policy.ts';
import { decide } from '../../../shared/domain/suppression/decide.ts';
import type { SuppressionRecord } from '../../../shared/domain/suppression/record.ts';
import { resetStrikes } from '../../../shared/domain/suppression/reset-strikes.ts';
import { decideAll, event, strikes } from '../../support/recipient-event.ts';
import { runs } from '../../support/runs.ts';
import { day, hour, noon } from '../../support/ses.ts';

const policy = readPolicy({ soft: { strikes: 3, onDays: 2 } });
const recordOf = (events: Parameters<typeof decideAll>[0]) => decideAll(events, policy).record as SuppressionRecord;

test('soft bounces before a delivery are no longer strikes', () => {
  const record = resetStrikes(recordOf(strikes(0, 1)), noon + 2 * day, policy);
  expect(record).toMatchObject({ status: 'watched', strikes: [], deliveredAt: noon + 2 * day });
  expect(recordOf(strikes(0, 1, 3)).status).toBe('suppressed');
  const [, , third] = strikes(0, 1, 3);
  if (third === undefined) throw new Error('there is no third strike');
  expect(decide(record, third, policy, noon + 4 * day).record).toMatchObject({
    status: 'watched',
    strikes: [third.at],
  });
});

test('strikes after the delivery stay, and one at the same millisecond does not', () => {
  const record = recordOf(strikes(0, 1, 2));
  expect(resetStrikes(record, noon + day, policy).strikes).toEqual([noon + 2 * day]);
  expect(resetStrikes(record, noon + day - 1, policy).strikes).toEqual([noon + day, noon + 2 * day]);
});

test('the suppression ends with the strikes, and continues if later strikes are enough', () => {
  expect(recordOf(strikes(0, 1, 2)).reason).toBe('soft');
  expect(resetStrikes(recordOf(strikes(0, 1, 2)), noon + 3 * day, policy)).toMatchObject({
    status: 'watched',
    causes: {},
  });
  const longer = recordOf(strikes(0, 1, 2, 3));
  expect(longer.since).toBe(noon + 2 * day);
  expect(resetStrikes(longer, noon, policy)).toMatchObject({ status: 'suppressed', since: noon + 3 * day });
});

test('a delivery does not end the suppression for a complaint', () => {
  const record = recordOf([event({ class: 'complaint' }), ...strikes(0, 1, 2)]);
  expect(resetStrikes(record, noon + 5 * day, policy)).toMatchObject({ status: 'suppressed', reason: 'complaint' });
});

test('an older delivery, or a duplicate, changes nothing', () => {
  const record = resetStrikes(recordOf(strikes(0, 1)), noon + 2 * day, policy);
  expect(resetStrikes(record, noon + 2 * day, policy)).toBe(record);
  expect(resetStrikes(record, noon, policy)).toBe(record);
});

test('a soft bounce that arrives after a later delivery is not a strike', () => {
  const record = resetStrikes(recordOf(strikes(0)), noon + 2 * day, policy);
  const [, late, same] = strikes(0, 1, 2);
  if (late === undefined || same === undefined) throw new Error('there are no strikes');
  expect(decide(record, late, policy, noon + 3 * day).record?.strikes).toEqual([]);
  expect(decide(record, same, policy, noon + 3 * day).record?.strikes).toEqual([]);
});

test('deliveries and soft bounces leave the same record in any order', () => {
  const bounces = fc.uniqueArray(fc.integer({ min: 0, max: 20 }), { minLength: 1, maxLength: 8 });
  const deliveries = fc.array(fc.integer({ min: 0, max: 20 }), { maxLength: 3 });
  fc.assert(
    fc.property(bounces, deliveries, fc.infiniteStream(fc.nat()), (softOn, deliveredOn, random) => {
      // A delivery changes only a record that exists.
      const first = event({ id: 'first', effect: 'watch', class: 'soft', metric: 'soft' });
      const steps = [
        ...strikes(...softOn).map(
          (one) => (record?: SuppressionRecord) => decide(record, one, policy, noon + 25 * day).record,
        ),
        ...deliveredOn.map(
          (days) => (record?: SuppressionRecord) => record && resetStrikes(record, noon + days * day + hour, policy),
        ),
      ];
      const apply = (order: typeof steps) =>
        order.reduce((record, step) => step(record), decide(undefined, first, policy, noon + 25 * day).record);
      const keyed = steps.map((step) => ({ step, key: random.next().value }));
      const shuffled = keyed.toSorted((a, b) => a.key - b.key).map(({ step }) => step);
      expect(apply(shuffled)).toEqual(apply(steps));
    }),
    { numRuns: runs(200) },
  );
});
