import { replayIncidents } from '../../../shared/domain/incidents/replay-incidents.ts';
import { type Scenario, simulateAccount } from '../../support/outage.ts';
import { at, autumn2019, december2020, fourOthers, minute, seeds, start } from '../../support/outage-scenarios.ts';

const simulate = (seed: number, scenario: Scenario, perDay: number) =>
  simulateAccount(seed, { start, days: 17, perDay, scenario, withDeliveries: seed % 2 === 0 });

test.each([
  ['December 2020', december2020, 'google', 4000],
  ['2019', autumn2019, 'yahoo', 4000],
] as const)(
  'an outage as in %s is found, with the addresses that it refused',
  (_name, scenario, provider, perDay) => {
    let [bounces, found, missed, others] = [0, 0, 0, 0];
    for (const seed of seeds) {
      const { events, ofOutage } = simulate(seed, scenario, perDay);
      const incidents = replayIncidents(events);
      expect({ seed, found: incidents.map((one) => one.provider) }).toEqual({
        seed,
        found: scenario.windows.map(() => provider),
      });
      for (const [index, [from, to]] of scenario.windows.entries()) {
        const incident = incidents[index] as (typeof incidents)[number];
        const isIts = (one: (typeof events)[number]) =>
          one.kind === 'hardBounce' && scenario.domains.some((domain) => one.recipient?.endsWith(`@${domain}`));
        const before = events.filter((one) => isIts(one) && one.knownAt >= from && one.knownAt <= incident.detectedAt);
        expect({ seed, bounces: before.length }).toEqual({ seed, bounces: expect.toSatisfy((n) => n <= 20) });
        expect(Math.abs(incident.from - from)).toBeLessThan(60 * minute);
        expect(incident.to - to).toBeLessThan(120 * minute);
        const hit = ofOutage[index] as ReadonlySet<string>;
        bounces = Math.max(bounces, before.length);
        found += hit.size;
        missed += [...hit].filter((one) => !incident.recipients.has(one)).length;
        others += [...incident.recipients].filter((one) => !hit.has(one)).length;
      }
    }
    console.log(
      `${found} addresses, ${missed} missed, ${others} others; at most ${bounces} bounces until the detection; seeds 1 to 50`,
    );
    expect(missed / found).toBeLessThan(0.01);
    expect(others / found).toBeLessThan(0.03);
  },
  600_000,
);

test('with 110,000 emails a day, it takes less than ten minutes', () => {
  for (const seed of [1, 2, 3]) {
    const { events } = simulate(seed, december2020, 110_000);
    const detected = replayIncidents(events).map(({ detectedAt }) => detectedAt);
    expect(detected).toHaveLength(2);
    for (const [index, [from]] of december2020.windows.entries())
      expect(((detected[index] ?? 0) - from) / minute).toBeLessThan(10);
  }
}, 600_000);

test.each(fourOthers)(
  '%s is no outage',
  (_name, scenario) => {
    for (const seed of seeds) {
      const { events } = simulate(seed, scenario, 4000);
      expect({ seed, incidents: replayIncidents(events).length }).toEqual({ seed, incidents: 0 });
    }
  },
  600_000,
);

test('a bad list that is mailed during an outage is not part of it', () => {
  for (const seed of seeds.slice(0, 10)) {
    const outage = simulate(seed, december2020, 4000);
    const list = simulate(
      seed,
      { kind: 'bad-list', domain: 'gmail.com', at: at('15T20:00'), size: 2000, share: 0.4 },
      10,
    );
    const ofList = list.events.filter(({ recipient }) => recipient?.startsWith('bought'));
    const events = [...outage.events, ...ofList].sort((a, b) => a.knownAt - b.knownAt);
    const incidents = replayIncidents(events);
    expect(incidents).toHaveLength(2);
    expect(list.ofBadList.size).toBeGreaterThan(700);
    for (const { recipients } of incidents)
      expect([...recipients].filter((one) => list.ofBadList.has(one))).toEqual([]);
  }
}, 600_000);
