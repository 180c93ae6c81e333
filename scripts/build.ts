/** Bundles the server into dist/: `main.js` and the chunks it loads when they are first needed. */
import { chmod, readFile, rm } from 'node:fs/promises';
import { build } from 'esbuild';
import { z } from 'zod';

const OUT_DIR = 'dist';
/** Some bundled dependencies are CommonJS and call `require` for Node's own modules. */
const BANNER =
  "#!/usr/bin/env node\nimport{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);";

const { version } = z.object({ version: z.string() }).parse(JSON.parse(await readFile('package.json', 'utf8')));

await rm(OUT_DIR, { recursive: true, force: true });
await build({
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
  legalComments: 'none',
  define: { PACKAGE_VERSION: JSON.stringify(version) },
  banner: { js: BANNER },
  // The SDK's default validator compiles schemas with ajv, 250 kB that every start would parse; this one is its own too.
  alias: { '@modelcontextprotocol/server/_shims': './scripts/sdk-shims.ts' },
  logLevel: 'warning',
});
await chmod(`${OUT_DIR}/main.js`, 0o755);
