/** Prints what the study finds, as JSON: `{ figures, alarmsOfManyScopes }`. Takes a minute. */
import { minute } from '../../shared/domain/durations.ts';
import { scenarios } from './scenarios.ts';
import { watch } from './sender.ts';
import { study } from './study.ts';

const figures = scenarios.flatMap(study).map(({ scenario, measure: { of, atMost, atLeast }, alarm }) => ({
  name: scenario.name,
  of,
  atMost,
  atLeast: atLeast ?? 0,
  // JSON has no infinity for what never happens.
  alarm: alarm.map((value) => Math.min(value, Number.MAX_VALUE)),
}));

/** 200 scopes between 1 % and 2 %, for 30 days. */
const alarmsOfManyScopes = Array.from({ length: 200 }, (_, i) => {
  const rate = 0.01 + (0.01 * i) / 199;
  const options = { days: 30, seed: 31 * i + 1, line: 0.05, interval: 5 * minute, scopes: 200 };
  return watch({ volume: () => 300 / 1440, rate: () => rate }, options).transitions.length;
}).reduce((sum, count) => sum + count, 0);

console.log(JSON.stringify({ figures, alarmsOfManyScopes }));
