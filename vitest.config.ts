import { defineConfig } from 'vitest/config';

// Node reads these when a worker starts, and would send what tests ask of their own servers through the machine's proxy.
for (const name of Object.keys(process.env)) if (/proxy$/i.test(name)) delete process.env[name];

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
