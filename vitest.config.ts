import { defineConfig } from 'vitest/config';

/** Tests of the command that start the lab. */
const MEASURING = ['test/cli/exit-codes.test.ts', 'test/cli/action.test.ts', 'test/cli/drill-results.test.ts'];

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: [
            'test/lab/**',
            'test/real/**',
            'test/atlas/**',
            'test/cli/**',
            'test/stories/**',
            'test/generated/**',
          ],
          // Property tests take seconds, and many times that on a machine that is busy with something else.
          testTimeout: 60_000,
        },
      },
      {
        // Real servers and processes: one file at a time, so that measurements do not disturb each other.
        test: {
          name: 'real',
          include: ['test/lab/**/*.test.ts', 'test/real/**/*.test.ts', 'test/stories/**/*.test.ts', ...MEASURING],
          fileParallelism: false,
          sequence: { groupOrder: 2 },
          globalSetup: ['test/build-once.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        // The command as a process of its own. Nothing is measured, so files run side by side.
        test: {
          name: 'cli',
          include: ['test/cli/**/*.test.ts'],
          exclude: MEASURING,
          sequence: { groupOrder: 1 },
          globalSetup: ['test/build-once.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        // Products that are large or slow to start; `npm run test:atlas` installs them and runs only this.
        test: {
          name: 'atlas',
          include: ['test/atlas/**/*.test.ts'],
          fileParallelism: false,
          globalSetup: ['test/build-once.ts'],
          testTimeout: 120_000,
          hookTimeout: 300_000,
        },
      },
      { test: { name: 'generated', include: ['test/generated/**/*.test.ts'], testTimeout: 60_000 } },
    ],
  },
});
