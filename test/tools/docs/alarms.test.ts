import { readFileSync } from 'node:fs';
import { alarmsFile, alarmsPage } from '../../../tools/docs/alarms.ts';

test('docs/alarms.md is what its generator writes today, with figures of the code of today (npm run docs)', () => {
  const isResult = (line: string) => /^\| (?!sending|---)/.test(line) && line.split(' | ').length === 6;
  const withoutResults = (page: string) => page.split('\n').filter((line) => !isResult(line));
  const page = readFileSync(alarmsFile, 'utf8');
  // Contains the hash of the code that the study runs.
  expect(withoutResults(page)).toEqual(withoutResults(alarmsPage([])));
});
