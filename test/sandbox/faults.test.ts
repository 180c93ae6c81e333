import { expect, test } from 'vitest';
import type { Fault } from '../../src/sandbox/http/faults.js';
import { bench } from './support.js';

const onLaunch = (fault: Fault) => ({
  faults: {
    respond: ({ path }: { path: string }) => (path.endsWith('/launch/') ? fault : undefined),
  },
});

test('a fault answers a chosen request in its own words and leaves the state alone', async () => {
  const body = { type: 'throttled_error', code: 'throttled', detail: 'Slow down.', attr: null };
  const { draft, post, get } = await bench(onLaunch({ status: 429, headers: { 'retry-after': '7' }, body }));
  const path = await draft();
  const refused = await post(`${path}launch/`);
  expect([refused.status, refused.headers.get('retry-after'), refused.json]).toEqual([429, '7', body]);
  expect((await get(path)).json.status).toBe('draft');
});

test('an applied fault loses the answer and not the effect', async () => {
  const { draft, post, get } = await bench(onLaunch({ applied: true, end: 'destroy' }));
  const path = await draft();
  await expect(post(`${path}launch/`)).rejects.toThrow('fetch failed');
  expect((await get(path)).json.status).toBe('running');
});

test('raw bytes go out as they are, also where the answer is cut off', async () => {
  const headers = { 'content-type': 'text/html' };
  const html = await bench(onLaunch({ status: 502, headers, raw: '<h1>Bad gateway</h1>' }));
  const response = await fetch(`${html.sandbox.url}/api/projects/1/experiments/1/launch/`, { method: 'POST' });
  expect([response.status, await response.text()]).toEqual([502, '<h1>Bad gateway</h1>']);
  const cut = await bench(onLaunch({ status: 200, headers: { 'content-length': '100' }, raw: '{', end: 'destroy' }));
  const truncated = await fetch(`${cut.sandbox.url}/api/projects/1/experiments/1/launch/`, { method: 'POST' });
  await expect(truncated.text()).rejects.toThrow('terminated');
});

test('a request that hangs does not keep the sandbox from closing', async () => {
  const { draft, post, sandbox } = await bench(onLaunch({ end: 'hang' }));
  const path = await draft();
  const hanging = expect(post(`${path}launch/`)).rejects.toThrow('fetch failed');
  await expect.poll(() => sandbox.requests.length).toBe(2);
  await sandbox.close();
  await hanging;
  expect(sandbox.requests.at(-1)?.status).toBeNull();
});
