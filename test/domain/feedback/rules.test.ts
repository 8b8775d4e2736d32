import { readFileSync } from 'node:fs';
import { bounceClasses, bounceClassesFile } from '../../../tools/docs/bounce-classes.ts';

test('docs/bounce-classes.md matches the rule table (run: npm run docs)', () => {
  expect(readFileSync(bounceClassesFile, 'utf8')).toBe(bounceClasses());
});
