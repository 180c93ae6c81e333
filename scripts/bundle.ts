import { rm } from 'node:fs/promises';
import { build, type Metafile, type Plugin } from 'esbuild';
import { BUNDLE_OPTIONS } from './bundle-options.js';
import { readPackage } from './package-json.js';

/** Bundles the server into a folder: `main.js` and the chunks it loads when they are first needed. */
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
  return metafile;
}
