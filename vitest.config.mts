import path from 'node:path';
import { defineConfig } from 'vitest/config';

const file = (name: string) => path.join(import.meta.dirname, name);

/** Tests that start real processes (`npm run test:process`), the deployment tests (`test:deploy`), and mail servers (`test:mta`). */
const slowerFolders = ['test/process/**', 'test/emulator/**', 'test/mta/**'];

const shared = {
  globals: true,
  // The tests of a worker share one process and one copy of each module, which takes a third of the time. The setup file
  // restores what a test file may change in its process.
  isolate: false,
  pool: 'forks',
  maxWorkers: 2,
  setupFiles: [file('test/support/setup.ts')],
  // Tests do not measure time. The limit only ends a test that hangs.
  testTimeout: 120_000,
  hookTimeout: 120_000,
} as const;

export default defineConfig({
  resolve: {
    // Examples import the package by its name.
    alias: [
      { find: /^ses-feedback$/, replacement: file('shared/suppression-list/index.ts') },
      { find: /^ses-feedback\/testing$/, replacement: file('shared/suppression-list/testing.ts') },
      { find: /^ses-feedback\/feedback$/, replacement: file('shared/domain/index.ts') },
    ],
  },
  test: {
    projects: [
      {
        extends: true,
        test: { ...shared, name: 'product', include: ['test/**/*.test.ts'], exclude: slowerFolders },
      },
      { extends: true, test: { ...shared, name: 'process', include: ['test/process/**/*.test.ts'] } },
      { extends: true, test: { ...shared, name: 'mta', include: ['test/mta/**/*.test.ts'] } },
      { extends: true, test: { ...shared, name: 'deploy', include: ['test/emulator/**/*.test.ts'] } },
    ],
    coverage: { provider: 'v8', include: ['shared/**/*.ts', 'functions/**/*.ts', 'cli/**/*.ts'] },
  },
});
