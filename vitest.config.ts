import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/system/**', 'test/browser/**', 'node_modules/**'],
    testTimeout: 60_000,
    // A test without a claim passes whatever the code does.
    expect: { requireAssertions: true },
    // Two cores are the floor this suite is run on; more workers only make sockets and spawned servers compete.
    maxWorkers: 2,
    // Loading the tools and zod anew for each of 200 files took half of the whole time.
    isolate: false,
  },
});
