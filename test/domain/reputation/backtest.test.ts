import { createBacktest } from '../../../shared/domain/reputation/backtest.ts';
import { hour, noon } from '../../support/ses.ts';

const thresholds = { bounceRate: 0.05, complaintRate: 0.001 };

test('each rate has its own numerator and threshold, and both have the sends as denominator', () => {
  const bouncing = createBacktest(thresholds);
  bouncing.add({ start: noon, sends: 100, hardBounces: 20, complaints: 0 });
  expect(bouncing.evaluate(noon + hour)).toEqual([
    { at: noon + hour, rule: 'rate-exceeded', metric: 'bounceRate', from: 'ok', to: 'critical', bad: 20, total: 100 },
  ]);
  const complaining = createBacktest(thresholds);
  complaining.add({ start: noon, sends: 100, hardBounces: 0, complaints: 20 });
  expect(complaining.evaluate(noon + hour)).toEqual([
    {
      at: noon + hour,
      rule: 'rate-exceeded',
      metric: 'complaintRate',
      from: 'ok',
      to: 'critical',
      bad: 20,
      total: 100,
    },
  ]);
});

test('emails that are not settled are not evaluated, unless all emails are', () => {
  const backtest = createBacktest(thresholds);
  backtest.add({ start: noon, sends: 100, hardBounces: 20, complaints: 20 });
  expect(backtest.evaluate(noon + hour, noon)).toEqual([]);
  expect(backtest.evaluate(noon)).toEqual([]);
  expect(backtest.evaluate(noon + hour, noon + 1).map(({ metric }) => metric)).toEqual(['bounceRate', 'complaintRate']);
});
