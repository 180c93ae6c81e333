/** How esbuild puts the server into dist/. */
import type { BuildOptions } from 'esbuild';

export const OUT_DIR = 'dist';
/** Some bundled dependencies are CommonJS and call `require` for Node's own modules. */
const BANNER =
  "#!/usr/bin/env node\nimport{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);";

export function bundleOptions(version: string) {
  return {
    entryPoints: ['src/main.ts'],
    outdir: OUT_DIR,
    bundle: true,
    splitting: true,
    chunkNames: 'chunks/[name]-[hash]',
    platform: 'node',
    format: 'esm',
    target: 'node20',
    minify: true,
    keepNames: true,
    // They go into one file of their own, see third-party.ts.
    legalComments: 'none',
    define: { PACKAGE_VERSION: JSON.stringify(version) },
    banner: { js: BANNER },
    // The SDK's default validator compiles schemas with ajv, 250 kB that every start would parse; this one is its own too.
    alias: { '@modelcontextprotocol/server/_shims': './scripts/sdk-shims.ts' },
    metafile: true,
    logLevel: 'warning',
  } satisfies BuildOptions;
}
