import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { checksOf } from '../../src/cli/doctor/checks.js';
import { lookAtJournal } from '../../src/cli/doctor/journal.js';
import { certsCheck } from '../../src/cli/doctor/network.js';
import { reportText, WIDTH } from '../../src/cli/doctor/report.js';
import { type DoctorOptions, examine } from '../../src/cli/doctor.js';
import { CATALOGUE } from '../../src/generated/tools.js';
import { createRedactor } from '../../src/log.js';
import { selectTools } from '../../src/mcp/listing/select-tools.js';
import { statusError } from '../../src/posthog/errors.js';
import { DIRECT, routeTo } from '../../src/posthog/proxy.js';
import { createMemoryStore } from '../../src/replicas/store.js';
import { type Sandbox, type SandboxOptions, startSandbox } from '../../src/sandbox/server.js';
import { makeCertificate } from '../helpers/certificate.js';
import { DOWN_STORE } from '../helpers/down-store.js';
import { freePort } from '../helpers/free-port.js';
import { shop } from '../helpers/shop.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'doctor-'));
});
afterAll(() => rm(folder, { recursive: true }));

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

  it('risk 19: shows no piece of the key, wherever its lines are broken', async () => {
    for (let length = 0; length < 100; length += 10) {
      const detail = `You do not have access to the project ${'x'.repeat(length)}${await anySandboxKey()}`;
      const respond = ({ path }: { path: string }) =>
        path.includes('@me') ? undefined : { status: 403, body: { detail } };
      const { text } = await look({ faults: { respond } }, { json: false });
      const unbroken = text.replaceAll(/\s+/g, '');
      expect(unbroken).toContain('[redacted]');
      expect(unbroken).not.toContain('phx_sandbox');
    }
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
    expect(check('scopes')?.says).toMatch(/^of 5 of 46 .*\nexperiment_holdout: .* has no endpoint GET .*holdouts/s);
    expect(check('scopes')?.remedy).toMatch(/^Serve other toolsets/);
    expect(report?.tools.filter(({ status }) => status === 'unknown')).toHaveLength(5);
  });

  it('tells what the owner of the key may not do from what the key may not', async () => {
    const body = { detail: 'You do not have viewer access to this resource.' };
    const { healthy, check } = await look({
      faults: { respond: ({ path }) => (path.endsWith('/feature_flags/') ? { status: 403, body } : undefined) },
    });
    expect(healthy).toBe(false);
    expect(check('scopes')?.says).toContain('feature_flag: "You do not have viewer access to this resource."');
    expect(check('scopes')?.remedy).toMatch(/^Give the owner of the key access to feature_flag in PostHog/);
    expect(check('scopes')?.remedy).not.toContain('Add feature_flag');
  });

  it.each([
    [true, 'Add query:read to the key at https://us.posthog.com/settings/user-api-keys.'],
    [false, 'Authorize again with query:read.'],
  ])('says how a scope is added to a key that is personal: %s', (isPersonal, remedy) => {
    const readings = new Map([['query', { read: 'no', write: 'no' }]] as const);
    const findings = { failure: null, project: { id: 1, name: 'Shop' }, projectError: null, readings };
    const verdicts = [{ name: 'a-tool', status: 'lacks_scopes', lacks: ['query:read'], without: [] }] as const;
    const found = checksOf({
      ...{ findings, verdicts, origin: 'https://us.posthog.com', isPersonal, otherRegion: null, skewMs: null },
    });
    expect(found.find(({ check }) => check === 'scopes')).toMatchObject({ status: 'problem', remedy });
  });

  it('does not send somebody to other toolsets because PostHog was busy', async () => {
    const busy = { status: 429, body: { detail: 'Request was throttled.' }, headers: { 'retry-after': '3600' } };
    const { check } = await look({
      faults: { respond: ({ path }) => (path.includes('holdouts') ? busy : undefined) },
    });
    expect(check('scopes')?.remedy).toBe('Wait 3600 seconds, then repeat the call.');
  });

  it('names project:read only where that is what keeps the name of the project from being read', async () => {
    const nameless = async (status: number, detail: string) =>
      look({
        faults: { respond: ({ path }) => (/projects\/1\/$/.test(path) ? { status, body: { detail } } : undefined) },
      });
    const lacking = await nameless(403, "API key missing required scope 'project:read'");
    expect(lacking.check('project')?.says).toBe('1 (its name needs project:read)');
    const failing = await nameless(400, 'Something else.');
    expect(failing.check('project')?.says).toBe('1 (its name could not be read)');
  });

  const NOW = Date.parse('2026-06-01T12:00:00Z');
  const until = (day: string) => makeCertificate(`Until ${day}`, new Date('2020-01-01'), new Date(day));
  const [valid, expired] = [until('2030-01-01'), until('2025-01-01')];
  const wrapped = (body: string) => `-----BEGIN CERTIFICATE-----\n${body}\n-----END CERTIFICATE-----\n`;

  it.each<[string, string | null, RegExp, RegExp | null]>([
    ['that is not there', null, /cannot be read \(ENOENT\)/, /full path of a readable PEM file/],
    ['without any', 'DER or so', /holds no certificate in PEM form$/, /^Convert .*openssl x509/],
    ['with a broken one', wrapped('bm90IG9uZQ=='), /Node takes none of such a file$/, /in place of the broken one/],
    [
      'with expired ones',
      valid + expired,
      /holds 2 certificates, 1 of them expired: Until 2025-01-01 \(.*GMT\)$/,
      /current/,
    ],
    ['that are all valid', valid, /^1 certificate of/, null],
  ])('has for a file of certificates %s a remedy of its own', async (_, text, says, remedy) => {
    const file = join(folder, 'ca.pem');
    await (text === null ? rm(file, { force: true }) : writeFile(file, text));
    const check = await certsCheck(file, NOW);
    expect(check.says).toMatch(says);
    expect(check.status).toBe(remedy === null ? 'ok' : 'warning');
    expect(check.remedy ?? null).toEqual(remedy === null ? null : expect.stringMatching(remedy));
  });

  it.each([
    ['in a folder that is not there', 'none/journal', /\(ENOENT\)$/, /^Make the folder .*none, or set --journal/],
    ['below a file', 'file/journal', /\(ENOTDIR\)$/, /^Make the folder .*file, or set --journal/],
    ['that is a folder', '', /not a regular file\)$/, /to a regular file/],
  ])('has for a journal %s a remedy of its own', async (_, path, says, remedy) => {
    await writeFile(join(folder, 'file'), '');
    const { check } = await lookAtJournal(join(folder, path), false);
    expect(check).toMatchObject({
      ...{ status: 'problem', says: expect.stringMatching(says), remedy: expect.stringMatching(remedy) },
    });
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
    const port = await freePort();
    const HTTPS_PROXY = `http://anna:canary-word@127.0.0.1:${port}`;
    const { proxy } = routeTo('https://posthog.test', { HTTPS_PROXY });
    const { check, text, healthy } = await look({}, { routeTo: () => ({ proxy, because: 'x' }) }, () => ({
      upstream: { origin: 'https://posthog.test', key: 'phx_0123456789abcdef', project: 1 },
    }));
    expect(healthy).toBe(false);
    expect(check('proxy')).toMatchObject({
      status: 'problem',
      says: expect.stringContaining(`The proxy http://127.0.0.1:${port} (HTTPS_PROXY) could not be reached`),
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
