const base = require('../../jest.config.js');

// These tests need Python packages, which `npm run test:deploy` installs, so `npm test` does not run them.
module.exports = {
  ...base,
  rootDir: '../..',
  testMatch: ['<rootDir>/test/emulator/**/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/'],
  testTimeout: 180_000,
};
