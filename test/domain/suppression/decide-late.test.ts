import { defaultPolicy, readPolicy } from '../../../shared/domain/policy/policy.ts';
import { decide } from '../../../shared/domain/suppression/decide.ts';
import { event } from '../../support/recipient-event.ts';
import { day, noon } from '../../support/ses.ts';

/** Returns the strikes after one soft bounce at noon that is processed later. */
const strikesAfter = (delayMs: number, endedByDelivery: boolean) => {
  const policy = readPolicy({ soft: { endedByDelivery } });
  return decide(undefined, event({ class: 'soft', effect: 'strike', at: noon }), policy, noon + delayMs).record
    ?.strikes;
};

test('a soft bounce that is processed a day late is a strike, and later only if deliveries are not watched', () => {
  expect(strikesAfter(day, true)).toEqual([noon]);
  expect(strikesAfter(day + 1, true)).toEqual([]);
  expect(strikesAfter(day + 1, false)).toEqual([noon]);
});

test('a copy that only watches changes nothing after one that suppressed, and the other way round it does', () => {
  const watching = event({ effect: 'watch', class: 'soft', metric: null });
  const strong = event({ metric: null });
  const [watched, suppressed] = [watching, strong].map(
    (one) => decide(undefined, one, defaultPolicy, noon + day).record,
  );
  expect(decide(suppressed, watching, defaultPolicy, noon + day).record).toBe(suppressed);
  expect(decide(watched, watching, defaultPolicy, noon + day).record).toBe(watched);
  const { record } = decide(watched, strong, defaultPolicy, noon + day);
  expect(record).toMatchObject({ status: 'suppressed', evidence: [{ class: 'hard' }] });
  expect(Object.values(record?.seen ?? {})).toEqual([{ sentAt: noon, scopes: [] }]);
});

test('the counter of a report leaves nothing but its id', () => {
  const { record } = decide(undefined, event({ effect: 'count' }), defaultPolicy, noon + day);
  expect(record).toMatchObject({ status: 'watched', evidence: [], causes: {}, strikes: [], prevented: 0 });
  expect(Object.keys(record?.seen ?? {})).toHaveLength(1);
});
