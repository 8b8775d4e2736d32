import { readFileSync } from 'node:fs';
import { alarmsFile, alarmsPage } from '../../tools/docs/alarms.ts';
import { runLocal } from '../support/run.ts';

type Figure = { name: string; of: string; atMost: number; atLeast: number; alarm: number[] };

/** In a process of its own: within Jest the same arithmetic takes four times as long. */
let answer: { figures: Figure[]; alarmsOfManyScopes: number };
beforeAll(async () => {
  const { code, stdout, stderr } = await runLocal('tsx', ['tools/alarm-study/main.ts']);
  if (code !== 0) throw new Error(stderr);
  answer = JSON.parse(stdout);
}, 180_000);

test('every figure of the alarm stays within its budget: twenty seeds, looking each minute and each quarter of an hour', () => {
  const isWithin = ({ alarm, atMost, atLeast }: Figure) => alarm.every((value) => value <= atMost && value >= atLeast);
  expect(answer.figures.filter((figure) => !isWithin(figure))).toEqual([]);
  expect(answer.figures.length).toBeGreaterThan(20);
  expect(answer.figures.every(({ alarm }) => alarm.length === 2)).toBe(true);
});

test('200 scopes between 1 % and 2 % raise less than half a false alarm in 30 days, all together', () => {
  expect(answer.alarmsOfManyScopes).toBeLessThanOrEqual(0.5);
});

test('docs/alarms.md says what its generator says today, of every figure (npm run docs)', () => {
  const lines = (page: string) => page.split('\n').filter((line) => !/^\| (?!sending|---)/.test(line));
  const page = readFileSync(alarmsFile, 'utf8');
  expect(lines(page)).toEqual(lines(alarmsPage([])));
  const rows = page.split('\n').filter((line) => line.startsWith('| '));
  expect(rows.slice(2).map((line) => line.split(' | ').slice(0, 2).join(': '))).toEqual(
    answer.figures.map(({ name, of }) => `| ${name}: ${of}`),
  );
});
