import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { unpackedBundle } from '../helpers/bundle.js';
import { clientOf } from '../helpers/stdio-client.js';

const run = promisify(execFile);

/** The oldest that the manifests allow, the oldest of the next line, which lacks some of its features, and the two with support. */
const VERSIONS = ['20.18.1', '21.0.0', '22', '24'];
const SCRATCH = resolve('node_modules/.cache/nodes');
const nodeOf = (version: string) => join(SCRATCH, 'node_modules', `node-${version}`, 'bin/node');
/** Four packages of 60 MB, from a registry that may be slow. */
const INSTALL_MS = 300_000;

/** Installs each Node once, from npm's packages of the program itself, which need no install scripts. */
async function installNodes(): Promise<void> {
  if (VERSIONS.every((version) => existsSync(nodeOf(version)))) return;
  mkdirSync(SCRATCH, { recursive: true });
  writeFileSync(join(SCRATCH, 'package.json'), '{ "private": true }');
  const packages = VERSIONS.map((version) => `node-${version}@npm:node-linux-${process.arch}@${version}`);
  await run('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', ...packages], { cwd: SCRATCH });
}

const manifest = z.object({ tools: z.array(z.object({ name: z.string() })) });
const named = manifest.parse(JSON.parse(readFileSync('manifest.json', 'utf8'))).tools.map(({ name }) => name);
const folder = mkdtempSync(join(tmpdir(), 'nodes-test-'));
let main = '';

beforeAll(async () => {
  await installNodes();
  main = join(await unpackedBundle(folder), 'dist/main.js');
}, INSTALL_MS);
afterAll(() => rmSync(folder, { recursive: true }));

describe.each(VERSIONS)('the bundle below a CommonJS package, on Node %s', (version) => {
  it('serves the tools that its manifest names', async () => {
    const client = await clientOf({ command: nodeOf(version), args: [main, '--sandbox'] });
    expect((await client.listTools()).tools.map(({ name }) => name)).toEqual(named);
  });

  it('plays the demo, which uses most of it', async () => {
    const { stdout } = await run(nodeOf(version), [main, 'demo', '--fast']);
    expect(stdout).toContain('Checked past the server');
  });
});
