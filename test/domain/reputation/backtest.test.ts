import { createBacktest, settlementDelay } from '../../../shared/domain/reputation/backtest.ts';
import { hour, noon } from '../../support/ses.ts';

const lines = { bounceRate: 0.05, complaintRate: 0.001 };

test('each rate has its own numerator and its own line, and both have the sends', () => {
  const bouncing = createBacktest(lines);
  bouncing.add({ start: noon, sends: 100, hardBounces: 20, complaints: 0 });
  expect(bouncing.evaluate(noon + hour)).toEqual([
    { at: noon + hour, rule: 'rate-exceeded', metric: 'bounceRate', from: 'ok', to: 'critical', bad: 20, total: 100 },
  ]);
  const complaining = createBacktest(lines);
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

test('what is not settled is not judged, unless everything is', () => {
  const replay = createBacktest(lines);
  replay.add({ start: noon, sends: 100, hardBounces: 20, complaints: 20 });
  expect(replay.evaluate(noon + hour, noon)).toEqual([]);
  expect(replay.evaluate(noon)).toEqual([]);
  expect(replay.evaluate(noon + hour, noon + 1).map(({ metric }) => metric)).toEqual(['bounceRate', 'complaintRate']);
});

test('five minutes settle: bounces overtake the volume events of their own mails by less', () => {
  expect(settlementDelay).toBe(300_000);
});
