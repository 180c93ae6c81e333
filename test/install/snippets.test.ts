import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { z } from 'zod';
import { type Listening, listen } from '../../scripts/processes.js';
import { readConfig } from '../../src/config/config.js';
import { CATALOGUE } from '../../src/generated/tools.js';
import { selectTools } from '../../src/mcp/listing/select-tools.js';
import { MAIN } from '../helpers/server-process.js';
import { clientOf } from '../helpers/stdio-client.js';
import { claudeMcpAdd, parseToml } from './formats.js';
import { HTTP, STDIO, type Stdio, sections, TOKEN } from './snippets.js';

const PLACEHOLDER = '/absolute/path/to/posthog-experiments-mcp/dist/main.js';
const ADDRESS = 'https://mcp.example.com/mcp';
const OVER_HTTP = 'A server over HTTP';
const NAMES = selectTools(CATALOGUE, { readOnly: false }).list.map(({ name }) => name);
const page = sections();

const namesOf = async (client: Client) => (await client.listTools()).tools.map(({ name }) => name);

/** Starts what a client would start, on the sandbox instead of PostHog. */
const namesFrom = async (server: Stdio) =>
  namesOf(await clientOf({ ...server, env: { ...server.env, POSTHOG_SANDBOX: '1' } }));

describe.each(Object.entries(STDIO))('the snippet for %s', (client, read) => {
  const server = read(page.get(client)?.[0] ?? '');

  it('is the only one of its section and holds a configuration that is taken as it stands', () => {
    expect(page.get(client)).toHaveLength(1);
    expect(server.args[0]).toBe(PLACEHOLDER);
    expect(readConfig(server.args.slice(1), server.env)).toMatchObject({
      command: { name: 'stdio' },
      posthog: { origin: 'https://us.posthog.com', project: 12345 },
    });
  });

  it('starts a server that lists its tools', async () => {
    const args = server.args.map((arg) => arg.replace(PLACEHOLDER, resolve(MAIN)));
    expect(await namesFrom({ ...server, args })).toEqual(NAMES);
  });
});

describe('the snippets for a server over HTTP', () => {
  const snippets = page.get(OVER_HTTP) ?? [];
  let server: Listening;
  beforeAll(async () => {
    const args = [MAIN, 'http', '--sandbox', '--auth', 'token', '--port', '0'];
    server = await listen(args, { POSTHOG_MCP_HTTP_TOKENS: TOKEN });
  }, 60_000);
  afterAll(() => server.stop());

  it('are one for each client', () => {
    expect(snippets).toHaveLength(HTTP.length);
  });

  it.each(HTTP.map(([client, read], at) => ({ client, read, at })))(
    'let $client list the tools',
    async ({ read, at }) => {
      const { url, headers } = read(snippets[at] ?? '');
      expect(url).toBe(ADDRESS);
      const transport = new StreamableHTTPClientTransport(new URL(String(server.line.url)), {
        requestInit: { headers },
      });
      const client = new Client({ name: 'test', version: '1' });
      onTestFinished(() => client.close());
      await client.connect(transport);
      expect(await namesOf(client)).toEqual(NAMES);
    },
  );
});

describe('the plugin of Claude Code', () => {
  it('starts a server that lists its tools, from the variables of the shell or without any', async () => {
    const stored = z.object({
      mcpServers: z.strictObject({
        ph: z.strictObject({
          command: z.string(),
          args: z.array(z.string()),
          env: z.record(z.string(), z.string()),
        }),
      }),
    });
    const { ph } = stored.parse(JSON.parse(readFileSync('.claude-plugin/plugin.json', 'utf8'))).mcpServers;
    const args = ph.args.map((arg) => arg.replace(`\${CLAUDE_PLUGIN_ROOT}`, resolve('.')));
    const fill = (shell: Record<string, string>) =>
      Object.fromEntries(
        Object.entries(ph.env).map(([name, text]) => [
          name,
          text.replace(/\$\{(\w+):-(.*?)\}/, (_, variable, preset) => shell[variable] ?? preset),
        ]),
      );
    const key = { POSTHOG_PERSONAL_API_KEY: 'phx_of_the_shell' };
    expect(readConfig([], fill(key))).toMatchObject({ readOnly: false, posthog: { project: '@current' } });
    expect(readConfig([], fill({ ...key, POSTHOG_PROJECT_ID: '7', POSTHOG_MCP_READ_ONLY: '1' }))).toMatchObject({
      readOnly: true,
      posthog: { project: 7 },
    });
    expect(await namesFrom({ command: 'node', args, env: fill({}) })).toEqual(NAMES);
  });
});

describe('the readers of snippets', () => {
  it.each([
    'claude mcp add -e KEY=1 posthog -- node main.js',
    'claude mcp add --env-file x posthog -- node main.js',
    'claude mcp add -- node main.js',
    'claude mcp add experiments -- node main.js',
  ])('refuse %s, which would not do what it says', (line) => {
    expect(() => claudeMcpAdd(line)).toThrow();
  });

  it.each(['command: "node"', '[mcp_servers.posthog', "command = 'node'", 'args = ["a",]'])(
    'refuse %s as TOML',
    (line) => {
      expect(() => parseToml(line)).toThrow();
    },
  );
});
