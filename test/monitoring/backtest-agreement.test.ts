import fc from 'fast-check';
import { createBacktest } from '../../shared/domain/reputation/backtest.ts';
import { settlementDelayMs, slotStart } from '../../shared/domain/reputation/time-slots.ts';
import { createMonitoring, minute } from '../support/monitoring.ts';
import { runs } from '../support/runs.ts';
import { day, noon } from '../support/ses.ts';
import { createSystem, useSystem } from '../support/system.ts';

useSystem();

/** Sends of a moment, and the feedback on them or on earlier emails, each followed by an evaluation. */
const moments = fc.array(
  fc.record({
    minutes: fc.oneof(
      { weight: 6, arbitrary: fc.integer({ min: 1, max: 90 }) },
      { weight: 3, arbitrary: fc.integer({ min: 90, max: 1500 }) },
      { weight: 1, arbitrary: fc.constant(20 * 1440) },
    ),
    sends: fc.constantFrom(0, 20, 300, 4000),
    hard: fc.constantFrom(0, 0, 0, 2, 9, 40, 200),
    complaints: fc.constantFrom(0, 0, 0, 1, 8),
    lateMinutes: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 3000 })),
  }),
  { minLength: 30, maxLength: 60 },
);

test('the deployed evaluation and the back-test change the alarms of any history at the same times', async () => {
  let transitions = 0;
  await fc.assert(
    fc.asyncProperty(moments, async (all) => {
      const system = await createSystem();
      const monitoring = createMonitoring(system);
      const backtest = createBacktest({ bounceRate: 0.05, complaintRate: 0.001 });
      const statuses = new Map<string, string>();
      system.now = noon;
      for (const { minutes, sends, hard, complaints, lateMinutes } of all) {
        const sentAt = Math.max(noon - day, system.now - lateMinutes * minute);
        await monitoring.count({ sends });
        await monitoring.count({ hard, complaints }, { sentAt });
        backtest.add({ start: slotStart(system.now), sends, hardBounces: 0, complaints: 0 });
        backtest.add({ start: slotStart(sentAt), sends: 0, hardBounces: hard, complaints });
        system.now += minutes * minute;
        await monitoring.evaluate();
        const deployed: string[] = [];
        for (const { rule, metric = '', alarm } of (await monitoring.store.read('account', system.now, true)).alarms) {
          if (rule !== 'rate-exceeded') continue;
          const before = statuses.get(metric) ?? 'ok';
          if (before !== alarm.status) deployed.push(`${metric} ${before} → ${alarm.status}`);
          statuses.set(metric, alarm.status);
        }
        const expected = backtest.evaluate(system.now, slotStart(system.now - settlementDelayMs));
        expect(deployed.toSorted()).toEqual(
          expected.map(({ metric, from, to }) => `${metric} ${from} → ${to}`).toSorted(),
        );
        transitions += deployed.length;
      }
    }),
    { numRuns: runs(5) },
  );
  // Proves that the histories contain incidents.
  expect(transitions).toBeGreaterThan(5);
});
