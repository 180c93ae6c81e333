import { defineConfig } from 'vitest/config';

// As in vitest.config.ts.
for (const name of Object.keys(process.env)) if (/proxy$/i.test(name)) delete process.env[name];

/** What needs more than Node: nginx, openssl, Redis and Chromium of Debian, other Nodes and the Inspector from npm, and a build. */
export default defineConfig({
  test: {
    include: ['test/system/**/*.test.ts', 'test/browser/**/*.test.ts'],
    testTimeout: 30_000,
    hookTimeout: 30_000,
    // As in vitest.config.ts.
    expect: { requireAssertions: true },
  },
});
