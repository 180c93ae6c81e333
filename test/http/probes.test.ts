import { describe, expect, it } from 'vitest';
import { createContact, FAILURE_COUNTS_MS } from '../../src/cli/http/contact.js';
import type { Fault } from '../../src/sandbox/http/faults.js';
import { openHttp, rpc } from './setup.js';

const TOKEN = 'secret-of-ann-0123456789';
const AUTH = { authorization: `Bearer ${TOKEN}` };

describe('health', () => {
  it('is answered to anybody, whatever name the probe uses', async () => {
    const { ask } = await openHttp({ auth: 'token', tokens: TOKEN });
    const headers = { host: '10.1.2.3:3333' };
    const answer = await ask({ method: 'GET', path: '/healthz', headers });
    expect(answer).toMatchObject({ status: 200, text: '{"status":"ok"}' });
    const ready = await ask({ method: 'GET', path: '/readyz', headers });
    expect(ready.status).toBe(200);
    expect(JSON.parse(ready.text)).toEqual({ ready: true, posthog: 'not asked yet', last_contact: null });
  });
});

describe('readiness', () => {
  it('follows the last contact with PostHog and tells no key', async () => {
    let fault: Fault | undefined;
    const { ask, call, sandbox } = await openHttp({ faults: { respond: () => fault } });
    const ready = async () => {
      const { status, text } = await ask({ method: 'GET', path: '/readyz' });
      expect(text).not.toContain(sandbox.key);
      return [status, JSON.parse(text).posthog];
    };
    await call('experiment-get', { id: 1 });
    expect(await ready()).toEqual([200, 'answered']);
    fault = { status: 500, body: { detail: 'x' } };
    await call('experiment-get', { id: 1 });
    expect(await ready()).toEqual([503, 'failed']);
    fault = { status: 403, body: { detail: 'x' } };
    await call('experiment-get', { id: 1 });
    expect(await ready()).toEqual([200, 'answered']);
    fault = { end: 'destroy' };
    await call('experiment-get', { id: 1 });
    expect(await ready()).toEqual([503, 'failed']);
    fault = undefined;
    await call('experiment-get', { id: 1 });
    expect(await ready()).toEqual([200, 'answered']);
  });

  it('comes back by itself, since nobody sends requests to a process that is not ready', () => {
    let now = 0;
    const contact = createContact(() => now);
    contact.heard({ ok: false, failure: { kind: 'broken' } });
    now = FAILURE_COUNTS_MS;
    expect(contact.readiness()).toMatchObject({ ready: false, posthog: 'failed' });
    now += 1;
    expect(contact.readiness()).toMatchObject({ ready: true, posthog: 'failed' });
  });

  it('does not hear of what a caller broke off', () => {
    const contact = createContact(() => 0);
    contact.heard({ ok: false, failure: { kind: 'final' } });
    expect(contact.readiness()).toMatchObject({ ready: true, posthog: 'not asked yet' });
    contact.heard({ ok: false, failure: { kind: 'final', unreached: true } });
    expect(contact.readiness()).toMatchObject({ ready: false });
  });
});

describe('metrics', () => {
  const SAMPLE = /^[a-z_]+(?:\{[a-z]+="[^"\\\n]*"(?:,[a-z]+="[^"\\\n]*")*\})? (?:[\d.e+-]+|\+Inf|NaN)$/;

  it('are Prometheus text with a bounded set of series, for callers only', async () => {
    const { ask, call } = await openHttp({ auth: 'token', tokens: TOKEN });
    await call('experiment-get', { id: 1 }, AUTH);
    await call('experiment-get', { id: 999_999 }, AUTH);
    for (const name of ['made-up', 'x"} 1\nevil 1', 'experiment-get\n']) await call(name, {}, AUTH);
    await ask({ body: rpc('made/up'), headers: AUTH });
    await ask({ path: '/made-up', headers: AUTH });
    expect((await ask({ method: 'GET', path: '/metrics' })).status).toBe(401);
    const { status, headers, text } = await ask({ method: 'GET', path: '/metrics', headers: AUTH });
    expect(status).toBe(200);
    expect(headers['content-type']).toMatch(/^text\/plain; version=0\.0\.4/);
    for (const line of text.split('\n').filter((one) => one !== '' && !one.startsWith('#')))
      expect(line).toMatch(SAMPLE);
    expect(text).toContain('mcp_tool_calls_total{tool="experiment-get"} 2');
    expect(text).toContain('mcp_tool_errors_total{tool="experiment-get"} 1');
    expect(text).toContain('mcp_tool_call_seconds_count{tool="experiment-get"} 2');
    expect(text).toMatch(/posthog_answers_total\{status="2xx"\} \d/);
    expect(text).toContain('posthog_answers_total{status="404"} 1');
    expect(text).toMatch(/mcp_open_sockets [1-9]/);
    expect(text).toContain('mcp_sessions 0');
    expect(text).not.toMatch(/made|evil|phx_|secret/);
    expect([...text.matchAll(/tool="([^"]*)"/g)].map(([, tool]) => tool)).toSatisfy((tools: string[]) =>
      tools.every((tool) => tool === 'experiment-get'),
    );
  });
});
