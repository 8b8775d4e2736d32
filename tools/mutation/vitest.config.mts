import { defineConfig } from 'vitest/config';

/** The tests of the pure domain, which are all that mutation testing runs. */
export default defineConfig({
  test: {
    globals: true,
    include: ['test/domain/**/*.test.ts', 'test/promises/events.test.ts'],
    setupFiles: ['tools/mutation/setup.ts'],
    testTimeout: 30_000,
  },
});
