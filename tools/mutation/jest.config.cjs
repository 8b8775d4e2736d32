/** @type {import('jest').Config} */
module.exports = {
  rootDir: '.',
  testEnvironment: require.resolve('./test-environment.cjs'),
  testMatch: ['<rootDir>/pure-tests.bundle.js'],
  transform: {},
  testTimeout: 30_000,
};
