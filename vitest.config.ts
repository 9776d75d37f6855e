import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/lab/**', 'test/real/**', 'test/cli/**', 'test/generated/**'],
          // Property tests take seconds, and many times that on a machine that is busy with something else.
          testTimeout: 60_000,
        },
      },
      {
        // Real servers and processes: one file at a time, so that measurements do not disturb each other.
        test: {
          name: 'real',
          include: ['test/lab/**/*.test.ts', 'test/real/**/*.test.ts', 'test/cli/**/*.test.ts'],
          fileParallelism: false,
          globalSetup: ['test/build-once.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      { test: { name: 'generated', include: ['test/generated/**/*.test.ts'], testTimeout: 60_000 } },
    ],
  },
});
