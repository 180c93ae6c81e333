import { join, resolve } from 'node:path';
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { gemini } from '../../proof/clients/real/hosts.js';
import { LAST_WORDS, startModel } from '../../proof/clients/real/model.js';
import { installed, isolated, isRegistryReachable, ran } from '../../proof/clients/real/scratch.js';
import { MAIN, start } from '../helpers/server-process.js';

const INSTALL_MS = 300_000;
const CLIENT_MS = 120_000;
const TOOLS = 25;
const online = await isRegistryReachable();
if (!online) process.stderr.write('npm cannot be reached, so the tests with real clients are left out.\n');

const main = resolve(MAIN);

/** A server over HTTP on the sandbox. */
async function served(args: readonly string[] = [], env: Record<string, string> = {}) {
  const server = start(['http', '--sandbox', '--port', '0', ...args], env);
  const [, url = ''] = /"url":"([^"]+)"/.exec(await server.printed('"url"')) ?? [];
  const close = async () => {
    server.child.kill('SIGTERM');
    await server.exited;
  };
  return { url, close };
}

const sdkSeen = z.object({
  tools: z.number(),
  read: z.string(),
  error: z.object({ isError: z.boolean(), text: z.string() }),
  preview: z.string(),
  confirmed: z.string(),
  prompts: z.number(),
  resources: z.number(),
});

describe.skipIf(!online)('a client on the SDK', () => {
  const kinds = {
    '1.0.0': ['stdio'],
    '1.5.0': ['stdio'],
    '1.10.0': ['stdio', 'http'],
    '1.18.0': ['stdio', 'http', 'sse'],
    '1.25.0': ['stdio', 'http', 'sse'],
  };
  const all = Object.entries(kinds).flatMap(([version, ways]) => ways.map((way) => [version, way] as const));

  it.each(all)(
    '%s lists, reads, meets an error and confirms over %s',
    { timeout: INSTALL_MS },
    async (version, way) => {
      const folder = await installed([`@modelcontextprotocol/sdk@${version}`]);
      const http = way === 'stdio' ? null : await served();
      const { env, home } = await isolated();
      const script = resolve('test/system/clients/old-sdk.mjs');
      const { stdout, stderr, code } = await ran(process.execPath, [script, folder, way, http?.url ?? main], {
        env,
        cwd: home,
        timeout: CLIENT_MS,
      });
      await http?.close();
      expect(code, stderr).toBe(0);
      expect(sdkSeen.parse(JSON.parse(stdout))).toMatchObject({
        ...{
          tools: TOOLS,
          read: 'recommendation: ship',
          error: { isError: true, text: expect.stringContaining('not_found') },
        },
        ...{ preview: 'status: confirmation_required', confirmed: 'status: applied' },
      });
    },
  );
});

describe.skipIf(!online)('the AI SDK', () => {
  it('lists, reads, meets an error, and has a live call confirmed in a dialog', { timeout: INSTALL_MS }, async () => {
    const folder = await installed(['ai@7.0.173', '@ai-sdk/mcp@2.0.99']);
    const { env, home } = await isolated();
    const { stdout, stderr, code } = await ran(
      process.execPath,
      [resolve('test/system/clients/ai-sdk.mjs'), folder, main],
      { env, cwd: home, timeout: CLIENT_MS },
    );
    expect(code, stderr).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      ...{ tools: TOOLS, read: 'recommendation: ship', paused: 'status: applied' },
      ...{ error: 'Experiment 999 was not found in project 1.', dialogs: [expect.stringContaining('ause')] },
    });
  });
});

describe.skipIf(!online)('mcp-remote between a host and the server over HTTP', () => {
  let bin = '';
  beforeAll(async () => {
    bin = join(await installed(['mcp-remote@0.15.1']), 'node_modules/.bin/mcp-remote');
  }, INSTALL_MS);

  async function through(url: string, ...more: string[]) {
    const { env } = await isolated();
    const args = [bin, url, '--allow-http', ...more];
    const transport = new StdioClientTransport({ command: process.execPath, args, env, stderr: 'pipe' });
    let stderr = '';
    transport.stderr?.on('data', (chunk: Buffer) => {
      stderr += chunk.toString();
    });
    const client = new Client({ name: 'host', version: '1' });
    const ended = new Promise<void>((done) => {
      transport.onclose = done;
    });
    return { client, transport, ended, said: () => stderr };
  }

  it.each([
    ['stateless', []],
    ['in sessions', ['--sessions']],
  ])('hands calls on, %s', { timeout: CLIENT_MS }, async (_, flags) => {
    const http = await served(flags);
    const { client, transport } = await through(http.url);
    await client.connect(transport);
    expect((await client.listTools()).tools).toHaveLength(TOOLS);
    const { content } = await client.callTool({ name: 'experiment-pause', arguments: { id: 4 } });
    expect(JSON.stringify(content)).toContain('confirmation_required');
    await client.close();
    await http.close();
  });

  const TOKEN = 'a-token-of-at-least-thirty-two-characters';
  it.each([
    ['a missing token', []],
    ['a wrong token', ['--header', 'Authorization: Bearer wrong']],
  ])('ends soon, and says why, with %s', { timeout: CLIENT_MS }, async (_, header) => {
    const http = await served(['--auth', 'token'], { POSTHOG_MCP_HTTP_TOKENS: TOKEN });
    const { client, transport, said } = await through(http.url, ...header);
    await expect(client.connect(transport, { timeout: 30_000 })).rejects.toThrow();
    expect(said()).not.toMatch(/Waiting for authorization/);
    expect(said()).toMatch(/401|nauthorized|404|auth/i);
    await client.close();
    await http.close();
  });

  it('hands calls on with the right token', { timeout: CLIENT_MS }, async () => {
    const http = await served(['--auth', 'token'], { POSTHOG_MCP_HTTP_TOKENS: TOKEN });
    const { client, transport } = await through(http.url, '--header', `Authorization: Bearer ${TOKEN}`);
    await client.connect(transport);
    expect((await client.listTools()).tools).toHaveLength(TOOLS);
    await client.close();
    await http.close();
  });
});

describe.skipIf(!online)('Gemini CLI with a scripted model', () => {
  it('lists all tools, reads, meets an error, previews and confirms, and ends', { timeout: INSTALL_MS }, async () => {
    const model = await startModel([
      { tool: 'experiment-list', args: {} },
      { tool: 'experiment-get', args: { id: 999 } },
      { tool: 'experiment-pause', args: { id: 4 } },
      { tool: 'experiment-pause', args: { id: 4, confirmation_token: '$TOKEN' } },
    ]);
    const { stdout, stderr, code } = await gemini.run({
      model: model.url,
      main,
      server: ['--sandbox', '--toolsets', 'all'],
    });
    await model.close();
    expect(code, stderr).toBe(0);
    expect(stdout).toContain(LAST_WORDS);
    expect(model.seen.declared.length).toBeGreaterThanOrEqual(46);
    const [listed = '', missed = '', preview = '', paused = ''] = model.seen.results;
    expect(listed).toContain('Onboarding checklist');
    expect(missed).toContain('not_found');
    expect(preview).toContain('confirmation_required');
    expect(paused).toContain('applied');
  });
});
