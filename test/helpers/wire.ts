import { PassThrough } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { createLog } from '../../src/log.js';
import type { CallAnswer } from '../../src/mcp/calls/answer.js';
import type { CallRequest } from '../../src/mcp/calls/call-tool.js';
import { selectTools } from '../../src/mcp/listing/select-tools.js';
import { createMcpServer } from '../../src/mcp/server.js';
import { serveOverStdio } from '../../src/transports/stdio.js';
import { TOY_ENTRIES } from './toys.js';

const frame = z.looseObject({
  id: z.union([z.string(), z.number(), z.null()]).optional(),
  result: z.record(z.string(), z.unknown()).optional(),
  error: z.looseObject({ code: z.number(), message: z.string() }).optional(),
});
export type Frame = z.output<typeof frame>;

const PATIENCE_MS = 10_000;

/** The real server side over in-memory streams, spoken to in raw frames. */
export function openWire(call: (request: CallRequest) => Promise<CallAnswer>) {
  const input = new PassThrough();
  const output = new PassThrough();
  const stop = new AbortController();
  const frames: Frame[] = [];
  const waiters: (() => void)[] = [];
  let rest = '';
  output.on('data', (chunk: Buffer) => {
    const lines = (rest + chunk.toString('utf8')).split('\n');
    rest = lines.pop() ?? '';
    frames.push(...lines.map((line) => frame.parse(JSON.parse(line))));
    for (const wake of waiters.splice(0)) wake();
  });
  const log = createLog({ level: 'silent', redact: (text) => text });
  const createServer = () =>
    createMcpServer({ version: '1.2.3', entries: selectTools(TOY_ENTRIES, { readOnly: false }), call });
  const ended = serveOverStdio({ createServer, log, stop: stop.signal, input, output });

  const until = async (matches: (candidate: Frame) => boolean): Promise<Frame> => {
    const timeout = AbortSignal.timeout(PATIENCE_MS);
    for (;;) {
      const found = frames.find(matches);
      if (found) return found;
      if (timeout.aborted) throw new Error(`no such frame; got ${JSON.stringify(frames).slice(0, 500)}`);
      await Promise.race([
        new Promise<void>((resolve) => waiters.push(resolve)),
        delay(PATIENCE_MS, undefined, { ref: false }),
      ]);
    }
  };
  const send = (message: object) => input.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
  let lastId = 0;
  const request = (method: string, params: object = {}) => {
    const id = ++lastId;
    send({ id, method, params });
    return until((candidate) => candidate.id === id);
  };
  const initialize = (protocolVersion = '2025-11-25') =>
    request('initialize', { protocolVersion, capabilities: {}, clientInfo: { name: 'test', version: '1' } });
  return { input, output, stop, frames, ended, until, send, request, initialize };
}
