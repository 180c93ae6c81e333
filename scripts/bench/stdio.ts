import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { type Call, measure, measureInTurn, memoryOf, memoryOver } from './measure.js';
import { head, memory, overhead, print, row } from './report.js';
import { CALL, startUpstream } from './upstream.js';

const BAR_MS = 2;
const CALLERS = [1, 16];
const CALLS = 2_000;
const WARM_UP = 2_000;

export async function benchStdio(calls: number): Promise<void> {
  const upstream = await startUpstream();
  const server = await startServer(upstream.env);
  try {
    await measure(upstream.direct, { calls: WARM_UP, callers: 16 });
    await measure(server.call, { calls: WARM_UP, callers: 16 });
    const warm = memoryOf(server.pid);
    head();
    for (const callers of CALLERS) {
      const load = { calls: Math.min(calls, CALLS), callers };
      row(`sandbox called directly, ${callers} at once`, await measure(upstream.direct, load));
      row(`experiment-get, ${callers} at once`, await measure(server.call, load));
    }
    const [direct, served] = await measureInTurn(upstream.direct, server.call, Math.min(calls, CALLS) / 2);
    overhead('stdio, one caller', { direct, served, bar: BAR_MS });
    memory(warm, await memoryOver(server.pid, calls, server.call));
    print('');
  } finally {
    await server.stop();
    await upstream.stop();
  }
}

async function startServer(env: Readonly<Record<string, string>>) {
  const child = spawn(process.execPath, ['dist/main.js'], {
    env: { PATH: process.env.PATH ?? '', ...env },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit');
  const waiting = new Map<number, (result: unknown) => void>();
  createInterface({ input: child.stdout }).on('line', (line) => {
    const { id, result } = JSON.parse(line);
    waiting.get(id)?.(result);
    waiting.delete(id);
  });
  let last = 0;
  const send = (method: string, params: object): Promise<unknown> => {
    last += 1;
    const id = last;
    child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', id, method, params })}\n`);
    return new Promise((resolve) => waiting.set(id, resolve));
  };
  const clientInfo = { name: 'bench', version: '1' };
  await send('initialize', { protocolVersion: '2025-11-25', capabilities: {}, clientInfo });
  child.stdin.write('{"jsonrpc":"2.0","method":"notifications/initialized"}\n');
  const call: Call = async () => {
    const result = await send('tools/call', CALL);
    if (Reflect.get(Object(result), 'isError')) throw new Error(`no answer: ${JSON.stringify(result).slice(0, 300)}`);
  };
  return {
    pid: child.pid ?? 0,
    call,
    stop: async () => {
      child.stdin.end();
      await ended;
    },
  };
}
