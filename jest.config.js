// The SDK warns at every start that its releases of 2027 need Node 22.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';

/** @type {import('jest').Config} */
module.exports = {
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  // These tests have a command of their own: npm run test:deploy.
  testPathIgnorePatterns: ['/node_modules/', '<rootDir>/test/emulator/'],
  testEnvironment: 'node',
  transform: { '\\.[cm]?[jt]s$': ['@swc/jest', { jsc: { target: 'es2023', parser: { syntax: 'typescript' } } }] },
  // Jest runs CommonJS, and these packages are ESM only.
  transformIgnorePatterns: ['/node_modules/(?!@middy/)'],
  // Examples import the package by its name.
  moduleNameMapper: {
    '^ses-feedback$': '<rootDir>/shared/suppression-list/index.ts',
    '^ses-feedback/testing$': '<rootDir>/shared/suppression-list/testing.ts',
    '^ses-feedback/feedback$': '<rootDir>/shared/domain/index.ts',
  },
  coverageProvider: 'v8',
  collectCoverageFrom: ['shared/**/*.ts', 'functions/**/*.ts', 'cli/**/*.ts'],
  testTimeout: 30_000,
  // These folders contain packages with the same name as this one.
  modulePathIgnorePatterns: ['<rootDir>/.stryker-tmp/', '<rootDir>/dist/'],
  maxWorkers: 2,
};
