import { readFile, rm } from 'node:fs/promises';
import { build, type Plugin } from 'esbuild';
import { z } from 'zod';

/** Some bundled dependencies are CommonJS and call `require` for Node's own modules. */
const BANNER =
  "#!/usr/bin/env node\nimport{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);";

/** Bundles the server into a folder: `main.js` and the chunks it loads when they are first needed. */
export async function bundleServer(outdir: string, plugins: Plugin[] = []): Promise<void> {
  const { version } = z.object({ version: z.string() }).parse(JSON.parse(await readFile('package.json', 'utf8')));
  await rm(outdir, { recursive: true, force: true });
  await build({
    entryPoints: ['src/main.ts'],
    outdir,
    bundle: true,
    splitting: true,
    chunkNames: 'chunks/[name]-[hash]',
    platform: 'node',
    format: 'esm',
    target: 'node20',
    minify: true,
    keepNames: true,
    legalComments: 'none',
    define: { PACKAGE_VERSION: JSON.stringify(version) },
    banner: { js: BANNER },
    // The SDK's default validator compiles schemas with ajv, 250 kB that every start would parse; this one is its own too.
    alias: { '@modelcontextprotocol/server/_shims': './scripts/sdk-shims.ts' },
    logLevel: 'warning',
    plugins,
  });
}
