import { readdirSync } from 'node:fs';
import path from 'node:path';
import * as fc from 'fast-check';

/**
 * Runs every test of the pure domain from one file. bundle.cjs bundles it, so that each mutant loads one file instead
 * of hundreds of modules. The fixed seed makes the result reproducible: a mutant that is killed today is also killed
 * tomorrow. Counterexamples are not shrunk, because only the failure counts.
 */
process.env.PROPERTY_RUNS = '50';
fc.configureGlobal({ seed: 20261120, endOnFailure: true });

const root = path.join(__dirname, '..', '..', 'test', 'domain');
const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.test.ts'));

for (const file of files.toSorted()) {
  describe(file, () => {
    // esbuild bundles every file that matches this pattern, including those in nested folders.
    require(`../../test/domain/${file}`);
  });
}
describe('events', () => {
  require('../../test/promises/events.test.ts');
});
