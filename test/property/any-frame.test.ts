import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import { z } from 'zod';
import { anyFrame } from '../helpers/any-frames.js';
import { patience, runs } from '../helpers/fuzz.js';
import { INITIALIZE, start } from '../helpers/server-process.js';
import { openHttp, rpc } from '../http/setup.js';

/** What may come back: an answer, an error, or a message of the server's own. */
const jsonRpc = z.looseObject({
  jsonrpc: z.literal('2.0'),
  error: z.looseObject({ code: z.int().lt(0), message: z.string() }).optional(),
});

/** Marks of an exception that nobody caught on its way out. */
const RAW = /node_modules|\bat .*:\d+:\d+|<html|<!doctype|\/(?:tmp|home|usr)\//i;

describe('whatever is sent', () => {
  it(
    'risk 30: on stdin, the process lives, answers in frames alone and goes on working',
    async () => {
      const { child, printed, exited, send } = start(['--sandbox', '--log-level', 'error']);
      onTestFinished(() => {
        child.kill('SIGKILL');
      });
      send(INITIALIZE);
      let from = (await printed('"serverInfo"')).lastIndexOf('\n') + 1;
      let probe = 0;
      await fc.assert(
        fc.asyncProperty(fc.array(anyFrame, { minLength: 1, maxLength: 8 }), async (frames) => {
          for (const frame of frames) child.stdin.write(Buffer.concat([frame, Buffer.from('\n')]));
          probe += 1;
          const id = 1_000_000_000_000 + probe;
          send({ id, method: 'ping' });
          const all = await printed(String(id));
          const fresh = all.slice(from, all.lastIndexOf('\n'));
          from = all.lastIndexOf('\n') + 1;
          for (const line of fresh.split('\n').filter((text) => text !== '')) {
            const { error } = jsonRpc.parse(JSON.parse(line));
            expect(error?.message ?? '').not.toMatch(RAW);
          }
        }),
        runs(30),
      );
      child.stdin.end();
      expect(await exited).toMatchObject({ code: 0, stderr: '' });
    },
    patience(120_000),
  );

  it(
    'risk 32: as an HTTP body, it is answered or refused in JSON-RPC, and the next caller is served',
    async () => {
      const { ask, lines } = await openHttp();
      const types = fc.constantFrom(
        'application/json',
        'application/json',
        'application/json; charset=latin1',
        'text/plain',
      );
      await fc.assert(
        fc.asyncProperty(anyFrame, types, fc.boolean(), async (frame, type, modern) => {
          const headers = {
            'content-type': type,
            accept: 'application/json, text/event-stream',
            ...(modern ? { 'mcp-protocol-version': '2026-07-28' } : {}),
          };
          const answer = await ask({ body: frame, headers });
          expect([200, 202, 400, 413, 415], answer.text).toContain(answer.status);
          expect(answer.text).not.toMatch(RAW);
          for (const one of messagesOf(answer.text)) jsonRpc.parse(one);
          if (answer.status >= 400) expect(messagesOf(answer.text)[0]).toHaveProperty('error');
        }),
        runs(50),
      );
      expect((await ask({ body: rpc('tools/list') })).status).toBe(200);
      expect(lines.filter((line) => line.includes('"level":"error"'))).toEqual([]);
    },
    patience(120_000),
  );
});

/** All messages of a body: a stream of events, a batch, one or none. */
function messagesOf(text: string): unknown[] {
  const events = text
    .split('\n')
    .filter((line) => line.startsWith('data: {'))
    .map((line): unknown => JSON.parse(line.slice('data: '.length)));
  if (events.length > 0 || text.trim() === '' || text.startsWith('event:') || text.startsWith('id:')) return events;
  const whole: unknown = JSON.parse(text);
  return Array.isArray(whole) ? whole : [whole];
}
