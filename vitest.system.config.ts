import { defineConfig } from 'vitest/config';

/** What needs more than Node: nginx and openssl of Debian, and a build. */
export default defineConfig({
  test: {
    include: ['test/system/**/*.test.ts'],
    testTimeout: 30_000,
    hookTimeout: 30_000,
  },
});
