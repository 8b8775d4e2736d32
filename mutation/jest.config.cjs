const base = require('../jest.config.js');

/** @type {import('jest').Config} */
module.exports = {
  ...base,
  rootDir: '..',
  testEnvironment: require.resolve('./test-environment.cjs'),
  testMatch: ['<rootDir>/mutation/pure-tests.ts'],
};
