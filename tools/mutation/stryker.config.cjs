// Mutation testing of the pure domain: https://stryker-mutator.io/docs/stryker-js/configuration/
// To exclude a mutant that cannot change the behavior: `// Stryker disable next-line <mutator>: <reason>`.
/** @type {import('@stryker-mutator/api/core').PartialStrykerOptions} */
module.exports = {
  mutate: ['shared/domain/**/*.ts'],
  testRunner: 'jest',
  plugins: ['@stryker-mutator/jest-runner'],
  jest: { configFile: 'tools/mutation/jest.config.cjs', enableFindRelatedTests: false },
  buildCommand: 'node tools/mutation/bundle.cjs',
  coverageAnalysis: 'perTest',
  concurrency: 2,
  timeoutMS: 8000,
  reporters: ['clear-text', 'progress', 'html', 'json'],
  clearTextReporter: { allowColor: false, logTests: false, reportTests: false },
  htmlReporter: { fileName: 'reports/mutation.html' },
  jsonReporter: { fileName: 'reports/mutation.json' },
  thresholds: { high: 100, low: 100, break: 100 },
  tempDirName: '.stryker-tmp',
  // The Python environment of the emulator has links that Stryker cannot copy.
  ignorePatterns: ['.local', 'dist'],
};
