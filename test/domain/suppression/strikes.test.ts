import { defaultPolicy } from '../../../shared/domain/policy/policy.ts';
import { addStrike, softBounceCause } from '../../../shared/domain/suppression/strikes.ts';
import { decideAll, strikes } from '../../support/recipient-event.ts';
import { day, hour, noon } from '../../support/ses.ts';

const policy = { strikes: 3, withinDays: 7, onDays: 2, suppressDays: 9 };
const days = (...numbers: number[]) => numbers.map((number) => noon + number * day);

describe('strikes amount to', () => {
  test.each<[string, number[], [number, number] | undefined]>([
    ['nothing without any', [], undefined],
    ['nothing if there are too few', [0, 1], undefined],
    ['a suppression on the first and the last of seven days', [0, 3, 6], [6, 6]],
    ['nothing on the first and the eighth day', [0, 3, 7], undefined],
    ['nothing on a single day', [0, 0.1, 0.2], undefined],
    ['a suppression that lasts from the last strike that completes a window', [0, 3, 6, 6.1, 30], [6, 6.1]],
    ['a suppression that starts with the first strike that completes a window', [0, 0.1, 0.2, 1, 2], [1, 2]],
  ])('%s', (_title, on, expected) => {
    const [since, last] = expected === undefined ? [] : days(...expected);
    const cause = since === undefined || last === undefined ? undefined : { since, last, until: last + 9 * day };
    expect(softBounceCause(days(...on), policy)).toEqual(cause);
  });
});

describe('strikes are kept', () => {
  const keep = (...numbers: number[]) => {
    const kept = days(...numbers).reduce<readonly number[]>(
      (strikesSoFar, at) => addStrike(strikesSoFar, at, policy),
      [],
    );
    return kept.map((at) => Math.round(((at - noon) / day) * 100) / 100);
  };

  test('of one day: the oldest, as many as suppress, and the newest', () => {
    expect(keep(0.01, 0.02, 0.03, 0.04, 0.05)).toEqual([0.01, 0.02, 0.03, 0.05]);
    expect(keep(0.05, 0.03, 0.04, 0.02, 0.01)).toEqual([0.01, 0.02, 0.03, 0.05]);
    expect(keep(0.01, 0.02, 0.03)).toEqual([0.01, 0.02, 0.03]);
  });

  test('separately for each day', () => {
    expect(keep(0.01, 0.02, 0.03, 0.04, 0.05, 1.01, 1.02, 1.03, 1.04, 1.05)).toEqual([
      0.01, 0.02, 0.03, 0.05, 1.01, 1.02, 1.03, 1.05,
    ]);
  });

  test('for 396 days, counted in whole days', () => {
    expect(keep(0, 395)).toEqual([0, 395]);
    expect(keep(0, 395.45)).toEqual([0, 395.45]);
    expect(keep(0, 396)).toEqual([396]);
    expect(keep(396, 0)).toEqual([396]);
  });
});

describe('soft bounces', () => {
  const statusAfter = (...days: number[]) => decideAll(strikes(...days), defaultPolicy, noon + 40 * day).record?.status;
  const within = (...days: number[]) => decideAll(strikes(...days), defaultPolicy, noon + 25 * day).record;

  test('with five strikes on three days suppress, for 30 days from the last', () => {
    expect(within(0, 1, 2, 2, 2)).toMatchObject({
      status: 'suppressed',
      reason: 'soft',
      since: noon + 2 * day,
      until: noon + 32 * day,
    });
  });

  test('suppress until 30 days after the last strike, however many there are on its day', () => {
    const many = strikes(0, 1, 2, 2, 2, 2, 2, 2, 2).map((one, i) => ({ ...one, at: one.at + i * hour }));
    const { record } = decideAll(many, defaultPolicy, noon + 25 * day);
    expect([record?.since, record?.until]).toEqual([noon + 2 * day + 4 * hour, noon + 32 * day + 8 * hour]);
  });

  test.each([
    ['four strikes', [0, 1, 2, 3]],
    ['five strikes on two days', [0, 0, 0, 1, 1]],
    ['a hundred strikes on one day', Array.from({ length: 100 }, () => 0)],
  ])('with %s do not suppress', (_title, days) => {
    expect(within(...days)?.status).toBe('watched');
  });

  test('with strikes spread over more than 30 days do not suppress', () => {
    expect(statusAfter(0, 9, 18, 27, 36)).toBe('watched');
  });

  test('that are out-of-office replies are not strikes', () => {
    const replies = strikes(0, 1, 2, 3, 4, 5).map((one) => ({ ...one, effect: 'watch' as const }));
    expect(decideAll(replies, defaultPolicy, noon + 25 * day).record).toMatchObject({ status: 'watched', strikes: [] });
  });

  test('that arrive late complete a window whose last day has passed', () => {
    const late = strikes(0, 3, 6, 9, 29, 1);
    const sorted = strikes(0, 1, 3, 6, 9, 29);
    const times = ({ record }: ReturnType<typeof decideAll>) => [record?.status, record?.since, record?.until];
    expect(times(decideAll(late, defaultPolicy, noon + 29 * day))).toEqual(
      times(decideAll(sorted, defaultPolicy, noon + 29 * day)),
    );
  });
});
