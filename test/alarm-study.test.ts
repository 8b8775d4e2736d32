import { minute } from '../shared/feedback/durations.ts';
import { scenarios } from '../local/study/scenarios.ts';
import { watch } from '../local/study/sender.ts';
import { intervals, seeds, study } from '../local/study/study.ts';

/** What the alarms promise, on mails that chance has sent: twenty seeds, each of them printed where a budget is exceeded. */
describe.each(scenarios)('$name', (scenario) => {
  test('stays within its budgets', () => {
    for (const { measure, alarm } of study(scenario)) {
      for (const [i, value] of alarm.entries()) {
        const found = { of: measure.of, interval: intervals[i], seeds, value };
        const isWithin = value <= measure.atMost && value >= (measure.atLeast ?? 0);
        expect({ ...found, isWithin }).toEqual({ ...found, isWithin: true });
      }
    }
  });
});

test('200 scopes that stay between 1 % and 2 % raise less than half a false alarm in 30 days, all together', () => {
  const alarms = Array.from({ length: 200 }, (_, i) => {
    const rate = 0.01 + (0.01 * i) / 199;
    const options = { days: 30, seed: 31 * i + 1, line: 0.05, interval: 5 * minute, scopes: 200 };
    return watch({ volume: () => 300 / 1440, rate: () => rate }, options).transitions.length;
  });
  expect(alarms.reduce((sum, count) => sum + count, 0)).toBeLessThanOrEqual(0.5);
});
