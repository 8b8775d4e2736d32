import fc from 'fast-check';
import type { AddressKey } from '../../../shared/domain/address.ts';
import type { RecipientEvent } from '../../../shared/domain/feedback/recipient-event.ts';
import { readPolicy } from '../../../shared/domain/policy/policy.ts';
import { decideAll, event } from '../../support/recipient-event.ts';
import { day, noon } from '../../support/ses.ts';

/** The first hard bounce suppresses for two days. */
const policy = readPolicy({ hard: { firstDays: 2 }, accountList: { mode: 'off' } });
const hard = (days: number, fields: Partial<RecipientEvent> = {}) =>
  event({ id: `at-${days}`, sentAt: noon, at: noon + days * day, maxDurationMs: 2 * day, ...fields });
const recordAfter = (...events: RecipientEvent[]) => decideAll(events, policy, noon + 3 * day).record;

test('the first hard bounce suppresses for a time, and is remembered for a year', () => {
  expect(recordAfter(hard(0))).toMatchObject({
    status: 'suppressed',
    until: noon + 2 * day,
    expiresAt: noon + 365 * day,
  });
});

test('a second one while the first suppresses only moves the end, as two emails of one campaign do', () => {
  expect(recordAfter(hard(0), hard(1.9))?.until).toBe(noon + 3.9 * day);
});

test('a second one after that suppresses permanently', () => {
  const record = recordAfter(hard(0), hard(2));
  expect(record).toMatchObject({ status: 'suppressed', causes: { hard: { since: noon, last: noon + 2 * day } } });
  expect([record?.until, record?.expiresAt]).toEqual([undefined, undefined]);
});

test('concerns no other cause', () => {
  expect(recordAfter(event({ class: 'complaint' }))?.causes).toEqual({
    complaint: { since: noon + 2000, last: noon + 2000 },
  });
});

test('by default, the first one does, and an address of the simulator never is', () => {
  expect(decideAll([event()]).record?.until).toBeUndefined();
  const address = 'bounce@simulator.amazonses.com' as AddressKey;
  expect(recordAfter(hard(0, { address }), hard(3, { address }))?.until).toBe(noon + 5 * day);
});

test('the order of hard bounces does not matter', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: 4 }),
      fc.gen(),
      (days, gen) => {
        const shuffled = gen(fc.shuffledSubarray, days, { minLength: days.length });
        const [one, other] = [days, shuffled].map((all) => recordAfter(...all.map((at) => hard(at)))?.causes);
        expect(one).toEqual(other);
        expect(one?.hard?.until === undefined).toBe(Math.max(...days) - Math.min(...days) >= 2);
      },
    ),
  );
});
