import { domainOf } from '../../../shared/domain/address.ts';
import { answeringProvider } from '../../../shared/domain/verdict/answering-provider.ts';
import { type Scenario, simulateAccount } from '../../support/outage.ts';
import { autumn2019, december2020, fourOthers, minute, seeds, start } from '../../support/outage-scenarios.ts';
import { replayInStack } from '../../support/stack-outage.ts';

/** The rule `provider-outage` with the memory of deliveries, on the same accounts as the detector of `backtest`. */

const simulate = (seed: number, scenario: Scenario, perDay: number) =>
  simulateAccount(seed, { start, days: 17, perDay, scenario, withDeliveries: true });

test.each([
  ['December 2020', december2020, 'google'],
  ['2019', autumn2019, 'yahoo'],
] as const)(
  'an outage as in %s raises one alarm for each of its times',
  (_name, scenario, provider) => {
    let most = 0;
    for (const seed of seeds) {
      const { events } = simulate(seed, scenario, 4000);
      const alarms = replayInStack(events);
      expect({ seed, alarms: alarms.map((one) => one.provider) }).toEqual({
        seed,
        alarms: scenario.windows.map(() => provider),
      });
      for (const [index, [from, to]] of scenario.windows.entries()) {
        const { raisedAt = 0, resolvedAt = 0 } = alarms[index] ?? {};
        const bounces = events.filter(
          ({ kind, knownAt, recipient = '', answer = '' }) =>
            kind === 'hardBounce' &&
            knownAt >= from &&
            knownAt < raisedAt &&
            answeringProvider({ domain: domainOf(recipient as never), diagnosticCode: answer }) === provider,
        );
        most = Math.max(most, bounces.length);
        expect({ seed, bounces: bounces.length }).toEqual({ seed, bounces: expect.toSatisfy((n: number) => n <= 20) });
        expect((resolvedAt - to) / minute).toBeGreaterThan(0);
        expect((resolvedAt - to) / minute).toBeLessThan(130);
      }
    }
    console.log(`at most ${most} bounces of the provider until the alarm; seeds 1 to 50`);
  },
  600_000,
);

test('with 110,000 emails a day, it takes less than ten minutes', () => {
  for (const seed of [1, 2, 3]) {
    const raised = replayInStack(simulate(seed, december2020, 110_000).events);
    expect(raised).toHaveLength(2);
    for (const [index, [from]] of december2020.windows.entries())
      expect(((raised[index]?.raisedAt ?? 0) - from) / minute).toBeLessThan(10);
  }
}, 600_000);

test.each(fourOthers)(
  '%s raises nothing',
  (_name, scenario) => {
    for (const seed of seeds) {
      const { events } = simulate(seed, scenario, 4000);
      expect({ seed, alarms: replayInStack(events) }).toEqual({ seed, alarms: [] });
    }
  },
  600_000,
);
