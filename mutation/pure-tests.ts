import { readdirSync } from 'node:fs';
import path from 'node:path';
import * as fc from 'fast-check';

/**
 * Every test of the pure folders as one file, for mutation testing: a mutant costs one load of the modules instead of a dozen.
 * The seed is fixed, so that a mutant that dies today dies tomorrow.
 */
process.env.PROPERTY_RUNS = '50';
fc.configureGlobal({ seed: 20261120 });

const folder = path.join(__dirname, '..', 'test');
const files = ['feedback', 'reputation'].flatMap((name) =>
  readdirSync(path.join(folder, name)).map((file) => path.join(name, file)),
);

for (const file of [...files, 'events.test.ts']) {
  describe(file, () => {
    require(path.join(folder, file));
  });
}
