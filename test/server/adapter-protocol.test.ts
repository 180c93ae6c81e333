import { describe, expect, it } from 'vitest';
import { callTool } from '../../src/mcp/calls/call-tool.js';
import { MAX_LINE_BYTES } from '../../src/transports/lines.js';
import { TOY_ENTRIES, toyEnvironment } from '../helpers/toys.js';
import { openWire } from '../helpers/wire.js';

const LEGACY = ['2024-10-07', '2024-11-05', '2025-03-26', '2025-06-18', '2025-11-25'];
const MODERN_META = {
  _meta: {
    'io.modelcontextprotocol/protocolVersion': '2026-07-28',
    'io.modelcontextprotocol/clientCapabilities': {},
    'io.modelcontextprotocol/clientInfo': { name: 'test', version: '1' },
  },
};
const ANSWER = { id: 7, status: 'draft', name: 'x', project: 1 };

const toys = () => openWire((request) => callTool(request, toyEnvironment()));

function deferred<T>() {
  let resolve: (value: T) => void = () => undefined;
  const promise = new Promise<T>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}

/** A call that ends when the test says so, or when it is cancelled. */
function held() {
  const started = deferred<AbortSignal>();
  const finish = deferred<void>();
  const wire = openWire(async ({ signal }) => {
    started.resolve(signal);
    signal.addEventListener('abort', () => finish.resolve());
    await finish.promise;
    return { content: [{ type: 'text', text: 'done' }], structuredContent: { done: true } };
  });
  return { wire, started: started.promise, finish: () => finish.resolve() };
}

describe.each(LEGACY)('revision %s', (revision) => {
  it('is spoken: handshake, list, call, refused call', async () => {
    const { request, initialize } = toys();
    const hello = await initialize(revision);
    expect(hello.result).toMatchObject({
      protocolVersion: revision,
      serverInfo: { name: 'posthog-experiments', version: '1.2.3' },
      capabilities: { tools: {} },
    });
    const list = await request('tools/list');
    expect(list.result?.tools).toEqual(JSON.parse(JSON.stringify(TOY_ENTRIES.map((entry) => entry.definition))));
    const call = await request('tools/call', { name: 'toy-echo', arguments: { id: 7 } });
    expect(call.result).toEqual({
      content: [{ type: 'text', text: expect.stringContaining('id: 7') }],
      structuredContent: ANSWER,
    });
    const refused = await request('tools/call', { name: 'toy-echo' });
    expect(refused.result).toMatchObject({
      isError: true,
      structuredContent: { error: { code: 'invalid_arguments' } },
    });
  });
});

describe('revision 2026-07-28', () => {
  it('is spoken without a handshake', async () => {
    const { request } = toys();
    const discovered = await request('server/discover', MODERN_META);
    expect(discovered.result).toMatchObject({
      supportedVersions: ['2026-07-28'],
      instructions: expect.stringContaining('experiment-list'),
    });
    const list = await request('tools/list', MODERN_META);
    expect(list.result?.tools).toEqual(JSON.parse(JSON.stringify(TOY_ENTRIES.map((entry) => entry.definition))));
    const call = await request('tools/call', { name: 'toy-echo', arguments: { id: 7 }, ...MODERN_META });
    expect(call.result).toMatchObject({ structuredContent: ANSWER });
    const refused = await request('tools/call', { name: 'toy-echo', arguments: { id: 'x' }, ...MODERN_META });
    expect(refused.result).toMatchObject({
      isError: true,
      structuredContent: { error: { code: 'invalid_arguments' } },
    });
  });
});

describe('what is not a tool call', () => {
  it('answers an unknown tool with JSON-RPC -32602', async () => {
    const { request, initialize } = toys();
    await initialize();
    expect((await request('tools/call', { name: 'nope' })).error).toMatchObject({
      code: -32602,
      message: 'Unknown tool: nope',
    });
    expect((await request('tools/call', { name: 'toy-ehco' })).error).toMatchObject({
      code: -32602,
      message: 'Unknown tool: toy-ehco (did you mean toy-echo?)',
    });
  });

  it('answers a cursor that it never gave with -32602', async () => {
    const { request, initialize } = toys();
    await initialize();
    expect((await request('tools/list', { cursor: 'x' })).error?.code).toBe(-32602);
  });

  it('answers a line that is not JSON with -32700 and goes on', async () => {
    const { input, until, initialize } = toys();
    input.write('{"jsonrpc":"2.0",\n\n   \n');
    expect((await until((frame) => frame.id === null)).error?.code).toBe(-32700);
    expect((await initialize()).result).toBeDefined();
  });

  it.each([
    ['a batch', '[{"jsonrpc":"2.0","id":1,"method":"ping"}]'],
    ['a bare value', '42'],
    ['another JSON-RPC', '{"jsonrpc":"1.0","id":1,"method":"ping"}'],
    ['very deep nesting', `${'['.repeat(50_000)}${']'.repeat(50_000)}`],
  ])('risk 30: answers %s with -32600 and goes on', async (_, line) => {
    const { input, until, initialize } = toys();
    input.write(`${line}\n`);
    expect((await until((frame) => frame.id === null)).error?.code).toBe(-32600);
    expect((await initialize()).result).toBeDefined();
  });

  it('risk 30: survives invalid UTF-8 and a frame cut into single bytes', async () => {
    const { input, until, request } = toys();
    input.write(Buffer.from([0xff, 0xfe, 0x0a]));
    expect((await until((frame) => frame.id === null)).error?.code).toBe(-32700);
    for (const byte of Buffer.from('{"jsonrpc":"2.0","id":"ü","method":"ping"}\r\n')) input.write(Buffer.from([byte]));
    expect((await until((frame) => frame.id === 'ü')).result).toEqual({});
    expect((await request('ping')).result).toEqual({});
  });

  it('risk 30: refuses a line over the limit and goes on', async () => {
    const { input, until, initialize } = toys();
    input.write(`{"jsonrpc":"2.0","id":1,"method":"${'x'.repeat(MAX_LINE_BYTES)}"}\n`);
    expect((await until((frame) => frame.id === null)).error?.code).toBe(-32600);
    expect((await initialize()).result).toBeDefined();
  });
});

describe('the end of a connection', () => {
  it('answers a call in flight after stdin has ended, then ends', async () => {
    const { wire, started, finish } = held();
    await wire.initialize();
    const answer = wire.request('tools/call', { name: 'toy-echo', arguments: { id: 7 } });
    await started;
    wire.input.end();
    finish();
    expect((await answer).result).toMatchObject({ structuredContent: { done: true } });
    await wire.ended;
  });

  it('does not wait for ever: a call that hangs is cancelled', async () => {
    const { wire, started } = held();
    await wire.initialize();
    void wire.request('tools/call', { name: 'toy-echo', arguments: { id: 7 } }).catch(() => undefined);
    const signal = await started;
    wire.input.end();
    await wire.ended;
    expect(signal.aborted).toBe(true);
  });

  it('cancels a call that the client cancels, and does not wait for it', async () => {
    const { wire, started } = held();
    await wire.initialize();
    wire.send({ id: 'slow', method: 'tools/call', params: { name: 'toy-echo', arguments: { id: 7 } } });
    const signal = await started;
    wire.send({ method: 'notifications/cancelled', params: { requestId: 'slow' } });
    wire.input.end();
    await wire.ended;
    expect(signal.aborted).toBe(true);
    expect(wire.frames.some((frame) => frame.id === 'slow')).toBe(false);
  });

  it('reports no progress to a client that has cancelled', async () => {
    const started = deferred<void>();
    const wire = openWire(async ({ signal, progress }) => {
      progress?.(1, 3, 'before');
      const cancelled = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
      started.resolve();
      await cancelled;
      progress?.(3, 3, 'after');
      return { content: [{ type: 'text', text: 'done' }], structuredContent: { done: true } };
    });
    await wire.initialize();
    const params = { name: 'toy-echo', arguments: { id: 7 }, _meta: { progressToken: 'p' } };
    wire.send({ id: 'slow', method: 'tools/call', params });
    await started.promise;
    wire.send({ method: 'notifications/cancelled', params: { requestId: 'slow' } });
    wire.input.end();
    await wire.ended;
    const told = wire.frames.filter(({ method }) => method === 'notifications/progress');
    expect(told).toMatchObject([{ params: { message: 'before' } }]);
  });

  it('ends when stdout breaks', async () => {
    const { wire, started } = held();
    await wire.initialize();
    wire.send({ id: 'slow', method: 'tools/call', params: { name: 'toy-echo', arguments: { id: 7 } } });
    const signal = await started;
    wire.output.destroy(new Error('EPIPE'));
    await wire.ended;
    expect(signal.aborted).toBe(true);
  });

  it('ends when it is told to stop', async () => {
    const { wire } = held();
    await wire.initialize();
    wire.stop.abort();
    await expect(wire.ended).resolves.toBeUndefined();
  });
});
