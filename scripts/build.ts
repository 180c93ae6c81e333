/** Bundles the server into dist/: `main.js` and the chunks it loads when they are first needed. */
import { chmod, readFile, rm } from 'node:fs/promises';
import { build } from 'esbuild';
import { z } from 'zod';
import { BUNDLE_OPTIONS } from './bundle-options.js';

const OUT_DIR = 'dist';

const { version } = z.object({ version: z.string() }).parse(JSON.parse(await readFile('package.json', 'utf8')));

await rm(OUT_DIR, { recursive: true, force: true });
await build({
  ...BUNDLE_OPTIONS,
  entryPoints: ['src/main.ts'],
  outdir: OUT_DIR,
  define: { PACKAGE_VERSION: JSON.stringify(version) },
});
await chmod(`${OUT_DIR}/main.js`, 0o755);
