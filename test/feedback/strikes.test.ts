import { defaultPolicy } from '../../shared/feedback/policy.ts';
import { decideAll, strikes } from '../support/recipient-event.ts';
import { day, hour, noon } from '../support/ses.ts';

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

  test('the end goes by the last strike, however many there are of its day', () => {
    const many = strikes(0, 1, 2, 2, 2, 2, 2, 2, 2).map((one, i) => ({ ...one, at: one.at + i * hour }));
    const { record } = decideAll(many, defaultPolicy, noon + 25 * day);
    expect([record?.since, record?.until]).toEqual([noon + 2 * day + 4 * hour, noon + 32 * day + 8 * hour]);
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
    const replies = strikes(0, 1, 2, 3, 4, 5).map((one) => ({ ...one, effect: 'watch' as const }));
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
