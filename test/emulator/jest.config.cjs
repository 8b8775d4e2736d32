const base = require('../../jest.config.js');

// Needs Python's packages, which `npm run test:deploy` installs: so it is not one of the tests of `npm test`.
module.exports = {
  ...base,
  rootDir: '../..',
  testMatch: ['<rootDir>/test/emulator/**/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/'],
  testTimeout: 180_000,
};
