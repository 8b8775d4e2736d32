import { readdirSync } from 'node:fs';
import path from 'node:path';
import * as fc from 'fast-check';

/**
 * Every test of the pure folders as one file. Bundled (bundle.cjs), so that a mutant costs one load instead of some hundred
 * modules; with a fixed seed, so that a mutant that dies today dies tomorrow; nobody looks at the counterexample, so it is not shrunk.
 */
process.env.PROPERTY_RUNS = '50';
fc.configureGlobal({ seed: 20261120, endOnFailure: true });

const filesIn = (folder: string) => readdirSync(path.join(__dirname, '..', 'test', folder));

// The bundler takes in every file that such a path could mean.
for (const file of filesIn('feedback')) {
  describe(file, () => {
    require(`../test/feedback/${file}`);
  });
}
for (const file of filesIn('reputation')) {
  describe(file, () => {
    require(`../test/reputation/${file}`);
  });
}
describe('events', () => {
  require('../test/events.test.ts');
});
