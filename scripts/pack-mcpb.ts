/** `npm run pack:mcpb [-- FILE]`: makes the bundle that Claude Desktop installs. Needs a build. */
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { packExtension } from '@anthropic-ai/mcpb';

/** All that goes in; the licences of others are in dist. */
const CONTENTS = ['manifest.json', 'dist', 'assets/icon.png', 'LICENSE'];

const [file = 'posthog-experiments-mcp.mcpb'] = process.argv.slice(2);
const staging = await mkdtemp(join(tmpdir(), 'mcpb-'));
try {
  for (const path of CONTENTS) await cp(path, join(staging, path), { recursive: true });
  // Without it, Node before 20.19 or a package.json of a folder above takes main.js for CommonJS.
  await writeFile(join(staging, 'package.json'), '{ "type": "module" }\n');
  // Validates the manifest first, and says itself what is wrong.
  if (!(await packExtension({ extensionPath: staging, outputPath: resolve(file), silent: true }))) process.exitCode = 1;
} finally {
  await rm(staging, { recursive: true, force: true });
}
