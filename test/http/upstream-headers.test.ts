import { describe, expect, it, onTestFinished } from 'vitest';
import { z } from 'zod';
import { json, startFaultServer } from '../helpers/fault-server.js';
import { start } from '../helpers/server-process.js';
import { ask, messageOf, rpc } from './setup.js';

const SECRET = 'secret-of-ann-0123456789';
const KEY = 'phx_0123456789abcdefghijklmnop';
const SENT = ['accept', 'accept-encoding', 'authorization', 'connection', 'host', 'user-agent', 'x-posthog-client'];

/** The built server with tokens, over a PostHog that has no experiments. */
async function serve() {
  const upstream = await startFaultServer(json(200, { count: 0, next: null, results: [] }));
  onTestFinished(() => upstream.close());
  const { child, printed } = start(['http', '--port', '0', '--auth', 'token'], {
    POSTHOG_HOST: upstream.origin,
    POSTHOG_PERSONAL_API_KEY: KEY,
    POSTHOG_PROJECT_ID: '1',
    POSTHOG_MCP_HTTP_TOKENS: SECRET,
  });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  const { url } = z.object({ url: z.string() }).parse(JSON.parse(await printed('\n')));
  const list = async (headers: Record<string, string>, meta: object = {}) => {
    const body = rpc('tools/call', { name: 'experiment-list', arguments: {}, ...meta });
    const authorization = `Bearer ${SECRET}`;
    const answer = await ask(Number(new URL(url).port), { body, headers: { authorization, ...headers } });
    expect(messageOf(answer.text).result, answer.text).toMatchObject({ structuredContent: { items: [] } });
  };
  return { upstream, list };
}

describe('what PostHog is told of a caller', () => {
  it('risk 36: is neither the token nor any other credential that came with the request', async () => {
    const { upstream, list } = await serve();
    await list({ cookie: 'session=of-ann', 'x-api-key': 'of-ann', 'proxy-authorization': 'Basic of-ann' });
    expect(upstream.hits.map(({ headers }) => headers.authorization)).toEqual([`Bearer ${KEY}`]);
    expect(JSON.stringify(upstream.hits)).not.toMatch(/of-ann/);
  });

  it('risk 16: is nothing of the name that its client gives itself, whatever is in it', async () => {
    const { upstream, list } = await serve();
    for (const name of ['evil\r\nx-evil: 1', 'nul\u0000evil', 'evil 🦔', 'evil\u202E']) {
      const clientInfo = { name, version: name, title: name };
      await list(
        {
          'user-agent': 'evil/1',
          'x-evil': '1',
          'mcp-protocol-version': '2026-07-28',
          'mcp-method': 'tools/call',
          'mcp-name': 'experiment-list',
        },
        {
          _meta: {
            'io.modelcontextprotocol/protocolVersion': '2026-07-28',
            'io.modelcontextprotocol/clientCapabilities': {},
            'io.modelcontextprotocol/clientInfo': clientInfo,
          },
        },
      );
    }
    expect(upstream.hits).toHaveLength(4);
    for (const { headers } of upstream.hits) expect(Object.keys(headers).sort()).toEqual(SENT);
    expect(JSON.stringify(upstream.hits)).not.toContain('evil');
  });
});
