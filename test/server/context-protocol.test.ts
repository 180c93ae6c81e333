import { describe, expect, it } from 'vitest';
import { callTool } from '../../src/mcp/calls/call-tool.js';
import { toyEnvironment } from '../helpers/toys.js';
import { openWire } from '../helpers/wire.js';

const LEGACY = ['2024-10-07', '2024-11-05', '2025-03-26', '2025-06-18', '2025-11-25'];
const MODERN_META = {
  _meta: {
    'io.modelcontextprotocol/protocolVersion': '2026-07-28',
    'io.modelcontextprotocol/clientCapabilities': {},
    'io.modelcontextprotocol/clientInfo': { name: 'test', version: '1' },
  },
};
const CONSTANT = { listChanged: false };
const CAPABILITIES = { tools: CONSTANT, prompts: CONSTANT, resources: CONSTANT, completions: {} };

type Request = ReturnType<typeof openWire>['request'];

async function expectServed(request: Request, meta: object): Promise<void> {
  const result = async (method: string, params: object = {}) => (await request(method, { ...params, ...meta })).result;
  expect((await result('prompts/list'))?.prompts).toHaveLength(4);
  expect(await result('prompts/get', { name: 'weekly-review' })).toMatchObject({ messages: [{ role: 'user' }] });
  expect((await result('resources/list'))?.resources).toHaveLength(5);
  expect((await result('resources/templates/list'))?.resourceTemplates).toHaveLength(2);
  expect(await result('resources/read', { uri: 'guide://metrics' })).toMatchObject({
    contents: [{ uri: 'guide://metrics', text: expect.stringContaining('# Metrics') }],
  });
  expect(await result('resources/read', { uri: 'ui://posthog-experiments/results' })).toMatchObject({
    contents: [{ mimeType: 'text/html;profile=mcp-app', text: expect.stringContaining('<!doctype html>') }],
  });
  const argument = { name: 'id', value: '1' };
  expect(
    await result('completion/complete', { ref: { type: 'ref/resource', uri: 'experiment://{id}' }, argument }),
  ).toMatchObject({
    completion: { values: [], hasMore: false },
  });
  const missing = await request('resources/read', { uri: 'guide://nope', ...meta });
  expect(missing.error).toMatchObject({ code: -32602, data: { uri: 'guide://nope' } });
  const unknown = await request('prompts/get', { name: 'nope', ...meta });
  expect(unknown.error).toMatchObject({ code: -32602 });
}

describe('prompts, resources and completion', () => {
  it.each(LEGACY)('are declared and served in revision %s', async (revision) => {
    const { request, initialize } = openWire((call) => callTool(call, toyEnvironment()));
    const hello = await initialize(revision);
    expect(hello.result).toMatchObject({ protocolVersion: revision });
    expect(hello.result?.capabilities).toEqual(CAPABILITIES);
    await expectServed(request, {});
  });

  it('are declared and served in revision 2026-07-28, which asks for no handshake', async () => {
    const { request } = openWire((call) => callTool(call, toyEnvironment()));
    const discovered = await request('server/discover', MODERN_META);
    expect(discovered.result?.capabilities).toEqual(CAPABILITIES);
    await expectServed(request, MODERN_META);
    for (const method of ['prompts/list', 'resources/list', 'resources/templates/list']) {
      const { result } = await request(method, MODERN_META);
      expect(result, method).toMatchObject({ ttlMs: expect.any(Number), cacheScope: expect.any(String) });
    }
  });

  it('promise nothing else: no subscriptions and no news of changed lists', async () => {
    const { request, initialize } = openWire((call) => callTool(call, toyEnvironment()));
    await initialize();
    const answer = await request('resources/subscribe', { uri: 'guide://metrics' });
    expect(answer.error).toMatchObject({ code: -32601 });
  });
});
