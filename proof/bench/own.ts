import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { tokensOf, tokensOfText } from '../tokens.js';
import { overheadOverHttp } from './http.js';
import { type Call, measure, measureInTurn } from './measure.js';
import { startStdio, WITH_GAUGE } from './stdio-server.js';
import { CALL, startUpstream, type Upstream } from './upstream.js';

const WARM_UP = 2_000;
const PAIRS = 1_000;
const MANY = 10_000;

/** A page of `experiment-list` holds as many as FEW. */
const FEW = 20;
const THOUSAND = 1_000;

const answer = z.object({ content: z.array(z.object({ text: z.string() })), structuredContent: z.unknown() });

/** What only this server is measured for. Scenarios of many experiments are written into `scratch`. */
export async function measureOwn(scratch: string) {
  const upstream = await startUpstream();
  const server = await askable(upstream);
  const read: Call = async () => void (await server.ask(CALL.name, CALL.arguments));
  try {
    await measure(upstream.direct, { calls: WARM_UP, callers: 4 });
    await measure(read, { calls: WARM_UP, callers: 4 });
    const [direct, served] = await measureInTurn(upstream.direct, read, PAIRS);
    return {
      stdioMs: served.p50 - direct.p50,
      httpMs: await overheadOverHttp(upstream, PAIRS),
      list: await server.costOf('experiment-list', { limit: FEW }),
      results: await server.costOf('experiment-results', { id: CALL.arguments.id }),
      heap: await heapOver(upstream),
      listAmongFew: await listAmong(FEW, scratch),
      listAmongThousand: await listAmong(THOUSAND, scratch),
    };
  } finally {
    await server.stop();
    await upstream.stop();
  }
}

async function askable({ env }: Upstream, nodeArgs: readonly string[] = []) {
  const server = await startStdio([...nodeArgs, 'dist/main.js'], env);
  const ask = async (name: string, args: object) => {
    const { result } = await server.request('tools/call', { name, arguments: args });
    if (Reflect.get(Object(result), 'isError') !== undefined || result === undefined)
      throw new Error(`no answer of ${name}: ${JSON.stringify(result).slice(0, 300)}`);
    return answer.parse(result);
  };
  /** Tokens of both forms of an answer. */
  const costOf = async (name: string, args: object) => {
    const { content, structuredContent } = await ask(name, args);
    return { text: tokensOfText(content.map(({ text }) => text).join('\n')), data: tokensOf(structuredContent) };
  };
  return { ask, costOf, heap: server.heap, stop: server.stop };
}

/** Heap in MB after so many calls, and after as many again: what is loaded and kept once is there by the first look. */
async function heapOver(upstream: Upstream): Promise<[number, number]> {
  const server = await askable(upstream, WITH_GAUGE);
  const calls = async () => {
    await measure(async () => void (await server.ask(CALL.name, CALL.arguments)), { calls: MANY, callers: 4 });
    return server.heap();
  };
  try {
    return [await calls(), await calls()];
  } finally {
    await server.stop();
  }
}

/** A page of the list, and the heap after a hundred of them, where the project has so many experiments. */
async function listAmong(experiments: number, scratch: string) {
  const rows = Array.from({ length: experiments }, (_, at) => ({
    ...{ name: `Checkout experiment ${10_000 + at}`, feature_flag_key: `checkout-${10_000 + at}` },
    started_days_ago: 20,
  }));
  const scenario = join(scratch, `${experiments}.json`);
  await writeFile(scenario, JSON.stringify({ experiments: rows }));
  const upstream = await startUpstream(scenario);
  const server = await askable(upstream, WITH_GAUGE);
  try {
    const page = { limit: FEW };
    for (let call = 0; call < 100; call += 1) await server.ask('experiment-list', page);
    return { ...(await server.costOf('experiment-list', page)), heapMb: await server.heap() };
  } finally {
    await server.stop();
    await upstream.stop();
  }
}

export type Own = Awaited<ReturnType<typeof measureOwn>>;
