import type { BuildOptions, Plugin } from 'esbuild';

/** Some bundled dependencies are CommonJS and call `require` for Node's own modules. */
const BANNER =
  "#!/usr/bin/env node\nimport{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);";

/** Zod brings its messages in 50 languages, 260 kB that every start would parse; ours are in English alone. */
const ENGLISH_ONLY: Plugin = {
  name: 'english-only',
  setup: ({ onLoad }) =>
    onLoad({ filter: /zod[\\/]v4[\\/]locales[\\/]index\.js$/ }, () => ({
      contents: "export { default as en } from './en.js';",
    })),
};

/** How the server is bundled; the benchmark bundles what it compares the server with in the same way. */
export const BUNDLE_OPTIONS = {
  bundle: true,
  splitting: true,
  chunkNames: 'chunks/[name]-[hash]',
  platform: 'node',
  format: 'esm',
  target: 'node20',
  minify: true,
  // The HogQL parser is binary code inside a text; escapes would make it a third larger.
  charset: 'utf8',
  // They go into one file of their own, see third-party.ts.
  legalComments: 'none',
  banner: { js: BANNER },
  alias: {
    // The SDK's default validator compiles schemas with ajv, 250 kB that every start would parse; this one is its own too.
    '@modelcontextprotocol/server/_shims': './scripts/sdk-shims.ts',
    // Its version for Node reads the working directory while it loads, so `http` could not start where that folder was deleted.
    depd: 'depd/lib/browser/index.js',
    // The Redis client would write the store's password to stderr where DEBUG is set.
    debug: './scripts/no-debug.cjs',
  },
  plugins: [ENGLISH_ONLY],
  logLevel: 'warning',
} satisfies BuildOptions;
