import {
  continueKnownOutage,
  contradictsOutage,
  findKnownOutage,
  type KnownBounces,
} from '../../../shared/domain/reputation/known-bounces.ts';
import { noon } from '../../support/ses.ts';

const minute = 60_000;
const now = noon + 30 * minute;
const at = (minutesAgo: number, provider: string, known: number, unknown = 0): KnownBounces => ({
  start: now - minutesAgo * minute,
  provider,
  known,
  unknown,
});
/** 1,200 emails an hour for a day. */
const sends = Array.from({ length: 24 * 12 }, (_, index) => ({
  start: now - index * 5 * minute,
  sends: 100,
  hard: 0,
  complaints: 0,
  prevented: 0,
}));
const find = (bounces: readonly KnownBounces[]) => findKnownOutage(bounces, { now, until: now - 5 * minute, sends });

test('a dozen known addresses that bounce within minutes are an outage, and unknown ones are not', () => {
  expect(find([at(5, 'google', 12)])).toMatchObject({ provider: 'google', bounces: 12, isOfKnownAddresses: true });
  expect(find([at(5, 'google', 0, 500)])).toBeUndefined();
  expect(find([at(5, 'other', 50)])).toBeUndefined();
});

test('it is no outage if few of all emails are refused, if the others refuse as well, or if it is hours ago', () => {
  expect(find([at(90, 'google', 20), at(45, 'google', 20)])).toBeUndefined();
  expect(find([at(5, 'google', 12), at(5, 'yahoo', 12), at(5, 'microsoft', 12)])).toBeUndefined();
  expect(find([at(90, 'google', 100)])).toBeUndefined();
});

test('an outage at one provider does not go on because another one refuses addresses', () => {
  const over = [at(10 * 60, 'google', 300)];
  const elsewhere = [...over, at(20, 'yahoo', 5, 200)];
  expect(continueKnownOutage(elsewhere, now)).toBeUndefined();
  expect(continueKnownOutage([...elsewhere, at(20, 'google', 8)], now)).toMatchObject({ provider: 'google' });
});

test('many more unknown addresses than known ones are a bad list, also in an hour that has just begun', () => {
  expect(contradictsOutage([at(31, 'google', 0, 30), at(5, 'google', 2)], 'google', now)).toBe(true);
  expect(contradictsOutage([at(31, 'google', 0, 3), at(5, 'google', 20)], 'google', now)).toBe(false);
  expect(contradictsOutage([at(5 * 60, 'google', 0, 30)], 'google', now)).toBe(false);
  expect(contradictsOutage([], 'google', now)).toBe(false);
});
