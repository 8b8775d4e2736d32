/** Prints the results of the study as JSON: `{ figures, alarmsOfManyScopes, tenants }`. Takes about two minutes. */
import { minute } from '../../shared/domain/durations.ts';
import { scenarios } from './scenarios.ts';
import { perDay } from './senders.ts';
import { simulate } from './simulate.ts';
import { study } from './study.ts';
import { studyTenants } from './tenants.ts';

const figures = scenarios.flatMap(study).map(({ scenario, measure: { of, atMost, atLeast }, alarm }) => ({
  name: scenario.name,
  of,
  atMost,
  atLeast: atLeast ?? 0,
  // An event that never happens takes infinitely long, which JSON cannot express.
  alarm: alarm.map((value) => Math.min(value, Number.MAX_VALUE)),
}));

/** The alarms of 500 scopes with rates between 1 % and 2 %, in 30 days. */
const alarmsOfManyScopes = Array.from({ length: 500 }, (_, i) => {
  const rate = 0.01 + (0.01 * i) / 499;
  const options = { days: 30, seed: 31 * i + 1, metric: 'bounceRate', threshold: 0.05 } as const;
  return simulate(() => ({ volume: perDay(300), rate: () => rate }), {
    ...options,
    interval: 5 * minute,
    scopeCount: 500,
  }).transitions.length;
}).reduce((sum, count) => sum + count, 0);

console.log(JSON.stringify({ figures, alarmsOfManyScopes, tenants: studyTenants() }));
