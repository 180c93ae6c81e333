import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { holdsKey } from '../../proof/faults/secrets.js';
import { ROUTES_THAT_ECHO, said } from './echoes.js';
import { type HttpWorld, type HttpWorldOptions, INFO, messageOf, openHttp, openStream, rpc, until } from './setup.js';

const bearer = (key: string) => ({ authorization: `Bearer ${key}` });
const perUser = (options: HttpWorldOptions = {}) => openHttp({ auth: 'per-user', project: '@current', ...options });

async function create(world: HttpWorld, key: string, name: string) {
  const args = { name, feature_flag_key: name.toLowerCase() };
  const { message } = await world.call('experiment-create', args, bearer(key));
  return Object(message.result?.structuredContent);
}

describe('callers with keys of their own', () => {
  it('see the data of their own project only, however their calls are mixed', async () => {
    const world = await perUser();
    const { key, otherProjectKey, projectId, otherProjectId } = world.sandbox;
    const mine = await create(world, key, 'Mine');
    const theirs = await create(world, otherProjectKey, 'Theirs');
    expect([mine.project_id, theirs.project_id]).toEqual([projectId, otherProjectId]);
    const one = async (at: number) => {
      const isOther = at % 2 === 1;
      const headers = bearer(isOther ? otherProjectKey : key);
      const tool = at % 3 === 0 ? 'experiment-list' : 'experiment-get';
      const args = tool === 'experiment-list' ? { limit: 100 } : { feature_flag_key: isOther ? 'theirs' : 'mine' };
      const { status, text } = await world.call(tool, args, headers);
      expect(status).toBe(200);
      expect(messageOf(text).result?.isError).toBeFalsy();
      expect(text).toContain(isOther ? 'Theirs' : 'Mine');
      expect(text).not.toContain(isOther ? 'Mine' : 'Theirs');
    };
    let next = 0;
    const lane = async () => {
      for (let at = next++; at < 200; at = next++) await one(at);
    };
    await Promise.all(Array.from({ length: 16 }, lane));
    const foreign = await world.call('experiment-get', { feature_flag_key: 'mine' }, bearer(otherProjectKey));
    expect(foreign.message.result?.structuredContent).toMatchObject({ found: false, reason: 'no_flag' });
    const crossed = world.sandbox.requests.filter(({ status, path }) => status === 403 && path.includes('/projects/'));
    expect(crossed).toEqual([]);
  }, 60_000);

  it('are told the team’s defaults by PostHog, never from what another key could read', async () => {
    const world = await perUser();
    const { id } = await create(world, world.sandbox.key, 'Mine').then(({ experiment }) => experiment);
    Object.assign(world.sandbox.store.experiments.get(id) ?? {}, { start_date: new Date().toISOString() });
    const reads = () => world.sandbox.requests.filter(({ path }) => path.includes('experiments_config')).length;
    for (const times of [1, 2]) {
      await world.call('experiment-assess', { id }, bearer(world.sandbox.key));
      expect(reads()).toBe(times);
    }
  });

  it('are refused where what they bring is no personal key', async () => {
    const world = await perUser();
    for (const key of [
      'phc_project_key_0123456789',
      'phs_secret_0123456789',
      'garbage',
      'phx_',
      'phx_short',
      'phx_!!!!!!!!!!',
    ]) {
      const { status, headers, text } = await world.ask({ body: rpc('tools/list'), headers: bearer(key) });
      expect(status, key).toBe(401);
      expect(headers['www-authenticate']).toContain('error="invalid_token"');
      expect(text).toContain('phx_');
      expect(text).not.toContain('0123456789');
    }
    expect((await world.ask({ body: rpc('tools/list') })).status).toBe(401);
    const { message } = await world.call('experiment-list', {}, bearer('phx_unknown_key_0123456789'));
    expect(message.result).toMatchObject({ isError: true, structuredContent: { error: { status: 401 } } });
    expect(world.sandbox.requests.every(({ status }) => status === 401)).toBe(true);
  });

  it('do not get to see the metrics, since a stranger with an invented key comes as far', async () => {
    const world = await perUser();
    for (const key of [world.sandbox.key, 'phx_invented_by_a_stranger_0123']) {
      const { status, text } = await world.ask({ method: 'GET', path: '/metrics', headers: bearer(key) });
      expect(status).toBe(403);
      expect(text).toContain('--auth per-user');
      expect(text).not.toContain('mcp_');
    }
  });

  it('cannot confirm what another was shown', async () => {
    const world = await perUser({ confirm: 'token' });
    const { key, otherUserKey } = world.sandbox;
    const { experiment } = await create(world, key, 'Mine');
    const { id } = experiment;
    const preview = await world.call('experiment-launch', { id }, bearer(key));
    const token = preview.message.result?.structuredContent?.confirmation_token;
    const confirm = (by: string) => world.call('experiment-launch', { id, confirmation_token: token }, bearer(by));
    const theirs = await confirm(otherUserKey);
    expect(theirs.message.result?.structuredContent?.status).toBe('confirmation_required');
    const own = await confirm(key);
    expect(own.message.result?.structuredContent?.status).toBe('applied');
  });
});

describe('a stranger with invented keys', () => {
  const opening = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: INFO };
  const invented = (at: number) => bearer(`phx_invented_by_a_stranger_${at}`);

  it('opens no session and no stream, so that all of them stay free for callers whom PostHog knows', async () => {
    const world = await perUser({ sessions: true, limits: { maxSessions: 8 } });
    const { key, otherUserKey } = world.sandbox;
    const open = (headers: Record<string, string>) => world.ask({ body: rpc('initialize', opening), headers });
    for (let at = 0; at < 12; at += 1) {
      for (const answer of [
        await open(invented(at)),
        await world.ask({ method: 'GET', path: '/sse', headers: invented(at) }),
      ]) {
        expect(answer.status).toBe(401);
        expect(answer.headers['www-authenticate']).toContain('error="invalid_token"');
        expect(messageOf(answer.text).error?.message).toContain('PostHog does not know this key');
      }
    }
    for (const own of [key, otherUserKey, key, otherUserKey]) {
      expect((await open(bearer(own))).status).toBe(200);
      await openStream(world, bearer(own));
    }
    expect((await open(bearer(key))).status).toBe(429);
  });

  it('keeps nobody from opening one by asking for many at once', async () => {
    let isHeld = true;
    const world = await perUser({
      sessions: true,
      faults: {
        respond: async () => {
          if (!isHeld) return undefined;
          await until(() => !isHeld);
          return { status: 401, body: { detail: 'x' } };
        },
      },
    });
    const open = (headers: Record<string, string>) => world.ask({ body: rpc('initialize', opening), headers });
    let refused = 0;
    const statuses = Array.from({ length: 60 }, async (_, at) => {
      const { status } = await open(invented(at));
      if (status === 429) refused += 1;
      return status;
    });
    await until(() => refused === 28);
    // Requests that open nothing come in as before.
    const lost = await world.ask({ body: rpc('ping'), headers: bearer(world.sandbox.key) });
    expect(messageOf(lost.text).error?.message).toContain('Mcp-Session-Id is missing');
    isHeld = false;
    expect((await Promise.all(statuses)).filter((status) => status === 401)).toHaveLength(32);
    expect((await open(bearer(world.sandbox.key))).status).toBe(200);
  });

  it('and anybody else is told to come again while PostHog cannot be asked', async () => {
    let status = 500;
    const world = await perUser({
      sessions: true,
      faults: { respond: () => (status === 0 ? undefined : { status, body: { detail: 'x' } }) },
    });
    const open = () => world.ask({ body: rpc('initialize', opening), headers: bearer(world.sandbox.key) });
    const refused = await open();
    expect([refused.status, refused.headers['retry-after']]).toEqual([503, '15']);
    // A key that may not read is a key that PostHog knows.
    status = 403;
    expect((await open()).status).toBe(200);
    status = 0;
    expect((await open()).status).toBe(200);
  });
});

describe('a key of a caller', () => {
  /** One that no pattern recognises: short, and without a digit. */
  const KEY = 'phx_canaryish';

  it('stays out of the journal where people typed it into PostHog', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'http-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const journal = join(folder, 'journal');
    const world = await perUser({ journal });
    const key = world.sandbox.otherUserKey;
    const text = said(key).slice(0, 200);
    const created = await world.call(
      'experiment-create',
      { name: 'A', feature_flag_key: 'a-draft', description: text },
      bearer(key),
    );
    const { id } = Object(created.message.result?.structuredContent?.experiment);
    const update = { id, description: `${text} again` };
    const updated = await world.call('experiment-update', update, bearer(key));
    expect(updated.message.result?.structuredContent?.status).toBe('applied');
    const written = readFileSync(journal, 'utf8');
    expect(written.trim().split('\n')).toHaveLength(4);
    const all = [created.text, updated.text, written, ...world.lines].join('\n');
    expect(holdsKey(all, key), all).toBe(false);
  });

  it.each(ROUTES_THAT_ECHO)('risk 19: stays out of answers, logs, journal and metrics (%s)', async (_, echo) => {
    const folder = mkdtempSync(join(tmpdir(), 'http-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const journal = join(folder, 'journal');
    const world = await perUser({ project: 1, journal, faults: { respond: (request) => echo(request, KEY) } });
    const texts: string[] = [];
    const calls: [string, object][] = [
      ['experiment-get', { id: 1 }],
      ['experiment-list', {}],
      ['experiment-launch', { id: 1 }],
      ['experiment-update', { id: 1, description: 'x' }],
      ['experiment-create', { name: 'New', feature_flag_key: 'a-new-one' }],
    ];
    for (const [name, args] of calls) {
      const { text, headers } = await world.call(name, args, bearer(KEY));
      texts.push(text, JSON.stringify(headers));
    }
    for (const path of ['/metrics', '/readyz', '/healthz', '/nowhere']) {
      const { text, headers } = await world.ask({ method: 'GET', path, headers: bearer(KEY) });
      texts.push(text, JSON.stringify(headers));
    }
    texts.push(...world.lines, readFileSync(journal, 'utf8'));
    const all = texts.join('\n');
    expect(holdsKey(all, KEY), all).toBe(false);
  });
});
