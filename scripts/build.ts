/** Bundles the server into dist/. */
import { chmod } from 'node:fs/promises';
import { bundleServer } from './bundle.js';

await bundleServer('dist');
await chmod('dist/main.js', 0o755);
