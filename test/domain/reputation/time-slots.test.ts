import { slotOf, slotStart } from '../../../shared/domain/reputation/time-slots.ts';

test('an hour has twelve slots of five minutes each, its start belongs to it and its end to the next', () => {
  const hour = Date.UTC(2026, 10, 20, 9);
  const at = (minutes: number) => slotOf(hour + minutes * 60_000);
  expect(at(0)).toEqual({ hour, slot: 0 });
  expect(at(4.999)).toEqual({ hour, slot: 0 });
  expect(at(5)).toEqual({ hour, slot: 1 });
  expect(at(59.999)).toEqual({ hour, slot: 11 });
  expect(at(60)).toEqual({ hour: hour + 3_600_000, slot: 0 });
});

test('a slot starts on the five minutes, and its start belongs to it', () => {
  const nine = Date.UTC(2026, 10, 20, 9);
  expect([0, 4.999, 5, 59.999].map((minutes) => (slotStart(nine + minutes * 60_000) - nine) / 60_000)).toEqual([
    0, 0, 5, 55,
  ]);
});
