import { Agent, request } from 'undici';
import { listen } from '../../scripts/processes.js';
import { type Call, measure, measureInTurn, memoryOf, memoryOver } from './measure.js';
import { head, memory, overhead, print, row } from './report.js';
import { CALL, startUpstream, type Upstream } from './upstream.js';

export const HTTP_BAR_MS = 4;
const CALLERS = [1, 16, 64];
const CALLS = 2_000;
const WARM_UP = 2_000;

/** A client of 2025: no session, no handshake kept. */
const OLD = { headers: { 'mcp-protocol-version': '2025-11-25' }, params: CALL };
const NEW = {
  headers: { 'mcp-protocol-version': '2026-07-28', 'mcp-method': 'tools/call', 'mcp-name': CALL.name },
  params: {
    ...CALL,
    _meta: {
      'io.modelcontextprotocol/protocolVersion': '2026-07-28',
      'io.modelcontextprotocol/clientInfo': { name: 'bench', version: '1' },
      'io.modelcontextprotocol/clientCapabilities': {},
    },
  },
};

export async function benchHttp(calls: number): Promise<void> {
  const upstream = await startUpstream();
  const server = await startHttp(upstream);
  const { old, modern } = server;
  try {
    await measure(upstream.direct, { calls: WARM_UP, callers: 16 });
    await measure(old, { calls: WARM_UP, callers: 16 });
    await measure(modern, { calls: WARM_UP, callers: 16 });
    const warm = memoryOf(server.pid);
    head();
    for (const callers of CALLERS) {
      const load = { calls: Math.min(calls, CALLS), callers };
      row(`sandbox called directly, ${callers} at once`, await measure(upstream.direct, load));
      row(`experiment-get, 2025-11-25, ${callers} at once`, await measure(old, load));
      row(`experiment-get, 2026-07-28, ${callers} at once`, await measure(modern, load));
    }
    for (const [revision, call] of [['2025-11-25', old] as const, ['2026-07-28', modern] as const]) {
      const [direct, through] = await measureInTurn(upstream.direct, call, Math.min(calls, CALLS) / 2);
      overhead(`HTTP, ${revision}, one caller`, { direct, served: through, bar: HTTP_BAR_MS });
    }
    memory(warm, await memoryOver(server.pid, calls, old));
    print('');
  } finally {
    await server.stop();
    await upstream.stop();
  }
}

/** Milliseconds that a read takes longer over HTTP than a direct call, at the median. */
export async function overheadOverHttp(upstream: Upstream, pairs: number): Promise<number> {
  const server = await startHttp(upstream);
  try {
    await measure(server.modern, { calls: WARM_UP, callers: 4 });
    const [direct, served] = await measureInTurn(upstream.direct, server.modern, pairs);
    return served.p50 - direct.p50;
  } finally {
    await server.stop();
  }
}

async function startHttp({ env }: Upstream) {
  const server = await listen(['dist/main.js', 'http', '--port', '0', '--rate', 'off'], env);
  const dispatcher = new Agent({ connections: 64 });
  const callAs = (kind: typeof OLD | typeof NEW) => callOf(String(server.line.url), kind, dispatcher);
  return {
    pid: server.pid,
    old: callAs(OLD),
    modern: callAs(NEW),
    stop: async () => {
      await dispatcher.close();
      await server.stop();
    },
  };
}

function callOf(url: string, { headers, params }: typeof OLD | typeof NEW, dispatcher: Agent): Call {
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params });
  const all = { ...headers, 'content-type': 'application/json', accept: 'application/json, text/event-stream' };
  return async () => {
    const answer = await request(url, { method: 'POST', headers: all, body, dispatcher });
    const text = await answer.body.text();
    const { result } = JSON.parse(/^data: (.*)$/m.exec(text)?.[1] ?? text);
    if (result?.structuredContent?.id === undefined) throw new Error(`no answer: ${text.slice(0, 300)}`);
  };
}
