import { readdirSync } from 'node:fs';
import path from 'node:path';
import * as fc from 'fast-check';

/**
 * Every test of the pure folders as one file. Bundled (bundle.cjs), so that a mutant costs one load instead of some hundred
 * modules; with a fixed seed, so that a mutant that dies today dies tomorrow; nobody looks at the counterexample, so it is not shrunk.
 */
process.env.PROPERTY_RUNS = '50';
fc.configureGlobal({ seed: 20261120, endOnFailure: true });

const root = path.join(__dirname, '..', '..', 'test', 'domain');

// The bundler takes in every file that such a path could mean.
for (const file of readdirSync(root).filter((name) => name.endsWith('.test.ts'))) {
  describe(file, () => {
    require(`../../test/domain/${file}`);
  });
}
for (const folder of readdirSync(root).filter((name) => !name.endsWith('.ts'))) {
  for (const file of readdirSync(path.join(root, folder)).filter((name) => name.endsWith('.test.ts'))) {
    describe(`${folder}/${file}`, () => {
      require(`../../test/domain/${folder}/${file}`);
    });
  }
}
describe('events', () => {
  require('../../test/promises/events.test.ts');
});
