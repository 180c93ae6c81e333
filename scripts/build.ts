/** Bundles the server into dist/: `main.js`, the chunks it loads when they are first needed, and the licences of what is in them. */
import { chmod, rm, writeFile } from 'node:fs/promises';
import { build } from 'esbuild';
import { bundleOptions, OUT_DIR } from './bundle-options.js';
import { readPackage } from './package-json.js';
import { bundledFolders, licencesText, THIRD_PARTY_FILE } from './third-party.js';

const { version } = await readPackage();

await rm(OUT_DIR, { recursive: true, force: true });
const { metafile } = await build(bundleOptions(version));
await chmod(`${OUT_DIR}/main.js`, 0o755);
await writeFile(`${OUT_DIR}/${THIRD_PARTY_FILE}`, await licencesText(bundledFolders(metafile)));
