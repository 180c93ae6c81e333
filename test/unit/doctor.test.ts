import { afterEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { checksOf } from '../../src/cli/doctor/checks.js';
import { reportText, WIDTH } from '../../src/cli/doctor/report.js';
import { type DoctorOptions, examine } from '../../src/cli/doctor.js';
import { CATALOGUE } from '../../src/generated/tools.js';
import { createRedactor } from '../../src/log.js';
import { selectTools } from '../../src/mcp/listing/select-tools.js';
import { statusError } from '../../src/posthog/errors.js';
import { DIRECT, routeTo } from '../../src/posthog/proxy.js';
import { type Sandbox, type SandboxOptions, startSandbox } from '../../src/sandbox/server.js';
import { createMemoryStore } from '../../src/shared/store.js';
import { DOWN_STORE } from '../helpers/down-store.js';
import { shop } from '../helpers/shop.js';

const open: Sandbox[] = [];
afterEach(async () => {
  for (const sandbox of open.splice(0)) await sandbox.close();
});

const checks = z.array(z.looseObject({ check: z.string(), status: z.string(), says: z.string() }));
const facts = z.looseObject({
  checks,
  scopes: z.record(z.string(), z.looseObject({})),
  tools: z.array(z.looseObject({})),
});

async function anySandboxKey(): Promise<string> {
  const sandbox = await startSandbox({ scenario: shop });
  await sandbox.close();
  return sandbox.key;
}

async function look(
  sandboxOptions: SandboxOptions = {},
  more: Partial<DoctorOptions> = {},
  at: (origin: string) => Partial<DoctorOptions> = () => ({}),
) {
  const sandbox = await startSandbox({ scenario: shop, ...sandboxOptions });
  open.push(sandbox);
  const options: DoctorOptions = {
    config: { journal: undefined, readOnly: false, caFile: undefined },
    json: true,
    tryRegions: false,
    routeTo: () => DIRECT,
    served: selectTools(CATALOGUE, { toolsets: ['all'], readOnly: false }),
    upstream: { origin: sandbox.url, key: sandbox.key, project: 1 },
    redact: createRedactor([sandbox.key]),
    signal: new AbortController().signal,
    ...more,
    ...at(sandbox.url),
  };
  const { text, healthy } = await examine(options);
  const report = options.json ? facts.parse(JSON.parse(text)) : null;
  return { sandbox, text, healthy, report, check: (name: string) => report?.checks.find((one) => one.check === name) };
}

describe('doctor', () => {
  it.each([
    ['answers', createMemoryStore(Date.now), { status: 'ok', says: 'the shared store answers', remedy: /^$/ }],
    ['is down', DOWN_STORE, { status: 'problem', says: 'The store cannot be used.', remedy: /POSTHOG_MCP_STORE/ }],
  ])('says that the shared store %s', async (_, store, { remedy, ...found }) => {
    const { healthy, check } = await look({}, { store });
    expect(healthy).toBe(found.status === 'ok');
    expect(check('store')).toMatchObject(found);
    expect(check('store')?.remedy ?? '').toMatch(remedy);
  });

  it('sends nothing but reads', async () => {
    const { sandbox } = await look();
    expect(sandbox.requests.length).toBeGreaterThan(8);
    expect(new Set(sandbox.requests.map(({ method }) => method))).toEqual(new Set(['GET']));
  });

  it('does not claim to know of writes where a PostHog does not tell the scopes of a key', async () => {
    const body = { detail: 'Not found.' };
    const { healthy, report, check } = await look({
      faults: { respond: ({ path }) => (path.includes('personal_api_keys') ? { status: 404, body } : undefined) },
    });
    expect(healthy).toBe(true);
    expect(report?.scopes.experiment).toEqual({ read: 'yes', write: 'not_probed' });
    expect(check('scopes')).toMatchObject({
      status: 'warning',
      says: expect.stringMatching(/only with the first write$/),
    });
    expect(report?.tools).toContainEqual({
      ...{ name: 'experiment-end', status: 'not_probed', lacks: ['experiment:write'], without: [] },
    });
  });

  it('says what an older build has no endpoint for', async () => {
    const body = { detail: 'Not found.' };
    const { healthy, report, check } = await look({
      faults: { respond: ({ path }) => (path.includes('holdouts') ? { status: 404, body } : undefined) },
    });
    expect(healthy).toBe(false);
    expect(check('scopes')?.says).toMatch(/^of 5 of 42 .*\nexperiment_holdout: .* has no endpoint GET .*holdouts/s);
    expect(report?.tools.filter(({ status }) => status === 'unknown')).toHaveLength(5);
  });

  it('tells what the owner of the key may not do from what the key may not', async () => {
    const body = { detail: 'You do not have viewer access to this resource.' };
    const { healthy, check } = await look({
      faults: { respond: ({ path }) => (path.endsWith('/feature_flags/') ? { status: 403, body } : undefined) },
    });
    expect(healthy).toBe(false);
    expect(check('scopes')?.says).toContain('feature_flag: You do not have viewer access to this resource.');
  });

  it.each([
    [0, 'ok', /^within 1 s/],
    [-50_000, 'ok', /^within (49|50) s/],
    [-120_000, 'warning', /is 1(19|20) s behind/],
    [3_600_000, 'warning', /is 360[01] s ahead of/],
  ])('compares a clock that is %d ms off with PostHog’s', async (off, status, says) => {
    const { check } = await look({}, { now: () => Date.now() + off });
    expect(check('clock')).toMatchObject({ status, says: expect.stringMatching(says) });
  });

  it.each([
    ['https://us.posthog.com', 'https://eu.posthog.com'],
    ['https://eu.posthog.com', 'https://us.posthog.com'],
  ])('asks of a key that %s does not take whether it is of %s', (origin, other) => {
    const info = { method: 'GET' as const, path: '/api/users/@me/', isRead: true, origin };
    const failure = statusError({ status: 401, text: '' }, info);
    const findings = { failure, project: null, projectError: null, readings: new Map() };
    const found = checksOf({ findings, verdicts: [], origin, isPersonal: true, otherRegion: null, skewMs: null });
    const remedy = expect.stringContaining(`set POSTHOG_HOST=${other}`);
    expect(found).toContainEqual({ check: 'key', status: 'problem', says: expect.any(String), remedy });
  });

  describe('asked to try the regions', () => {
    /** Two sandboxes play the two regions; the key is of the second. */
    async function lookFromElsewhere(key: string, { tryRegions = true, isCloud = true } = {}) {
      const [here, there] = await Promise.all([startSandbox({ scenario: shop }), startSandbox({ scenario: shop })]);
      open.push(there);
      const deny = { status: 401, body: { detail: 'Invalid personal API key.' } };
      const { check, sandbox, text } = await look(
        { faults: { respond: () => deny } },
        { ...{ tryRegions, routeTo: () => DIRECT }, redact: createRedactor([key]) },
        (origin) => ({
          upstream: { origin, key, project: 1 },
          regions: isCloud ? [origin, there.url] : [here.url, there.url],
        }),
      );
      await here.close();
      expect(text).not.toContain(key);
      return { check, sandbox, there };
    }

    it('says which region the key is of, by one read', async () => {
      const { there, check } = await lookFromElsewhere(await anySandboxKey());
      expect(check('key')).toEqual({
        ...{ check: 'key', status: 'problem' },
        says: `the key belongs to ${there.url}, which takes it`,
        remedy: `Set POSTHOG_HOST=${there.url}.`,
      });
      expect(there.requests.map(({ method, path }) => `${method} ${path}`)).toEqual(['GET /api/users/@me/']);
    });

    it('says that a key is of neither', async () => {
      const { check, there } = await lookFromElsewhere('phx_0123456789abcdefghijklmnop');
      expect(check('key')?.says).toContain(`${there.url} does not take it either`);
    });

    it('shows the key to nobody where it was not asked to, or the host is none of the two', async () => {
      for (const how of [{ tryRegions: false }, { isCloud: false }]) {
        const { check, there } = await lookFromElsewhere('phx_0123456789abcdefghijklmnop', how);
        expect(check('key')).toMatchObject({ status: 'problem', says: expect.stringContaining('did not accept') });
        expect(there.requests).toEqual([]);
      }
    });
  });

  it('tells of a proxy that keeps the host from being reached, and not of its credentials', async () => {
    const HTTPS_PROXY = 'http://anna:canary-word@127.0.0.1:1';
    const { proxy } = routeTo('https://posthog.test', { HTTPS_PROXY });
    const { check, text, healthy } = await look({}, { routeTo: () => ({ proxy, because: 'x' }) }, () => ({
      upstream: { origin: 'https://posthog.test', key: 'phx_0123456789abcdef', project: 1 },
    }));
    expect(healthy).toBe(false);
    expect(check('proxy')).toMatchObject({
      status: 'problem',
      says: expect.stringMatching(/^The proxy http:\/\/127\.0\.0\.1:1 \(HTTPS_PROXY\) could not be reached/),
      remedy: expect.stringContaining('NO_PROXY'),
    });
    expect(check('host')).toMatchObject({ status: 'skipped', says: expect.stringContaining('because of the proxy') });
    expect(text).not.toContain('canary');
  });

  it('shows what people typed in one clean line', async () => {
    const name = 'Shop\u001b[31m\nok  key  all fine\u202e';
    const { text } = await look({ scenario: { ...shop, project: { id: 1, name } } }, { json: false });
    expect(text).toMatch(/^ok +project +1, "Shop\\u001b\[31m\\nok key all fine"$/m);
  });
});

describe('the report', () => {
  it.each([
    ['words', 'word '.repeat(60)],
    ['a path', `/${'folder/'.repeat(60)}`],
    ['signs beyond the basic plane', '🦔'.repeat(200)],
  ])('breaks %s within its width and loses nothing', (_, says) => {
    const check = { check: 'journal', status: 'ok' as const, says, remedy: says };
    const text = reportText({ checks: [check], readings: new Map(), verdicts: [], isBlocked: true });
    for (const line of text.split('\n')) expect([...line].length).toBeLessThanOrEqual(WIDTH);
    const squeezed = (all: string) => all.replaceAll(/\s/g, '');
    expect(squeezed(text)).toBe(squeezed(`ok journal ${says} → ${says}`));
  });
});
