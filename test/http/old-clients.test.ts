import type { Client as OldClient } from '@modelcontextprotocol/sdk/client/index.js';
import { SSEClientTransport } from '@modelcontextprotocol/sdk/client/sse.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { describe, expect, it, onTestFinished } from 'vitest';
import { CATALOGUE } from '../../src/generated/tools.js';
import { type HttpWorld, type HttpWorldOptions, oldClient, openHttp } from './setup.js';

const overHttp = (client: OldClient, { base }: HttpWorld) =>
  client.connect(new StreamableHTTPClientTransport(new URL(`${base}/mcp`)));
const overSse = (client: OldClient, { base }: HttpWorld) =>
  client.connect(new SSEClientTransport(new URL(`${base}/sse`)));

type Way = readonly [name: string, connect: typeof overHttp, options: HttpWorldOptions];
const WAYS: readonly Way[] = [
  ['http', overHttp, {}],
  ['http with sessions', overHttp, { sessions: true }],
  ['sse', overSse, {}],
];

describe.each(WAYS)('the v1 client over %s', (_, connect, options) => {
  async function open() {
    const client = oldClient({});
    await connect(client, await openHttp({ ...options, confirm: 'auto' }));
    onTestFinished(() => client.close());
    return client;
  }

  it('lists, calls, and takes an error answer for what it is', async () => {
    const client = await open();
    // It compiles every output schema, and fails as a whole where one of them is not to its taste.
    expect((await client.listTools()).tools.map(({ name }) => name)).toEqual(CATALOGUE.map(({ name }) => name));
    const list = await client.callTool({ name: 'experiment-list', arguments: { limit: 2 } });
    expect(list).toMatchObject({ structuredContent: { items: expect.any(Array), total: expect.any(Number) } });
    const missing = await client.callTool({ name: 'experiment-get', arguments: { id: 999_999 } });
    expect(missing).toMatchObject({ isError: true, structuredContent: { error: { code: 'not_found' } } });
    const refused = await client.callTool({ name: 'experiment-list', arguments: { limits: 2 } });
    expect(refused).toMatchObject({ isError: true, structuredContent: { error: { field: 'limits' } } });
    await expect(client.callTool({ name: 'nope', arguments: {} })).rejects.toMatchObject({ code: -32602 });
  });

  it('confirms by token what it cannot be asked about', async () => {
    const client = await open();
    const created = await client.callTool({
      name: 'experiment-create',
      arguments: { name: 'Of an old client', feature_flag_key: 'old-client' },
    });
    const { id } = Object(Object(created.structuredContent).experiment);
    const preview = await client.callTool({ name: 'experiment-launch', arguments: { id } });
    expect(preview.structuredContent).toMatchObject({ status: 'confirmation_required' });
    const { confirmation_token } = Object(preview.structuredContent);
    const launched = await client.callTool({ name: 'experiment-launch', arguments: { id, confirmation_token } });
    expect(launched.structuredContent).toMatchObject({ status: 'applied', experiment: { status: 'running' } });
  });

  it('reads prompts and resources', async () => {
    const client = await open();
    expect((await client.listPrompts()).prompts).toHaveLength(4);
    const prompt = await client.getPrompt({ name: 'launch-checklist', arguments: { experiment: 'x' } });
    expect(JSON.stringify(prompt.messages)).toContain('experiment-preflight');
    expect((await client.listResources()).resources).toHaveLength(5);
    expect((await client.listResourceTemplates()).resourceTemplates).toHaveLength(2);
    expect(await client.readResource({ uri: 'guide://metrics' })).toMatchObject({
      contents: [{ uri: 'guide://metrics' }],
    });
    await expect(client.readResource({ uri: 'guide://nope' })).rejects.toMatchObject({ code: -32602 });
  });
});
