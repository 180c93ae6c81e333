import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build, type Metafile, type Plugin } from 'esbuild';
import { BUNDLE_OPTIONS } from './bundle-options.js';
import { readPackage } from './package-json.js';

/** Bundles the server into a folder: `main.js`, the chunks it loads when they are first needed, and a package.json. */
export async function bundleServer(outdir: string, plugins: readonly Plugin[] = []): Promise<Metafile> {
  const { version } = await readPackage();
  await rm(outdir, { recursive: true, force: true });
  const { metafile } = await build({
    ...BUNDLE_OPTIONS,
    entryPoints: ['src/main.ts'],
    outdir,
    define: { PACKAGE_VERSION: JSON.stringify(version) },
    plugins: [...BUNDLE_OPTIONS.plugins, ...plugins],
    metafile: true,
  });
  // Without it, Node takes the module type from the nearest package.json above, and the folder may be copied anywhere.
  await writeFile(join(outdir, 'package.json'), '{"type":"module"}\n');
  return metafile;
}
