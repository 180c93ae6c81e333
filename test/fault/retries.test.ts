import { connect, createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Log } from '../../src/log.js';
import { createPostHogClient } from '../../src/posthog/client.js';
import { type Behaviour, breakMidBody, breakOff, hang, json, raw } from '../helpers/fault-server.js';
import { freePort } from '../helpers/free-port.js';
import { ANY, EXPERIMENT, errorOf, KEY, LAUNCH, setUp } from './setup.js';

const ok = json(200, { id: 77 });
const throttled = (retryAfter?: string) =>
  json(
    429,
    { type: 'throttled_error', code: 'throttled', detail: 'Request was throttled.' },
    retryAfter === undefined ? {} : { 'retry-after': retryAfter },
  );

describe('a read', () => {
  it.each<[string, Behaviour]>([
    ['429', throttled()],
    ['502 with a page', raw(502, '<html>Bad gateway</html>', { 'content-type': 'text/html' })],
    ['503', json(503, { detail: 'busy' })],
    ['504', raw(504, '')],
    ['a connection that breaks before the answer', breakOff],
    ['a connection that breaks within the body', breakMidBody()],
  ])('is repeated after %s', async (_name, fault) => {
    const { server, api } = await setUp([fault, ok]);
    await expect(api.get(EXPERIMENT, ANY)).resolves.toEqual({ id: 77 });
    expect(server.hits).toHaveLength(2);
  });

  it('is sent three times at most and then fails with what PostHog said last', async () => {
    const { server, api } = await setUp([json(503, { detail: 'first' }), json(503, { detail: 'last' })]);
    const error = await errorOf(api.get(EXPERIMENT, ANY));
    expect(error).toMatchObject({ code: 'upstream_error', fields: { status: 503, detail: 'last' } });
    expect(server.hits).toHaveLength(3);
  });

  it.each([400, 401, 403, 404, 405, 409, 500, 512])('is not repeated after %i', async (status) => {
    const { server, api } = await setUp([json(status, { detail: 'no' })]);
    await errorOf(api.get(EXPERIMENT, ANY));
    expect(server.hits).toHaveLength(1);
  });
});

describe('a read that needs a body', () => {
  it('is repeated like any read, body included', async () => {
    const { server, api } = await setUp([json(503, { detail: 'busy' }), breakOff, ok]);
    await expect(api.query(EXPERIMENT, ANY, { query: { kind: 'ExperimentQuery' } })).resolves.toEqual({ id: 77 });
    expect(server.hits.map(({ method, body }) => `${method} ${body}`)).toEqual(
      Array(3).fill('POST {"query":{"kind":"ExperimentQuery"}}'),
    );
  });

  it('is allowed in read-only mode', async () => {
    const { server, api } = await setUp([ok], { readOnly: true });
    await expect(api.query(EXPERIMENT, ANY, {})).resolves.toEqual({ id: 77 });
    expect(server.hits).toHaveLength(1);
  });
});

describe('a delete', () => {
  it('is never repeated once it may have reached PostHog', async () => {
    const { server, api } = await setUp([breakOff]);
    expect(await errorOf(api.delete(EXPERIMENT, ANY))).toMatchObject({ code: 'outcome_unknown' });
    expect(server.hits.map(({ method }) => method)).toEqual(['DELETE']);
  });

  it('takes an empty answer', async () => {
    const { api } = await setUp([raw(204, '')]);
    await expect(api.delete(EXPERIMENT, ANY)).resolves.toBeUndefined();
  });

  it('is refused in read-only mode', async () => {
    const { server, api } = await setUp([ok], { readOnly: true });
    expect(await errorOf(api.delete(EXPERIMENT, ANY))).toMatchObject({ code: 'read_only' });
    expect(server.hits).toHaveLength(0);
  });
});

describe('a write', () => {
  it('is repeated after 429, which PostHog answers before it acts', async () => {
    const { server, api } = await setUp([throttled(), ok]);
    await expect(api.post(LAUNCH, ANY)).resolves.toEqual({ id: 77 });
    expect(server.hits).toHaveLength(2);
  });

  it.each<[string, Behaviour]>([
    ['the connection breaks before the answer', breakOff],
    ['the connection breaks within the answer', breakMidBody()],
    ['no answer comes', hang],
    ['a gateway answers 502', raw(502, 'Bad gateway')],
    ['a gateway answers 504', raw(504, '')],
    ['a gateway answers 408', raw(408, 'Request Timeout')],
    ['a gateway answers 499', raw(499, '')],
    ['the answer is no JSON', raw(200, '<html>', { 'content-type': 'text/html' })],
  ])('risk 1: is sent once and its outcome is unknown where %s', async (_name, fault) => {
    const { server, api } = await setUp([fault], { limits: { headersMs: 100 } });
    const error = await errorOf(api.post(LAUNCH, ANY));
    expect(error).toMatchObject({ code: 'outcome_unknown', fields: { next_tool: 'experiment-get' } });
    expect(error.hint).toContain('experiment-get');
    expect(server.hits).toHaveLength(1);
  });

  it('has an unknown outcome where its answer has another shape', async () => {
    const { api } = await setUp([json(200, { id: 'x' })]);
    const error = await errorOf(api.patch(EXPERIMENT, z.looseObject({ id: z.number() }), { name: 'n' }));
    expect(error).toMatchObject({ code: 'outcome_unknown' });
    expect(error.message).toContain('at id');
  });

  it.each([500, 503])('is not repeated after %i and the state is to be read first', async (status) => {
    const { server, api } = await setUp([json(status, { detail: 'A server error occurred.' })]);
    const error = await errorOf(api.post(LAUNCH, ANY));
    expect(error).toMatchObject({ code: 'upstream_error', fields: { status, next_tool: 'experiment-get' } });
    expect(server.hits).toHaveLength(1);
  });

  it('is repeated where the connection was never made', async () => {
    // A port that was free a moment ago refuses the first attempt; the server takes it during the backoff.
    const port = await freePort();
    const { server } = await setUp([ok]);
    const origin = `http://127.0.0.1:${port}`;
    const refused: string[] = [];
    const relay = createServer((socket) => {
      socket.pipe(connect(Number(new URL(server.origin).port), '127.0.0.1')).pipe(socket);
    });
    const log: Log = { debug: onRequest, info: ignore, warn: ignore, error: ignore, hiding: () => log };
    function onRequest(_message: string, fields: Readonly<Record<string, unknown>> = {}) {
      refused.push(String(fields.outcome));
      if (refused.length === 1) relay.listen(port, '127.0.0.1');
    }
    const client = createPostHogClient({ origin, key: KEY, readOnly: false, log });
    await expect(client.forCall({ signal: new AbortController().signal }).post(LAUNCH, ANY)).resolves.toEqual({
      id: 77,
    });
    expect(refused.at(0)).toBe('connection_failed');
    expect(refused.at(-1)).toBe('ok');
    expect(server.hits).toHaveLength(1);
    await client.close();
    await new Promise((resolve) => relay.close(resolve));
  });

  it('that could never be sent is known to have changed nothing', async () => {
    const client = createPostHogClient({
      origin: `http://127.0.0.1:${await freePort()}`,
      key: KEY,
      readOnly: false,
      random: () => 0,
    });
    const error = await errorOf(client.forCall({ signal: new AbortController().signal }).post(LAUNCH, ANY));
    expect(error).toMatchObject({ code: 'connection_failed' });
    expect(error.message).toContain('ECONNREFUSED');
    await client.close();
  });
});

describe('Retry-After', () => {
  it('risk 2: longer than the deadline ends the call at once and is reported', async () => {
    const { server, api } = await setUp([throttled('600')]);
    const startedAt = performance.now();
    const error = await errorOf(api.get(EXPERIMENT, ANY));
    expect(performance.now() - startedAt).toBeLessThan(2_000);
    expect(error).toMatchObject({ code: 'rate_limited', fields: { retry_after_seconds: 600, status: 429 } });
    expect(error.hint).toContain('600 seconds');
    expect(server.hits).toHaveLength(1);
  });

  it('is obeyed in full, also as an HTTP date', async () => {
    const at = Date.parse('2026-06-01T12:00:00Z');
    const { server, api } = await setUp([throttled('Mon, 01 Jun 2026 12:00:01 GMT'), ok], { now: () => at });
    const startedAt = performance.now();
    await api.get(EXPERIMENT, ANY);
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(990);
    expect(server.hits).toHaveLength(2);
  });

  it('is found in the words of PostHog where the header is missing', async () => {
    const detail = 'Request was throttled. Expected available in 370 seconds.';
    const { server, api } = await setUp([json(429, { detail })]);
    expect(await errorOf(api.post(LAUNCH, ANY))).toMatchObject({ fields: { retry_after_seconds: 370, detail } });
    expect(server.hits).toHaveLength(1);
  });
});

function ignore(): void {}
