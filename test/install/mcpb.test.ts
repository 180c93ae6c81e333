import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { getMcpConfigForManifest, unpackExtension, v0_3 } from '@anthropic-ai/mcpb';
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Config, readConfig } from '../../src/config.js';
import { BARE_ENV } from '../helpers/server-process.js';

const read = () => v0_3.McpbManifestSchema.parse(JSON.parse(readFileSync('manifest.json', 'utf8')));
const KEY = 'phx_of_the_form';

describe('the manifest of the bundle', () => {
  const manifest = read();

  /** The configuration that a host starts the server with, as the library of bundles fills it in. */
  async function configFrom(form: Record<string, string | boolean>): Promise<Config> {
    const options = { manifest, extensionPath: '/bundle', systemDirs: {}, userConfig: form, pathSeparator: '/' };
    const filled = await getMcpConfigForManifest(options);
    expect(filled).toMatchObject({ command: 'node', args: ['/bundle/dist/main.js'] });
    return readConfig(filled?.args?.slice(1), filled?.env);
  }

  it('keeps the key secret and asks for nothing else that has to be known', () => {
    const { user_config: form = {} } = manifest;
    expect(form.api_key).toMatchObject({ sensitive: true, required: true });
    const others = Object.entries(form).filter(([name]) => name !== 'api_key');
    expect(others.map(([name]) => name)).toEqual(['host', 'project_id', 'read_only']);
    for (const [, field] of others) expect(field).toMatchObject({ required: false, default: expect.anything() });
  });

  it('needs the key', async () => {
    const options = { manifest, extensionPath: '/', systemDirs: {}, userConfig: {}, pathSeparator: '/' };
    expect(await getMcpConfigForManifest(options)).toBeUndefined();
  });

  it.each<[string, Record<string, string | boolean>]>([
    ['left alone', {}],
    ['emptied', { host: '', project_id: '' }],
    [
      'not filled by the host',
      {
        host: `\${user_config.host}`,
        project_id: `\${user_config.project_id}`,
        read_only: `\${user_config.read_only}`,
      },
    ],
  ])('serves the default project of the US cloud where the rest of the form is %s', async (_, rest) => {
    const config = await configFrom({ api_key: KEY, ...rest });
    expect(config).toMatchObject({
      readOnly: false,
      posthog: { origin: 'https://us.posthog.com', project: '@current' },
    });
    expect(config.posthog?.key.reveal()).toBe(KEY);
  });

  it('hands on what the form says', async () => {
    const form = { api_key: KEY, host: 'https://eu.posthog.com', project_id: '42', read_only: true };
    expect(await configFrom(form)).toMatchObject({
      readOnly: true,
      posthog: { origin: 'https://eu.posthog.com', project: 42 },
    });
  });

  it('has an icon of 512 by 512 pixels', () => {
    const png = readFileSync(String(manifest.icon));
    expect(png.subarray(1, 4).toString()).toBe('PNG');
    expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([512, 512]);
  });
});

describe('the bundle', () => {
  // Hosts unpack it wherever they like, such as below "Application Support".
  const folder = mkdtempSync(join(tmpdir(), 'Bündel #1 %20? '));
  const unpacked = join(folder, 'unpacked');

  beforeAll(async () => {
    const file = join(folder, 'server.mcpb');
    const pack = ['--import', 'tsx', 'scripts/pack-mcpb.ts', file];
    await promisify(execFile)(process.execPath, pack, { env: BARE_ENV });
    writeFileSync(join(folder, 'package.json'), '{ "type": "commonjs" }');
    expect(await unpackExtension({ mcpbPath: file, outputDir: unpacked, silent: true })).toBe(true);
  }, 60_000);
  afterAll(() => rmSync(folder, { recursive: true }));

  it('holds the server, its licences and its icon, and nothing else', () => {
    const files = readdirSync(unpacked, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    const paths = files.map(({ parentPath, name }) => join(parentPath, name).slice(unpacked.length + 1));
    expect(paths.filter((path) => !/^dist\/chunks\/[\w-]+\.js$/.test(path)).sort()).toEqual([
      'LICENSE',
      'assets/icon.png',
      'dist/THIRD_PARTY_LICENSES.txt',
      'dist/main.js',
      'manifest.json',
      'package.json',
    ]);
  });

  it('serves what its manifest says, from its own folder alone', async () => {
    const { tools, prompts, server } = read();
    const client = new Client({ name: 'test', version: '1' });
    const args = [join(unpacked, server.entry_point), '--sandbox'];
    await client.connect(
      new StdioClientTransport({ command: 'node', args, cwd: unpacked, env: { ...BARE_ENV }, stderr: 'ignore' }),
    );
    try {
      const served = (await client.listTools()).tools;
      expect(served.map(({ name }) => name)).toEqual(tools?.map(({ name }) => name));
      expect((await client.listPrompts()).prompts.map(({ name }) => name)).toEqual(prompts?.map(({ name }) => name));
      const answer = await client.callTool({ name: 'experiment-list', arguments: { limit: 1 } });
      expect(answer).toMatchObject({ structuredContent: { items: [expect.anything()] } });
      expect(resolve(unpacked).startsWith(resolve('.'))).toBe(false);
    } finally {
      await client.close();
    }
  });
});
