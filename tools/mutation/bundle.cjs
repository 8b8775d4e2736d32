/** Bundles the pure tests. Stryker runs this in its copy of the tree, after it has put the mutants into the sources. */
const path = require('node:path');

require('esbuild').buildSync({
  entryPoints: [path.join(__dirname, 'pure-tests.ts')],
  outfile: path.join(__dirname, 'pure-tests.bundle.js'),
  bundle: true,
  platform: 'node',
  target: 'node20',
});
