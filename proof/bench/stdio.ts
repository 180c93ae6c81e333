import { type Call, measure, measureInTurn, memoryOf, memoryOver } from './measure.js';
import { head, memory, overhead, print, row } from './report.js';
import { startStdio } from './stdio-server.js';
import { CALL, startUpstream } from './upstream.js';

export const STDIO_BAR_MS = 2;
const CALLERS = [1, 16];
const CALLS = 2_000;
const WARM_UP = 2_000;

export async function benchStdio(calls: number): Promise<void> {
  const upstream = await startUpstream();
  const server = await startStdio(['dist/main.js'], upstream.env);
  const call: Call = async () => {
    const { result } = await server.request('tools/call', CALL);
    if (result === undefined || Reflect.get(Object(result), 'isError'))
      throw new Error(`no answer: ${JSON.stringify(result).slice(0, 300)}`);
  };
  try {
    await measure(upstream.direct, { calls: WARM_UP, callers: 16 });
    await measure(call, { calls: WARM_UP, callers: 16 });
    const warm = memoryOf(server.pid);
    head();
    for (const callers of CALLERS) {
      const load = { calls: Math.min(calls, CALLS), callers };
      row(`sandbox called directly, ${callers} at once`, await measure(upstream.direct, load));
      row(`experiment-get, ${callers} at once`, await measure(call, load));
    }
    const [direct, served] = await measureInTurn(upstream.direct, call, Math.min(calls, CALLS) / 2);
    overhead('stdio, one caller', { direct, served, bar: STDIO_BAR_MS });
    memory(warm, await memoryOver(server.pid, calls, call));
    print('');
  } finally {
    await server.stop();
    await upstream.stop();
  }
}
