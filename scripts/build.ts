/** Bundles the server into dist/, together with the licences of what is in it. */
import { chmod, writeFile } from 'node:fs/promises';
import { bundleServer } from './bundle.js';
import { bundledFolders, licencesText, THIRD_PARTY_FILE } from './third-party.js';

const OUT_DIR = 'dist';

const metafile = await bundleServer(OUT_DIR);
await chmod(`${OUT_DIR}/main.js`, 0o755);
await writeFile(`${OUT_DIR}/${THIRD_PARTY_FILE}`, await licencesText(bundledFolders(metafile)));
