import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type Behaviour, endless, json, raw } from '../helpers/fault-server.js';
import { ANY, EXPERIMENT, errorOf, KEY, LAUNCH, setUp } from './setup.js';

const JSON_TYPE = { 'content-type': 'application/json' };
const MIB = 1024 * 1024;

describe('risk 10: an answer that is not what it should be', () => {
  it.each<[string, Behaviour, RegExp]>([
    [
      'a page',
      raw(200, '<html><body>Log in</body></html>', { 'content-type': 'text/html' }),
      /is "text\/html" where JSON/,
    ],
    ['cut JSON', raw(200, '{"id": 77, "na', JSON_TYPE), /is cut short or is not valid JSON/],
    ['invalid UTF-8', raw(200, Buffer.from([0x22, 0xff, 0xfe, 0x22]), JSON_TYPE), /is not valid UTF-8/],
    ['unasked compression', raw(200, gzipSync('{}'), { ...JSON_TYPE, 'content-encoding': 'gzip' }), /compressed/],
    ['nothing', raw(200, '', JSON_TYPE), /does not fit as a whole/],
    ['204', raw(204, ''), /does not fit as a whole/],
    ['another shape', json(200, { id: 'x' }), /does not fit at id: .*expected number/],
    [
      'JSON that is nested 10,000 deep',
      raw(200, `{"id":77,"filters":{"a b":${'['.repeat(10_000)}${']'.repeat(10_000)}}}`, JSON_TYPE),
      /does not fit at filters\.a b\.0\.0: it is nested more than 500 levels deep\.$/,
    ],
    [
      'objects that are nested 10,000 deep',
      raw(200, `{"id":77,"x":${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}}`, JSON_TYPE),
      /does not fit at x\.a\.a\.a: it is nested more than 500 levels deep\.$/,
    ],
    ['a number that is none', raw(200, '{"id": 1e999}', JSON_TYPE), /does not fit at id: /],
    ['a missing field', json(200, {}), /does not fit at id: Invalid input: expected number, and it is missing\.$/],
  ])('(%s) fails with what is wrong, and the next call works', async (_name, fault, what) => {
    const { api } = await setUp([fault, json(200, { id: 77 })]);
    const shape = z.looseObject({ id: z.number() });
    const error = await errorOf(api.get(EXPERIMENT, shape));
    expect(error.code).toBe('unexpected_response');
    expect(error.message).toMatch(what);
    await expect(api.get(EXPERIMENT, shape)).resolves.toEqual({ id: 77 });
  });

  it.each<[string, Behaviour]>([
    ['no HTTP', (_response, request) => request.socket.end('SSH-2.0-OpenSSH\r\n\r\n')],
    ['a header that is far too long', json(200, {}, { 'x-long': 'x'.repeat(20_000) })],
  ])('(%s) is not asked for again', async (_name, fault) => {
    const { server, api } = await setUp([fault]);
    expect(await errorOf(api.get(EXPERIMENT, ANY))).toMatchObject({
      code: 'unexpected_response',
      message: `${server.origin} does not speak proper HTTP.`,
    });
    expect(server.hits).toHaveLength(1);
  });

  it('risk 11: names the path of a wrong field', async () => {
    const { api } = await setUp([json(200, { results: [{ id: 1 }, { id: null }] })]);
    const shape = z.looseObject({ results: z.array(z.looseObject({ id: z.number() })) });
    expect((await errorOf(api.get(EXPERIMENT, shape))).message).toContain('at results.1.id');
  });

  it('risk 11: takes whatever fields PostHog adds', async () => {
    await fc.assert(
      fc.asyncProperty(fc.dictionary(fc.string(), fc.jsonValue()), async (extra) => {
        const { api } = await setUp([json(200, { ...extra, id: 77 })]);
        await expect(api.get(EXPERIMENT, z.object({ id: z.number() }))).resolves.toEqual({ id: 77 });
      }),
      { numRuns: 20 },
    );
  });

  it('takes JSON under a vendor type and without a type', async () => {
    const typed = raw(200, '1', { 'content-type': 'application/vnd.x+json; charset=utf-8' });
    const { api } = await setUp([typed, raw(200, '2')]);
    await expect(api.get(EXPERIMENT, ANY)).resolves.toBe(1);
    await expect(api.get(EXPERIMENT, ANY)).resolves.toBe(2);
  });

  it('shows at most 200 characters of it, without tags and without the key', async () => {
    const page = `<title>Oops</title><script>${'x'.repeat(500)}</script> echo ${KEY} ${'y '.repeat(500)}`;
    const { api } = await setUp([raw(200, page, { 'content-type': 'text/html' })]);
    const { detail = '' } = (await errorOf(api.get(EXPERIMENT, ANY))).fields;
    expect(detail).toMatch(/^Oops echo \[redacted\] y y/);
    expect(detail.length).toBeLessThanOrEqual(200);
  });
});

describe('an answer without end', () => {
  it('risk 8: is cut at the limit of a success', async () => {
    const body = endless(200);
    const { server, api } = await setUp([body], { limits: { responseBytes: MIB } });
    expect(await errorOf(api.get(EXPERIMENT, ANY))).toMatchObject({ code: 'response_too_large' });
    await server.until(() => server.hits.every((hit) => hit.closed));
    expect(body.sent).toBeLessThan(20 * MIB);
    expect(server.hits).toHaveLength(1);
  });

  it('that is too long is announced as such by its length alone', async () => {
    const { api } = await setUp([raw(200, ' '.repeat(2 * MIB), JSON_TYPE)], { limits: { responseBytes: MIB } });
    expect(await errorOf(api.get(EXPERIMENT, ANY))).toMatchObject({ code: 'response_too_large' });
  });

  it.each([400, 500])('risk 8: ends a call and its socket where its status is %i', async (status) => {
    const body = endless(status);
    const { server, api } = await setUp([body]);
    expect(await errorOf(api.post(LAUNCH, ANY))).toMatchObject({ fields: { status } });
    await server.until(() => server.hits.every((hit) => hit.closed));
    // Most of it is what the buffers of both sockets hold.
    expect(body.sent).toBeLessThan(20 * MIB);
  });

  it('risk 9: of a compression bomb stays as small as it came', async () => {
    const bomb = gzipSync(Buffer.alloc(64 * MIB));
    const { api } = await setUp([raw(200, bomb, { ...JSON_TYPE, 'content-encoding': 'gzip' })]);
    const before = process.memoryUsage().rss;
    expect(await errorOf(api.get(EXPERIMENT, ANY))).toMatchObject({ code: 'unexpected_response' });
    expect(process.memoryUsage().rss - before).toBeLessThan(20 * MIB);
  });
});

describe("an error's body", () => {
  const LIMIT = 64 * 1024;
  /** JSON of so many bytes; without the last one it is none. */
  const detailAtEnd = (bytes: number) => `{${'"detail":"at the end"}'.padStart(bytes - 1)}`;

  it.each([400, 500])('risk 8: is read for 64 KiB to the byte where its status is %i', async (status) => {
    const { server, api } = await setUp([
      raw(status, detailAtEnd(LIMIT), JSON_TYPE),
      raw(status, detailAtEnd(LIMIT + 1), JSON_TYPE),
    ]);
    expect((await errorOf(api.post(LAUNCH, ANY))).fields.detail).toBe('at the end');
    expect((await errorOf(api.post(LAUNCH, ANY))).fields.detail).not.toBe('at the end');
    expect(server.hits).toHaveLength(2);
  });

  it.each([400, 500])('risk 8: is not waited for beyond 64 KiB where its status is %i', async (status) => {
    const silent: Behaviour = (response) => {
      response.writeHead(status, JSON_TYPE);
      response.write(detailAtEnd(LIMIT));
    };
    // Longer than the test may take: only the limit can end it.
    const { server, api } = await setUp([silent], { limits: { bodyIdleMs: 600_000, deadlineMs: 600_000 } });
    expect((await errorOf(api.post(LAUNCH, ANY))).fields).toMatchObject({ status, detail: 'at the end' });
    await server.until(() => server.hits.every((hit) => hit.closed));
  });
});

it('lets nothing but a ToolError out, whatever status and body come', async () => {
  const statuses = fc.oneof(
    fc.integer({ min: 200, max: 599 }),
    fc.constantFrom(200, 400, 401, 403, 404, 409, 429, 500),
  );
  const bodies = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.json(),
    fc.uint8Array().map((bytes) => Buffer.from(bytes)),
    fc
      .dictionary(
        fc.constantFrom(
          'detail',
          'error',
          'message',
          'code',
          'attr',
          'change_request_id',
          'current_version',
          'guidance',
        ),
        fc.jsonValue(),
      )
      .map((value) => JSON.stringify(value)),
  );
  const types = fc.constantFrom('application/json', 'text/html', 'text/plain', '');
  let next: Behaviour = json(200, {});
  const { api } = await setUp([(response, request) => next(response, request)], { limits: { deadlineMs: 60_000 } });
  await fc.assert(
    fc.asyncProperty(statuses, bodies, types, fc.boolean(), async (status, body, type, isRead) => {
      next = raw(status, body, { 'content-type': type, 'retry-after': '3600' });
      const shape = z.looseObject({ id: z.number() });
      const call = isRead ? api.get(EXPERIMENT, shape) : api.post(LAUNCH, shape);
      if (
        await call.then(
          () => false,
          () => true,
        )
      )
        await errorOf(call);
    }),
    { numRuns: 200 },
  );
});
