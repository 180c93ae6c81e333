import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { tokensOfText } from '../../src/cli/http/tokens.js';
import { ConfigError } from '../../src/errors.js';
import { authenticate } from '../../src/transports/http/callers.js';
import { RUNNING } from '../helpers/shop.js';
import { type HttpWorld, messageOf, openHttp, openSession, rpc } from './setup.js';

const SECRETS = { ann: 'secret-of-ann-0123', bob: 'secret-of-bob-0123', eve: 'secret-of-eve-0123' };
const TOKENS = `ann:live:${SECRETS.ann}, bob:write:${SECRETS.bob},eve:read:${SECRETS.eve}`;
const bearer = (secret: string) => ({ authorization: `Bearer ${secret}` });

function tempFile(name: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'http-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return join(folder, name);
}

async function listed({ ask }: HttpWorld, headers: Record<string, string>): Promise<string[]> {
  const { text } = await ask({ body: rpc('tools/list'), headers });
  return messageOf(text).result?.tools?.map(({ name }) => name) ?? [];
}

describe('tokens', () => {
  const names = (text: string) =>
    Object.fromEntries(tokensOfText(text)().map(({ name, role }) => [name, role] as const));

  it('are secrets, with a name and a role where they are told apart', () => {
    expect(names('just-a-secret')).toEqual({ 'token-1': 'live' });
    expect(names('ann:secret-of-ann, bob:read:secret-of-bob,secret-of-3')).toEqual({
      ann: 'live',
      bob: 'read',
      'token-3': 'live',
    });
  });

  it.each([
    '',
    ' , ',
    'short',
    'a:b:c:secret-long-enough',
    'ann:admin:secret-0123',
    'read:secret-0123',
    ':secret-0123',
    'ann:sec ret0123',
    'ann:live:secret-0123,bob:read:secret-0123',
    'ann:live:secret-0123,ann:read:secret-0123',
    'secret-0123,other-9999,secret-0123',
  ])('are refused without being repeated: %j', (text) => {
    let problem: unknown;
    try {
      tokensOfText(text);
    } catch (error) {
      problem = error;
    }
    expect(problem).toBeInstanceOf(ConfigError);
    expect(String(problem)).not.toContain('0123');
    expect(String(problem)).not.toContain('\n');
  });

  it('have each a secret of its own, in a file that changes too', async () => {
    expect(() => tokensOfText('a:read:other-secret,b:live:same-secret,c:read:same-secret')).toThrow(
      /^POSTHOG_MCP_HTTP_TOKENS: tokens 2 and 3 have the same secret/,
    );
    const tokensFile = tempFile('tokens');
    writeFileSync(tokensFile, `ann:read:${SECRETS.ann}`);
    const { call, lines } = await openHttp({ auth: 'token', tokensFile });
    const draft = { name: 'A', feature_flag_key: 'a-draft' };
    writeFileSync(tokensFile, `ann:read:${SECRETS.ann}\nboss:live:${SECRETS.ann}`);
    expect((await call('experiment-create', draft, bearer(SECRETS.ann))).status).toBe(403);
    expect(lines.join('')).toContain('could not be read anew');
    expect(lines.join('')).not.toContain(SECRETS.ann);
  });

  it('let in who has one of them, and compare with all of them', async () => {
    const { ask } = await openHttp({ auth: 'token', tokens: TOKENS });
    for (const secret of Object.values(SECRETS)) {
      expect((await ask({ body: rpc('ping'), headers: bearer(secret) })).status).toBe(200);
      for (const wrong of [`${secret}x`, secret.slice(1), secret.toUpperCase(), `ann:live:${secret}`])
        expect((await ask({ body: rpc('ping'), headers: bearer(wrong) })).status).toBe(401);
    }
    // The constant-time comparison is asked for each token, whichever fits.
    const compared: number[] = [];
    const tokens = tokensOfText(TOKENS)().map((token, at) => ({
      ...token,
      get digest() {
        compared.push(at);
        return token.digest;
      },
    }));
    authenticate(`Bearer ${SECRETS.ann}`, { kind: 'token', tokens: () => tokens });
    expect([...new Set(compared)]).toEqual([0, 1, 2]);
    expect(readFileSync('src/transports/http/callers.ts', 'utf8')).toContain('timingSafeEqual(digest, given)');
  });
});

describe('roles', () => {
  it('read: no other tool is listed, and calls of others are refused by HTTP itself', async () => {
    const world = await openHttp({ auth: 'token', tokens: TOKENS });
    const headers = bearer(SECRETS.eve);
    const list = await listed(world, headers);
    expect(list).toContain('experiment-get');
    expect(list.filter((name) => /create|launch|update|delete|end$|restore/.test(name))).toEqual([]);
    expect((await world.call('experiment-get', { id: 1 }, headers)).message.result?.isError).toBeFalsy();
    for (const [name, scope] of [
      ['experiment-create', 'write'],
      ['experiment-update', 'write'],
      ['experiment-launch', 'live'],
    ] as const) {
      const { status, headers: answered, message } = await world.call(name, { id: 1 }, headers);
      expect(status).toBe(403);
      expect(answered['www-authenticate']).toMatch(new RegExp(`error="insufficient_scope", scope="${scope}"`));
      expect(message.error?.message).toContain('eve');
    }
    const batch = `[${rpc('tools/list')},${rpc('tools/call', { name: 'experiment-launch', arguments: { id: 1 } })}]`;
    expect((await world.ask({ body: batch, headers })).status).toBe(403);
    expect(world.sandbox.requests.filter(({ method }) => method !== 'GET')).toEqual([]);
  });

  it.each([
    ['of the role read', SECRETS.eve, {}],
    ['who narrows a request to reading', SECRETS.ann, { 'x-mcp-read-only': '1' }],
  ])('a caller %s starts no calculation, and is told why', async (_, secret, more) => {
    const world = await openHttp({ auth: 'token', tokens: TOKENS });
    const { message } = await world.call(
      'experiment-results',
      { id: RUNNING, refresh: true },
      { ...bearer(secret), ...more },
    );
    expect(message.result?.structuredContent?.error).toMatchObject({
      code: 'read_only',
      message: expect.stringMatching(/was not sent: this caller may only read\.$/),
    });
    const isQuery = (path: string) => path.endsWith('/query/');
    expect(world.sandbox.requests.filter(({ method, path }) => method !== 'GET' && !isQuery(path))).toEqual([]);
  });

  it('write: drafts can be worked on, what users see cannot be changed', async () => {
    const world = await openHttp({ auth: 'token', tokens: TOKENS });
    const headers = bearer(SECRETS.bob);
    const created = await world.call('experiment-create', { name: 'A', feature_flag_key: 'a-draft' }, headers);
    const made = Object(created.message.result?.structuredContent?.experiment);
    expect(made.status).toBe('draft');
    const edited = await world.call('experiment-update', { id: made.id, description: 'x' }, headers);
    expect(edited.message.result?.structuredContent?.status).toBe('applied');
    expect((await world.call('experiment-launch', { id: made.id }, headers)).status).toBe(403);
    expect(await listed(world, headers)).not.toContain('experiment-launch');
    expect(await listed(world, headers)).toContain('experiment-update');
    const launched = await world.call('experiment-launch', { id: made.id }, bearer(SECRETS.ann));
    expect(launched.message.result?.structuredContent?.status).toBe('applied');
    const sent = world.sandbox.requests.length;
    const split = { id: made.id, rollout_percentage: 7, update_feature_flag_params: true };
    const live = await world.call('experiment-update', split, headers);
    expect(live.message.result).toMatchObject({
      isError: true,
      structuredContent: { error: { code: 'outside_limits' } },
    });
    const later = world.sandbox.requests.slice(sent);
    expect(later.filter(({ method }) => method !== 'GET')).toEqual([]);
    const byAnn = await world.call('experiment-update', split, bearer(SECRETS.ann));
    expect(byAnn.message.result?.structuredContent).toMatchObject({ status: 'applied' });
  });

  it('go into the journal with the name of the caller', async () => {
    const journal = tempFile('journal');
    const world = await openHttp({ auth: 'token', tokens: TOKENS, journal });
    await world.call('experiment-create', { name: 'A', feature_flag_key: 'a-draft' }, bearer(SECRETS.bob));
    await world.call('experiment-create', { name: 'B', feature_flag_key: 'b-draft' }, bearer(SECRETS.ann));
    const text = readFileSync(journal, 'utf8');
    const lines = text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines.filter(({ phase }) => phase === 'begin').map(({ caller }) => caller)).toEqual(['bob', 'ann']);
    expect(text).not.toMatch(/secret-of/);
  });
});

describe('a file of tokens', () => {
  it('takes effect with the next request', async () => {
    const tokensFile = tempFile('tokens');
    const write = (...tokens: string[]) => writeFileSync(tokensFile, `# callers\n${tokens.join('\n')}\n`);
    write(`ann:${SECRETS.ann}`, `bob:read:${SECRETS.bob}`);
    const { ask, call, lines } = await openHttp({ auth: 'token', tokensFile });
    const status = async (secret: string) => (await ask({ body: rpc('ping'), headers: bearer(secret) })).status;
    expect([await status(SECRETS.ann), await status(SECRETS.bob), await status(SECRETS.eve)]).toEqual([200, 200, 401]);
    write(`ann:${SECRETS.ann}`, `bob:read:${SECRETS.bob}`, `eve:${SECRETS.eve}`);
    expect(await status(SECRETS.eve)).toBe(200);
    write(`eve:${SECRETS.eve}`, `bob:write:${SECRETS.bob}`);
    expect([await status(SECRETS.ann), await status(SECRETS.eve)]).toEqual([401, 200]);
    const draft = { name: 'A', feature_flag_key: 'a-draft' };
    expect((await call('experiment-create', draft, bearer(SECRETS.bob))).status).toBe(200);
    for (const broken of ['eve:admin:secret-of-eve-0123', 'x', `ok-secret-0123\nread:${SECRETS.ann}`]) {
      write(broken);
      expect([await status(SECRETS.eve), await status(SECRETS.ann)]).toEqual([200, 401]);
    }
    rmSync(tokensFile);
    expect(await status(SECRETS.eve)).toBe(200);
    write(`ann:${SECRETS.ann}`);
    expect([await status(SECRETS.ann), await status(SECRETS.eve)]).toEqual([200, 401]);
    write();
    expect(await status(SECRETS.ann)).toBe(401);
    expect(lines.join('')).not.toMatch(/secret-of|ok-secret/);
    expect(lines.filter((line) => line.includes('could not be read anew'))).toHaveLength(4);
  });
});

describe('what a request asks for', () => {
  it('narrows to reads, and never widens', async () => {
    const open = await openHttp({});
    const readOnly = { 'x-mcp-read-only': '1' };
    expect(await listed(open, {})).toContain('experiment-launch');
    expect(await listed(open, readOnly)).not.toContain('experiment-launch');
    expect((await open.call('experiment-launch', { id: 1 }, readOnly)).status).toBe(403);
    expect(open.sandbox.requests).toEqual([]);
    expect((await open.ask({ body: rpc('ping'), headers: { 'x-mcp-read-only': 'yes please' } })).status).toBe(400);
    const closed = await openHttp({ selection: { toolsets: ['all'], readOnly: true } });
    for (const value of ['0', 'false', '']) {
      const headers = { 'x-mcp-read-only': value };
      expect(await listed(closed, headers)).not.toContain('experiment-launch');
      const { message } = await closed.call('experiment-launch', { id: 1 }, headers);
      expect(message.error?.message).toContain('--read-only');
    }
    expect(closed.sandbox.requests).toEqual([]);
  });

  it('narrows to toolsets of those that are configured, together with what takes their changes back', async () => {
    const world = await openHttp({ selection: { toolsets: ['lifecycle', 'results'], readOnly: false } });
    const asking = (toolsets: string) => ({ 'x-mcp-toolsets': toolsets });
    const all = await listed(world, {});
    expect(await listed(world, asking('all'))).toEqual(all);
    expect(await listed(world, asking('results, lifecycle'))).toEqual(all);
    const lifecycle = await listed(world, asking('lifecycle'));
    expect(lifecycle).toContain('experiment-launch');
    expect(lifecycle).toContain('feature-flag-restore');
    expect(lifecycle).not.toContain('experiment-results');
    const restoring = await listed(world, asking('holdouts,admin'));
    expect(restoring).toContain('feature-flag-restore');
    expect(all).toEqual(expect.arrayContaining(restoring));
    expect(restoring.length).toBeLessThan(lifecycle.length);
    for (const toolsets of ['results', 'no-such-set']) {
      const { message } = await world.call('experiment-launch', { id: 1 }, asking(toolsets));
      expect(message.error).toMatchObject({ code: -32602, message: expect.stringContaining('X-MCP-Toolsets') });
    }
    expect(await listed(world, asking('no-such-set'))).toEqual([]);
    expect(await listed(world, { ...asking('lifecycle'), 'x-mcp-read-only': 'true' })).toEqual([]);
    for (const broken of ['A B', 'x'.repeat(41), '', 'a,,b'])
      expect((await world.ask({ body: rpc('ping'), headers: asking(broken) })).status, broken).toBe(400);
  });

  it.each(['/mcp', '/sse'] as const)('risk 56: narrows each request of a session, opened at %s', async (path) => {
    const world = await openHttp({ sessions: true });
    const lifecycle = { 'x-mcp-toolsets': 'lifecycle' };
    const [whole, narrow] = [await openSession(world, path), await openSession(world, path, lifecycle)];
    const all = await whole.tools({});
    const some = await whole.tools(lifecycle);
    expect(all.length).toBeGreaterThan(some.length);
    expect(some).toContain('experiment-launch');
    expect(some).not.toContain('experiment-results');
    expect(await whole.tools({ 'x-mcp-toolsets': 'no-such-set' })).toEqual([]);
    expect(await whole.tools({ 'x-mcp-read-only': '1' })).not.toContain('experiment-launch');
    expect(await whole.tools({})).toEqual(all);
    // What the session was opened for is the most that it is served.
    expect(await narrow.tools({})).toEqual(some);
    expect(await narrow.tools({ 'x-mcp-toolsets': 'all' })).toEqual(some);
    expect(await narrow.tools({ 'x-mcp-toolsets': 'results' })).toEqual([]);
    const call = { name: 'experiment-results', arguments: { id: 1 } };
    for (const [session, headers] of [
      [whole, lifecycle],
      [narrow, {}],
    ] as const) {
      const { error } = await session.ask('tools/call', call, headers);
      expect(error).toMatchObject({ code: -32602, message: expect.stringContaining('X-MCP-Toolsets') });
      const read = await session.ask('resources/read', { uri: 'experiment://1' }, headers);
      expect(read.error?.message).toContain('X-MCP-Toolsets');
    }
    expect((await whole.ask('tools/call', call, {})).result).toBeDefined();
  });

  it('is an empty list for a reader of a server that only writes', async () => {
    const selection = { tools: ['experiment-launch'], readOnly: false };
    const world = await openHttp({ auth: 'token', tokens: TOKENS, selection });
    const { status, text } = await world.ask({ body: rpc('tools/list'), headers: bearer(SECRETS.eve) });
    expect(status).toBe(200);
    expect(messageOf(text).result?.tools).toEqual([]);
  });
});

describe('a confirmation', () => {
  it('is of the caller who was shown the preview', async () => {
    const world = await openHttp({ auth: 'token', tokens: `ann:${SECRETS.ann},bob:${SECRETS.bob}`, confirm: 'token' });
    const draft = { name: 'A', feature_flag_key: 'a-draft' };
    const created = await world.call('experiment-create', draft, bearer(SECRETS.ann));
    const { id } = Object(created.message.result?.structuredContent?.experiment);
    const preview = await world.call('experiment-launch', { id }, bearer(SECRETS.ann));
    const token = preview.message.result?.structuredContent?.confirmation_token;
    expect(token).toBeTypeOf('string');
    const confirmed = { id, confirmation_token: token };
    const byBob = await world.call('experiment-launch', confirmed, bearer(SECRETS.bob));
    expect(byBob.message.result?.structuredContent).toMatchObject({
      status: 'confirmation_required',
      warnings: expect.arrayContaining([expect.objectContaining({ code: 'token_other_call' })]),
    });
    const byAnn = await world.call('experiment-launch', confirmed, bearer(SECRETS.ann));
    expect(byAnn.message.result?.structuredContent?.status).toBe('applied');
  });
});
