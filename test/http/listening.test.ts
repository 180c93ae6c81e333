import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { z } from 'zod';
import { createFront } from '../../src/cli/http/front.js';
import { readConfig } from '../../src/config/config.js';
import { ConfigError } from '../../src/errors.js';
import { CATALOGUE } from '../../src/generated/tools.js';
import { createLog } from '../../src/log.js';
import { selectTools } from '../../src/mcp/listing/select-tools.js';
import { freePort } from '../helpers/free-port.js';
import { run, start } from '../helpers/server-process.js';
import { ask, rpc } from './setup.js';

const SECRET = 'secret-of-ann-0123';

/** The built server, once it listens. */
async function serve(args: readonly string[], env: Record<string, string> = {}) {
  const server = start(['http', '--port', '0', ...args], env);
  onTestFinished(() => {
    server.child.kill('SIGKILL');
  });
  const line = await server.printed('\n');
  const { url } = z.object({ url: z.string() }).parse(JSON.parse(line));
  return { ...server, url, port: Number(new URL(url).port) };
}

/** All that the command does before it listens. */
function prepare(args: readonly string[], env: Record<string, string> = {}) {
  const { http } = readConfig(['http', '--sandbox', ...args], env);
  if (!http) throw new Error('no configuration of http');
  const log = createLog({ level: 'silent', redact: (text) => text });
  const served = selectTools(CATALOGUE, { readOnly: false });
  return createFront({ http, served, version: '0.0.0-test', origin: 'http://127.0.0.1', log });
}

describe('where it listens', () => {
  let port = 0;
  beforeAll(async () => {
    port = await freePort();
  });

  it('risk 35: is not another address while callers are unknown', async () => {
    const { code, stdout, stderr } = await run(['http', '--sandbox', '--bind', '0.0.0.0', '--port', String(port)]);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/^[^\n]*--auth token[^\n]*\n$/);
    await expect(ask(port, { method: 'GET', path: '/healthz' })).rejects.toThrow('ECONNREFUSED');
    for (const bind of ['::', '[::]', '192.0.2.1', 'example.com', 'localhost.', '127.0.0.1.nip.io'])
      expect(() => prepare(['--bind', bind]), bind).toThrow('--auth token');
    for (const bind of ['127.0.0.1', '::1', '[::1]', 'localhost']) prepare(['--bind', bind]);
  });

  it.each([
    [['--auth', 'token'], {}, 'POSTHOG_MCP_HTTP_TOKENS'],
    [['--auth', 'token'], { POSTHOG_MCP_HTTP_TOKENS: 'ann:admin:hidden-0123' }, 'role'],
    [['--auth', 'token'], { POSTHOG_MCP_HTTP_TOKENS: 'hide' }, 'at least'],
    [['--auth', 'token'], { POSTHOG_MCP_HTTP_TOKENS: 'a:live:hidden-0123,b:read:hidden-0123' }, 'the same secret'],
    [['--auth', 'token'], { POSTHOG_MCP_HTTP_TOKENS_FILE: 'no-such-file' }, 'cannot be read'],
    [
      ['--auth', 'token'],
      { POSTHOG_MCP_HTTP_TOKENS: 'hidden-0123', POSTHOG_MCP_HTTP_TOKENS_FILE: 'hidden' },
      'are both set',
    ],
    [[], { POSTHOG_MCP_HTTP_TOKENS: 'ann:hidden-0123' }, 'POSTHOG_MCP_HTTP_TOKENS needs --auth token'],
    [['--auth', 'per-user'], { POSTHOG_MCP_HTTP_TOKENS: 'ann:hidden-0123' }, 'with --auth per-user nobody'],
    [[], { POSTHOG_MCP_HTTP_TOKENS_FILE: 'hidden' }, 'POSTHOG_MCP_HTTP_TOKENS_FILE needs --auth token'],
    [['--auth', 'basic'], {}, 'none, token, per-user'],
    [['--allow-host', 'a.example:80'], {}, '--allow-host'],
    [['--allow-origin', 'https://a.example/x'], {}, '--allow-origin'],
    [['--rate', '0'], {}, '--rate'],
    [['--bind', 'a b'], {}, '--bind'],
  ])('is nowhere with %j and %j', (args, env, word) => {
    let problem: unknown;
    try {
      prepare(args, env);
    } catch (error) {
      problem = error;
    }
    expect(problem).toBeInstanceOf(ConfigError);
    expect(String(problem)).toContain(word);
    expect(String(problem)).not.toMatch(/hid|0123|\n/);
  });

  it('risk 58: is nowhere where two callers have one secret, which is said in one line without the secret', async () => {
    const { code, stdout, stderr } = await run(['http', '--sandbox', '--auth', 'token', '--port', String(port)], {
      POSTHOG_MCP_HTTP_TOKENS: `ann:live:${SECRET},eve:read:${SECRET}`,
    });
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/^[^\n]*tokens 1 and 2 have the same secret[^\n]*\n$/);
    expect(stderr).not.toContain(SECRET);
  });

  it('is everywhere once callers are known, under the names that are allowed', async () => {
    const server = await serve(
      ['--sandbox', '--bind', '0.0.0.0', '--auth', 'token', '--allow-host', 'mcp.example.com'],
      { POSTHOG_MCP_HTTP_TOKENS: SECRET },
    );
    const at = async (host: string) => {
      const headers = { host, authorization: `Bearer ${SECRET}` };
      return (await ask(server.port, { body: rpc('tools/list'), headers })).status;
    };
    expect(await at('mcp.example.com')).toBe(200);
    expect(await at('localhost')).toBe(200);
    expect(await at('other.example.com')).toBe(403);
    expect(await at('0.0.0.0')).toBe(403);
    expect((await ask(server.port, { body: rpc('tools/list') })).status).toBe(401);
  });

  it('is said in one line where the port is taken', async () => {
    const first = await serve(['--sandbox']);
    const { code, stderr } = await run(['http', '--sandbox', '--port', String(first.port)]);
    expect(code).toBe(1);
    expect(stderr).toBe(`port ${first.port} is in use; choose another with --port\n`);
  });
});
