import { settlementDelayMs, slotOf, slotStart } from '../../../shared/domain/reputation/time-slots.ts';

test('an hour has twelve slots of five minutes; its end belongs to the next hour', () => {
  const hour = Date.UTC(2026, 10, 20, 9);
  const at = (minutes: number) => slotOf(hour + minutes * 60_000);
  expect(at(0)).toEqual({ hour, slot: 0 });
  expect(at(4.999)).toEqual({ hour, slot: 0 });
  expect(at(5)).toEqual({ hour, slot: 1 });
  expect(at(59.999)).toEqual({ hour, slot: 11 });
  expect(at(60)).toEqual({ hour: hour + 3_600_000, slot: 0 });
});

test('a slot starts at a multiple of five minutes, and contains its start', () => {
  const nine = Date.UTC(2026, 10, 20, 9);
  expect([0, 4.999, 5, 59.999].map((minutes) => (slotStart(nine + minutes * 60_000) - nine) / 60_000)).toEqual([
    0, 0, 5, 55,
  ]);
});

test('emails settle in five minutes, because bounces are less than that ahead of the events that count their emails', () => {
  expect(settlementDelayMs).toBe(300_000);
});
