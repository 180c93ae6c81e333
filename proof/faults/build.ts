import { resolve } from 'node:path';
import { build, type Plugin } from 'esbuild';
import { bundleServer } from '../../scripts/bundle.js';

const REAL = resolve('src/posthog/limits.ts');
const SHORT = resolve('proof/faults/limits.ts');

const shortWaits: Plugin = {
  name: 'short-waits',
  setup: (build) => {
    build.onResolve({ filter: /\/limits\.js$/ }, ({ path, resolveDir, importer }) => {
      const target = resolve(resolveDir, path.replace(/\.js$/, '.ts'));
      return target === REAL && importer !== SHORT ? { path: SHORT } : undefined;
    });
  },
};

/** Bundles the product as `npm run build` does, but for one module: its waits are short. Returns what Node is to run. */
export async function buildImpatient(folder = 'node_modules/.cache/faults'): Promise<string[]> {
  await bundleServer(folder, [shortWaits]);
  const gauge = `./${folder}/gauge.mjs`;
  await build({ entryPoints: ['proof/faults/gauge.ts'], outfile: gauge, platform: 'node', format: 'esm' });
  return ['--expose-gc', '--import', gauge, `${folder}/main.js`];
}
