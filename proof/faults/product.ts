import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { Agent, request } from 'undici';
import { z } from 'zod';
import { jsonOf } from './answer.js';

export const TRANSPORTS = ['stdio', 'http'] as const;
export type Transport = (typeof TRANSPORTS)[number];

const gauge = z.object({ timers: z.number(), sockets: z.number(), heapMb: z.number(), rssMb: z.number() });
const answered = z
  .string()
  .transform(jsonOf)
  .pipe(z.object({ id: z.number() }));
/** What a server holds. */
export type Gauge = z.output<typeof gauge> & { files: number };

export interface Called {
  /** As it came over the wire; null where nothing came in time. */
  raw: string | null;
  ms: number;
}

export interface Product {
  /** Calls a tool. Never rejects: an answer that does not come is null. */
  call(tool: string, args: object, patienceMs: number): Promise<Called>;
  /** All that it has printed beside its answers. */
  printed(): string;
  /** Drops what was printed so far. */
  forget(): void;
  /** Rejects where the server does not tell. */
  gauge(): Promise<Gauge>;
  stop(): Promise<void>;
}

export interface ProductOptions {
  transport: Transport;
  /** Arguments of Node up to the server's main file. */
  node: readonly string[];
  env: Readonly<Record<string, string>>;
}

const SERVED = ['--toolsets', 'all', '--confirm', 'off', '--log-level', 'debug'];
const OVER_HTTP = ['http', '--port', '0', '--rate', 'off'];
const REVISION = '2025-11-25';
/** A server that is asked what it holds does nothing else meanwhile. */
const GAUGED_WITHIN_MS = 20_000;

/** Starts the server as a process that answers gauges over IPC. */
export async function startProduct({ transport, node, env }: ProductOptions): Promise<Product> {
  const args = [...node, ...(transport === 'http' ? OVER_HTTP : []), ...SERVED];
  const child = spawn(process.execPath, args, {
    env: { PATH: process.env.PATH ?? '', ...env },
    stdio: ['pipe', 'pipe', 'pipe', 'ipc'],
  });
  // Not 'exit', after which there may still be something printed that has not been read.
  const ended = once(child, 'close');
  const { stdin, stdout, stderr } = child;
  if (!stdin || !stdout || !stderr) throw new Error('the server has no pipes');
  stdin.on('error', () => undefined);
  let printed = '';
  stderr.setEncoding('utf8').on('data', (text: string) => {
    printed += text;
  });
  const print = (line: string) => {
    printed += `${line}\n`;
  };
  const lines = createInterface({ input: stdout });
  const talk = transport === 'http' ? await overHttp(lines, print, ended) : await overStdio(lines, stdin, print);
  return {
    call: async (tool, given, patienceMs) => {
      const startedAt = performance.now();
      const params = { name: tool, arguments: given };
      const raw = await talk.send('tools/call', params, AbortSignal.timeout(patienceMs)).catch(() => null);
      return { raw, ms: performance.now() - startedAt };
    },
    printed: () => printed,
    forget: () => {
      printed = '';
    },
    gauge: async () => {
      child.send('gauge');
      const [told] = await once(child, 'message', { signal: AbortSignal.timeout(GAUGED_WITHIN_MS) });
      return { ...gauge.parse(told), files: readdirSync(`/proc/${child.pid}/fd`).length };
    },
    stop: async () => {
      await talk.close();
      child.kill('SIGKILL');
      await ended;
    },
  };
}

interface Talk {
  /** The answer as it came. Rejects where none comes. */
  send(method: string, params: object, signal: AbortSignal): Promise<string>;
  close(): Promise<void>;
}

type Lines = ReturnType<typeof createInterface>;

async function overStdio(lines: Lines, stdin: NodeJS.WritableStream, print: (line: string) => void): Promise<Talk> {
  const waiting = new Map<number, (line: string) => void>();
  lines.on('line', (line) => {
    const { data: frame } = answered.safeParse(line);
    const take = frame && waiting.get(frame.id);
    if (!take) return print(line);
    waiting.delete(frame.id);
    take(line);
  });
  let last = 0;
  const write = (message: object) => stdin.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
  const send: Talk['send'] = (method, params, signal) =>
    new Promise((resolve, reject) => {
      last += 1;
      waiting.set(last, resolve);
      signal.addEventListener('abort', () => reject(signal.reason), { once: true });
      write({ id: last, method, params });
    });
  const clientInfo = { name: 'faults', version: '1' };
  const hello = { protocolVersion: REVISION, capabilities: {}, clientInfo };
  await send('initialize', hello, AbortSignal.timeout(60_000));
  write({ method: 'notifications/initialized' });
  return { send, close: async () => undefined };
}

async function overHttp(lines: Lines, print: (line: string) => void, ended: Promise<unknown>): Promise<Talk> {
  const first = await Promise.race([once(lines, 'line'), ended.then(() => null)]);
  if (first === null) throw new Error('the server ended before it listened');
  const { url } = z.object({ url: z.string() }).parse(JSON.parse(String(first[0])));
  lines.on('line', print);
  const dispatcher = new Agent({ connections: 1, headersTimeout: 0, bodyTimeout: 0 });
  const headers = {
    'mcp-protocol-version': REVISION,
    'content-type': 'application/json',
    accept: 'application/json, text/event-stream',
  };
  return {
    send: async (method, params, signal) => {
      const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method, params });
      const answer = await request(url, { method: 'POST', headers, body, dispatcher, signal });
      const text = await answer.body.text();
      return /^data: (.*)$/m.exec(text)?.[1] ?? text;
    },
    close: () => dispatcher.destroy(),
  };
}
