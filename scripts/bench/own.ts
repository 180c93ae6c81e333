import { z } from 'zod';
import { tokensOf, tokensOfText } from '../tokens.js';
import { overheadOverHttp } from './http.js';
import { type Call, measure, measureInTurn, memoryOf } from './measure.js';
import { startStdio } from './stdio-server.js';
import { CALL, startUpstream } from './upstream.js';

const WARM_UP = 2_000;
const PAIRS = 1_000;
const MANY = 10_000;

const answer = z.object({ content: z.array(z.object({ text: z.string() })), structuredContent: z.unknown() });

/** What only this server is measured for. */
export async function measureOwn() {
  const upstream = await startUpstream();
  const server = await startStdio(['dist/main.js'], upstream.env);
  const ask = async (params: { name: string; arguments: object }) => {
    const { result } = await server.request('tools/call', params);
    if (Reflect.get(Object(result), 'isError') !== undefined || result === undefined)
      throw new Error(`no answer of ${params.name}: ${JSON.stringify(result).slice(0, 300)}`);
    return answer.parse(result);
  };
  const read: Call = async () => void (await ask(CALL));
  const costOf = async (name: string, args: object) => {
    const { content, structuredContent } = await ask({ name, arguments: args });
    return { text: tokensOfText(content.map(({ text }) => text).join('\n')), data: tokensOf(structuredContent) };
  };
  try {
    await measure(upstream.direct, { calls: WARM_UP, callers: 4 });
    await measure(read, { calls: WARM_UP, callers: 4 });
    const warmMb = memoryOf(server.pid);
    const [direct, served] = await measureInTurn(upstream.direct, read, PAIRS);
    await measure(read, { calls: MANY, callers: 4 });
    return {
      stdioMs: served.p50 - direct.p50,
      httpMs: await overheadOverHttp(upstream, PAIRS),
      list: await costOf('experiment-list', { limit: 20 }),
      results: await costOf('experiment-results', { id: CALL.arguments.id }),
      warmMb,
      manyMb: memoryOf(server.pid),
    };
  } finally {
    await server.stop();
    await upstream.stop();
  }
}

export type Own = Awaited<ReturnType<typeof measureOwn>>;
