import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { EventStore } from '../../src/sandbox/events/store.js';
import { anyJunkValue, anyText, runs } from '../helpers/fuzz.js';
import { sdkOn } from '../helpers/posthog-sdk.js';
import { type Bench, bench, listAt, START } from './support.js';

const HOUR_MS = 3_600_000;
const NOW = Date.parse(START);

function eventsOf({ sandbox }: Bench): EventStore {
  const store = sandbox.store.events.get(sandbox.projectId);
  if (!store) throw new Error('no events');
  return store;
}

/** What is stored, without what nobody stated. */
function rows(here: Bench) {
  const store = eventsOf(here);
  return Array.from({ length: store.size }, (_, row) => ({
    event: store.event(row),
    id: store.distinctId(row),
    properties: store.properties(row),
  }));
}

type Body = NonNullable<RequestInit['body']>;

async function send({ sandbox }: Bench, path: string, body: Body, headers: Record<string, string> = {}) {
  const response = await fetch(`${sandbox.url}${path}`, { method: 'POST', body, headers });
  return { status: response.status, text: await response.text() };
}

const TOKEN = 'phc_sandbox_project_1';
const BOUGHT = { event: 'bought', distinct_id: 'ann', properties: { price: 5 } };
const SINGLE = JSON.stringify({ api_key: TOKEN, ...BOUGHT });
const BATCH = JSON.stringify({ api_key: TOKEN, batch: [BOUGHT] });
/** Base64 that has plus signs, which a form takes for spaces. */
const PLUS = btoa(SINGLE.replace('bought"', 'bought","text":">>>>>>"'));
const FORM = 'application/x-www-form-urlencoded';

/** A batch whose event has a list in a list and so on. */
function deep(depth: number): string {
  return BATCH.replace('5', `${'['.repeat(depth)}${']'.repeat(depth)}`);
}

afterEach(() => {
  vi.unstubAllEnvs();
});

describe('PostHog’s SDK', () => {
  it.each(['v0', 'v1'])('brings its events into the store, compressed (%s)', async (mode) => {
    vi.stubEnv('POSTHOG_CAPTURE_MODE', mode);
    const here = await bench({ now: () => new Date() });
    here.sandbox.store.insertFlag({
      project_id: here.sandbox.projectId,
      key: 'checkout',
      filters: { groups: [{ properties: [], rollout_percentage: 100 }], multivariate: null },
    });
    const encodings: (string | undefined)[] = [];
    const sdk = sdkOn(here.sandbox, {
      fetch: (url, options) => {
        if (/batch|events$/.test(url)) encodings.push(options.headers['Content-Encoding']);
        return fetch(url, options);
      },
    });
    const timestamp = new Date(Date.now() - 30 * 24 * HOUR_MS);
    sdk.capture({ distinctId: 'ann', event: 'bought', properties: { price: 5, items: ['a'] }, timestamp });
    sdk.capture({ distinctId: 'ann', event: 'seen', groups: { team: 'acme' }, properties: { $set: { plan: 'pro' } } });
    sdk.identify({ distinctId: 'ann', properties: { country: 'de' } });
    sdk.alias({ distinctId: 'ann', alias: 'old ann' });
    sdk.groupIdentify({ groupType: 'team', groupKey: 'acme', properties: { size: 7 } });
    const flags = await sdk.evaluateFlags('ann');
    expect(flags.isEnabled('checkout')).toBe(true);
    await sdk.flush();

    const store = eventsOf(here);
    const names = ['bought', 'seen', '$identify', '$create_alias', '$groupidentify', '$feature_flag_called'];
    expect(rows(here).map(({ event }) => event)).toEqual(names);
    const lib = { $lib: 'posthog-node', $lib_version: '5.70.0', $is_server: true };
    expect(store.properties(0)).toMatchObject({ price: 5, items: ['a'], ...lib });
    expect(Math.abs(store.timestamp(0) - timestamp.getTime())).toBeLessThan(HOUR_MS);
    expect(store.property(1, '$group_0')).toBe('acme');
    expect(store.groups.traits(0, 'acme')).toEqual({ size: 7 });
    expect(store.properties(5)).toMatchObject({
      ...{ $feature_flag: 'checkout', $feature_flag_response: true, '$feature/checkout': true },
      ...{ locally_evaluated: false, $feature_flag_reason: 'Matched condition set 1' },
    });
    expect(store.personProperties(0)).toEqual({ plan: 'pro', country: 'de' });
    expect(store.people.find('old ann')).toBe(store.people.find('ann'));
    expect(store.uuid(0)).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7/);
    const path = mode === 'v0' ? '/batch/' : '/i/v1/analytics/events';
    const requests = here.sandbox.requests.filter((request) => request.path === path);
    expect(requests.length).toBeGreaterThan(0);
    expect(new Set(encodings)).toEqual(new Set(['gzip']));
    expect(requests.every(({ status, body }) => status === 200 && body === undefined)).toBe(true);
  });
});

describe('an event', () => {
  it.each<[how: string, path: string, body: Body, headers?: Record<string, string>]>([
    ['in a batch', '/batch/', BATCH],
    ['in a batch without the slash', '/batch', BATCH],
    ['in a compressed batch', '/batch/', gzipSync(BATCH), { 'content-encoding': 'gzip' }],
    [
      'compressed, as the query says',
      '/e/?compression=gzip-js&ip=1',
      gzipSync(SINGLE),
      { 'content-type': 'text/plain' },
    ],
    ['by itself', '/capture/', SINGLE],
    ['by itself, to the newer address', '/i/v0/e/', SINGLE],
    ['in a list', '/e/', JSON.stringify([{ ...BOUGHT, properties: { price: 5, token: TOKEN } }])],
    ['in a form', '/capture/', new URLSearchParams({ data: SINGLE }), { 'content-type': FORM }],
    [
      'in a form as base64',
      '/e/?compression=base64',
      new URLSearchParams({ data: btoa(SINGLE) }),
      { 'content-type': FORM },
    ],
    ['as base64', '/capture/', btoa(SINGLE)],
    ['as base64 with its plus signs', '/e/', `data=${PLUS}`, { 'content-type': FORM }],
    ['with its token named otherwise', '/batch/', JSON.stringify({ token: TOKEN, batch: [BOUGHT] })],
  ])('arrives %s', async (_, path, body, headers) => {
    const here = await bench();
    expect(await send(here, path, body, headers)).toEqual({ status: 200, text: '{"status":1}' });
    expect(rows(here)).toMatchObject([{ event: 'bought', id: 'ann', properties: { price: 5 } }]);
  });

  it('is dropped without a name or a distinct id, and the others of its batch are kept', async () => {
    const here = await bench();
    const batch = [{ distinct_id: 'ann' }, { event: 'lost' }, { event: '', distinct_id: 'ann' }, null, 7, BOUGHT];
    expect((await send(here, '/batch/', JSON.stringify({ api_key: TOKEN, batch }))).status).toBe(200);
    expect(rows(here)).toHaveLength(1);
  });

  it('of the newer way is answered for by its uuid', async () => {
    const here = await bench();
    const [good, bad] = ['01980000-0000-7000-8000-000000000001', '01980000-0000-7000-8000-000000000002'];
    const options = { process_person_profile: false, disable_skew_correction: true };
    const batch = [
      { ...BOUGHT, uuid: good, timestamp: '2026-08-01T00:00:00Z', session_id: 's1', options },
      { uuid: bad, event: 'lost' },
    ];
    const headers = { authorization: `Bearer ${TOKEN}`, 'posthog-sdk-info': 'posthog-x/1.2' };
    const sent = await send(
      here,
      '/i/v1/analytics/events',
      JSON.stringify({ batch, created_at: '2027-01-01' }),
      headers,
    );
    expect(JSON.parse(sent.text)).toEqual({
      results: {
        [good]: { result: 'ok' },
        [bad]: { result: 'drop', details: 'The event has no name or no distinct_id.' },
      },
    });
    expect(eventsOf(here).timestamp(0)).toBe(Date.parse('2026-08-01T00:00:00Z'));
    expect(rows(here)).toMatchObject([
      { properties: { $session_id: 's1', $process_person_profile: false, $lib: 'posthog-x', $lib_version: '1.2' } },
    ]);
  });

  it('has the person’s properties beside its own in older SDKs', async () => {
    const here = await bench();
    const properties = { $set: { plan: 'free', country: 'de' } };
    const about = { ...BOUGHT, properties, $set: { plan: 'pro' }, $set_once: { source: 'ad' } };
    await send(here, '/capture/', JSON.stringify({ api_key: TOKEN, ...about }));
    expect(eventsOf(here).personProperties(0)).toEqual({ plan: 'pro', country: 'de', source: 'ad' });
  });

  it('makes its name known, with the time when it was last seen', async () => {
    const here = await bench();
    await send(here, '/batch/', BATCH);
    here.advance(HOUR_MS);
    await send(here, '/batch/', BATCH);
    const { json } = await here.get('/event_definitions/');
    expect(listAt(json, 'results')).toMatchObject([
      { name: 'bought', created_at: START, last_seen_at: '2026-09-01T13:00:00Z' },
    ]);
  });

  it('belongs to the project of its token', async () => {
    const here = await bench();
    await send(here, '/batch/', JSON.stringify({ api_key: 'phc_sandbox_project_2', batch: [BOUGHT] }));
    expect(rows(here)).toEqual([]);
    expect(here.sandbox.store.events.get(here.sandbox.otherProjectId)?.size).toBe(1);
  });
});

describe('the time of an event', () => {
  it.each<[what: string, event: object, batch: object, time: number]>([
    ['is now if nothing is said', {}, {}, NOW],
    ['is what the event says', { timestamp: '2025-01-02T03:04:05.678Z' }, {}, Date.parse('2025-01-02T03:04:05.678Z')],
    ['is in UTC without a zone', { timestamp: '2025-01-02 03:04:05' }, {}, Date.parse('2025-01-02T03:04:05Z')],
    ['has a zone', { timestamp: '2025-01-02T03:04:05+02:00' }, {}, Date.parse('2025-01-02T01:04:05Z')],
    [
      'counts back from its sending, whatever the clock of the sender says',
      { timestamp: '2030-01-01T00:00:00Z' },
      { sent_at: '2030-01-01T00:00:10Z' },
      NOW - 10_000,
    ],
    [
      'is what the event says if the sending does not matter',
      { timestamp: '2025-01-01T00:00:00Z', properties: { $ignore_sent_at: true } },
      { sent_at: '2025-01-01T00:00:10Z' },
      Date.parse('2025-01-01T00:00:00Z'),
    ],
    ['is an offset', { offset: 5_000 }, {}, NOW - 5_000],
    ['is now if it is far ahead', { timestamp: '2026-09-03T00:00:00Z' }, {}, NOW],
    ['may be a little ahead', { timestamp: '2026-09-02T00:00:00Z' }, {}, NOW + 12 * HOUR_MS],
    ['is now if it is no date', { timestamp: 'yesterday' }, { sent_at: START }, NOW],
  ])('%s', async (_, event, batch, time) => {
    const here = await bench();
    await send(here, '/batch/', JSON.stringify({ api_key: TOKEN, batch: [{ ...BOUGHT, ...event }], ...batch }));
    expect(eventsOf(here).timestamp(0)).toBe(time);
    expect(eventsOf(here).createdAt(0)).toBe(NOW);
  });
});

describe('events are refused', () => {
  it.each<[what: string, body: Body, status: number, text: RegExp]>([
    ['without a token', JSON.stringify({ batch: [BOUGHT] }), 401, /^No API token provided/],
    ['with a wrong token', JSON.stringify({ api_key: 'phc_x', batch: [BOUGHT] }), 401, /phc_sandbox_project_1/],
    ['with a personal key', JSON.stringify({ api_key: 'phx_sandbox_full_access', batch: [] }), 401, /invalid/],
    ['if they are no JSON', '{"api_key', 400, /^failed to parse request/],
    ['if they are not really compressed', Buffer.from([0x1f, 0x8b, 1, 2]), 400, /^failed to decode request/],
    ['if they are too large', ' '.repeat(21 * 1024 * 1024), 413, /too large/],
    ['if they are too large once they are unpacked', gzipSync(' '.repeat(21 * 1024 * 1024)), 413, /too large/],
    ['if they are nothing', '', 401, /token/],
    ['if they are nested too deeply', deep(100_000), 400, /nested too deeply/],
  ])('%s', async (_, body, status, text) => {
    const here = await bench();
    expect(await send(here, '/batch/', body)).toEqual({ status, text: expect.stringMatching(text) });
    expect(rows(here)).toEqual([]);
  });

  it('by another verb', async () => {
    const { sandbox } = await bench();
    expect((await fetch(`${sandbox.url}/batch/`)).status).toBe(405);
  });

  it('once the sandbox is full, so that the SDK hears of it', async () => {
    const here = await bench();
    const small = new EventStore(here.sandbox.projectId, 2_000);
    Object.assign(here.sandbox.store, { events: new Map([[here.sandbox.projectId, small]]) });
    const sdk = sdkOn(here.sandbox);
    const heard: unknown[] = [];
    sdk.on('error', (error: unknown) => heard.push(error));
    for (let at = 0; at < 50; at += 1) sdk.capture({ distinctId: `user ${at}`, event: 'seen' });
    await sdk.flush().catch(() => undefined);
    expect(heard).toMatchObject([{ status: 400 }]);
    const again = await send(here, '/batch/', BATCH);
    expect(again).toEqual({ status: 400, text: expect.stringContaining(`keeps ${small.size} events`) });
  });
});

describe('whatever an SDK sends', () => {
  it('is answered, and what is stored can be read', async () => {
    const { sandbox } = await bench();
    const store = sandbox.store.events.get(sandbox.projectId);
    const ask = async (path: string, body: unknown, headers: Record<string, string> = {}) => {
      const { status } = await fetch(`${sandbox.url}${path}`, { method: 'POST', body: JSON.stringify(body), headers });
      expect(status).toBeLessThan(500);
    };
    const junk = fc.oneof({ weight: 1, arbitrary: anyJunkValue }, { weight: 3, arbitrary: fc.constant(undefined) });
    const event = fc.record({
      ...{ event: fc.oneof(anyText, anyJunkValue), distinct_id: fc.oneof(anyText, anyJunkValue), uuid: junk },
      ...{
        timestamp: junk,
        offset: junk,
        options: junk,
        $set: junk,
        properties: fc.oneof(junk, fc.dictionary(anyText, anyJunkValue)),
      },
    });
    const body = fc.record({ batch: fc.oneof(junk, fc.array(event)), sent_at: junk, created_at: junk });
    const question = fc.record({
      ...{ distinct_id: anyJunkValue, groups: junk, person_properties: junk, group_properties: junk },
      ...{ flag_keys_to_evaluate: junk, evaluation_contexts: junk, evaluation_runtime: junk, $device_id: junk },
    });
    await fc.assert(
      fc.asyncProperty(body, question, async (sent, asked) => {
        await ask('/batch/', { api_key: TOKEN, ...sent });
        await ask('/i/v1/analytics/events', sent, { authorization: `Bearer ${TOKEN}` });
        await ask('/flags/?v=2', { token: TOKEN, ...asked });
      }),
      runs(100),
    );
    expect(store?.size).toBeGreaterThan(20);
    for (let row = 0; row < (store?.size ?? 0); row += 1) {
      expect(store?.timestamp(row)).toSatisfy(Number.isFinite);
      for (const [key, value] of Object.entries(store?.properties(row) ?? {})) {
        expect(store?.property(row, key)).toBe(value);
      }
    }
  });
});

describe('a page of another origin', () => {
  it('may send events and ask for flags', async () => {
    const { sandbox } = await bench();
    const preflight = await fetch(`${sandbox.url}/flags/?v=2`, { method: 'OPTIONS' });
    expect([preflight.status, preflight.headers.get('access-control-allow-origin')]).toEqual([204, '*']);
    const answer = await fetch(`${sandbox.url}/e/`, { method: 'POST', body: SINGLE });
    expect(answer.headers.get('access-control-allow-origin')).toBe('*');
    const api = await fetch(`${sandbox.url}/api/projects/1/`, { method: 'OPTIONS' });
    expect(api.headers.get('access-control-allow-origin')).toBeNull();
  });
});
