import fc from 'fast-check';
import { accumulate } from '../../../shared/domain/aws-window/cumulative.ts';
import { fitWindow } from '../../../shared/domain/aws-window/fit-window.ts';
import { forecast } from '../../../shared/domain/aws-window/forecast.ts';
import { contentOf } from '../../../shared/domain/aws-window/window.ts';
import { makeHiddenWindow } from '../../support/hidden-window.ts';
import { checkFit } from '../../support/window-fit.ts';

const hour = 3_600_000;
const day = 24 * hour;

test.each([2, 3, 5, 7])('the window of account %d is within 5 %% of the true one, or not known', (seed) => {
  const { isKnown, sizeOff, leftOff } = checkFit(seed);
  if (isKnown) expect([sizeOff, leftOff].every((off) => off <= 0.05)).toBe(true);
});

test('rates that never change say nothing about the window', () => {
  const buckets = Array.from({ length: 100 * 24 }, (_, index) => ({
    start: index * hour,
    sends: 100,
    hardBounces: 1,
    complaints: 0,
  }));
  const points = buckets.slice(48).map(({ start }) => ({ at: start, bounceRate: 0.01, complaintRate: 0 }));
  expect(fitWindow(accumulate(buckets, hour), points).kind).toBe('unknown');
});

test('rates of another account are explained by no window', () => {
  const [mine, other] = [makeHiddenWindow(2), makeHiddenWindow(5)];
  expect(fitWindow(accumulate(mine.buckets, hour), other.points).kind).toBe('unknown');
});

test('a few values are too few', () => {
  const { buckets, points } = makeHiddenWindow(2);
  expect(fitWindow(accumulate(buckets, hour), points.slice(0, 50))).toMatchObject({
    kind: 'unknown',
    reason: expect.stringMatching(/^needs 60/),
  });
});

test('the content of a window is what a sum over its hours gives', () => {
  const bucket = fc.record({ sends: fc.nat(50), hardBounces: fc.nat(3), complaints: fc.nat(1) });
  fc.assert(
    fc.property(fc.array(bucket, { minLength: 2, maxLength: 60 }), fc.nat(59), (all, count) => {
      const buckets = all.map((one, index) => ({ start: index * hour, ...one }));
      const history = accumulate(buckets, hour);
      const hours = Math.min(count, all.length);
      const content = contentOf(history, { emails: 0, days: hours / 24 }, history.to);
      const sum = (column: 'sends' | 'hardBounces') =>
        all.slice(all.length - hours).reduce((total, one) => total + one[column], 0);
      expect(content?.sends).toBeCloseTo(sum('sends'), 6);
      expect(content?.hardBounces).toBeCloseTo(sum('hardBounces'), 6);
      const emails = sum('sends');
      // By count, the same emails: hours without any may be on either side.
      expect(contentOf(history, { emails, days: 0 }, history.to)?.sends).toBeCloseTo(emails, 6);
    }),
  );
});

describe('a forecast', () => {
  /** A thousand emails a day; a bad day, ten days ago, of which everything bounced. */
  const buckets = Array.from({ length: 60 }, (_, index) => ({
    start: index * day,
    sends: 1000,
    hardBounces: index === 49 ? 1000 : 0,
    complaints: 0,
  }));
  const history = accumulate(buckets, day);
  const thresholds = { review: 0.05, pause: 0.1 };

  test('says how many bounces are left, in the window', () => {
    expect(forecast(history, { emails: 25_000, days: 0 }, 'bounceRate', thresholds)?.left).toEqual({
      review: 250,
      pause: 1500,
    });
  });

  test('says when a bad day leaves the window, by count and by days', () => {
    const recovery = (emails: number, days: number) => {
      const at = forecast(history, { emails, days }, 'bounceRate', thresholds)?.recoversAt;
      return at === undefined ? undefined : (at - history.to) / day;
    };
    // The day lies 10 to 11 days back, and half of it has to leave for 500 of 10,000.
    expect(recovery(12_000, 0)).toBeCloseTo(1.4, 1);
    expect(recovery(0, 12)).toBeCloseTo(1.4, 1);
    expect(recovery(25_000, 0)).toBeUndefined();
  });

  test('is missing where the history is shorter than the window', () => {
    expect(forecast(history, { emails: 100_000, days: 0 }, 'bounceRate', thresholds)).toBeUndefined();
  });
});
