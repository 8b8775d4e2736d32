// Mutation testing of the pure rules: https://stryker-mutator.io/docs/stryker-js/configuration/
// A mutant that cannot matter is excused on its line: `// Stryker disable next-line <mutator>: <why no test can tell>`.
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
  // The emulator's Python has links that cannot be copied.
  ignorePatterns: ['.local', 'dist'],
};
