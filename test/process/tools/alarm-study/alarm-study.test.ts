import { readFileSync } from 'node:fs';
import type { TenantFindings } from '../../../../tools/alarm-study/tenants.ts';
import { alarmsFile } from '../../../../tools/docs/alarms.ts';
import { runLocal } from '../../../support/run.ts';

type Figure = { name: string; of: string; atMost: number; atLeast: number; alarm: number[] };

/** The results of the study, whose figures `npm run docs` writes into the page. */
let results: { figures: Figure[]; alarmsOfManyScopes: number; tenants: TenantFindings[] };
beforeAll(async () => {
  const { code, stdout, stderr } = await runLocal('tsx', ['tools/alarm-study/main.ts']);
  if (code !== 0) throw new Error(stderr);
  results = JSON.parse(stdout);
}, 600_000);

/** Returns whether a line of the page is a row of the table of results. */
const isResult = (line: string) => /^\| (?!sending|---)/.test(line) && line.split(' | ').length === 6;

test('every figure of the alarm stays within its budget, evaluated every minute and every 15 minutes', () => {
  const isWithin = ({ alarm, atMost, atLeast }: Figure) => alarm.every((value) => value <= atMost && value >= atLeast);
  expect(results.figures.filter((figure) => !isWithin(figure))).toEqual([]);
  expect(results.figures.length).toBeGreaterThan(20);
  expect(results.figures.every(({ alarm }) => alarm.length === 2)).toBe(true);
});

test('500 scopes with rates between 1 % and 2 % together raise less than half a false alarm in 30 days', () => {
  expect(results.alarmsOfManyScopes).toBeLessThanOrEqual(0.5);
});

test('of 500 tenants, 3 that go bad are found within hours, and the others raise less than half a false alarm in 30 days', () => {
  expect(results.tenants.map(({ metric }) => metric)).toEqual(['bounceRate', 'complaintRate']);
  expect(results.tenants.reduce((sum, { falseAlarms }) => sum + falseAlarms, 0)).toBeLessThanOrEqual(0.5);
  for (const { hoursUntilFound } of results.tenants) {
    expect(Object.keys(hoursUntilFound)).toHaveLength(3);
    expect(Math.max(...Object.values(hoursUntilFound))).toBeLessThanOrEqual(16);
  }
});

test('docs/alarms.md has a row for every figure (npm run docs)', () => {
  const rows = readFileSync(alarmsFile, 'utf8').split('\n').filter(isResult);
  expect(rows.map((line) => line.split(' | ').slice(0, 2).join(': '))).toEqual(
    results.figures.map(({ name, of }) => `| ${name}: ${of}`),
  );
});
