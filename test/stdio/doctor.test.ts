import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { keyWithScopes } from '../../src/sandbox/http/auth.js';
import { makeCertificate } from '../helpers/certificate.js';
import { freePort } from '../helpers/free-port.js';
import { BARE_ENV, INITIALIZE, run, start } from '../helpers/server-process.js';

const MAX_WIDTH = 100;
const reportShape = z.object({
  ok: z.boolean(),
  host: z.string(),
  project: z.object({ id: z.number(), name: z.string().nullable() }).nullable(),
  checks: z.array(
    z.object({
      check: z.string(),
      status: z.enum(['ok', 'warning', 'problem', 'skipped']),
      says: z.string(),
      remedy: z.string().optional(),
    }),
  ),
  scopes: z.record(z.string(), z.object({ read: z.string(), write: z.string() })),
  tools: z.array(z.object({ name: z.string(), status: z.string(), lacks: z.array(z.string()) })),
  unfinished: z.array(z.object({ attempt: z.string(), tool: z.string(), state: z.string() })),
});

let folder: string;
let sandbox: ReturnType<typeof start>;
let env: Record<string, string>;
let readOnlyKey: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'doctor-'));
  sandbox = start(['sandbox']);
  const facts = z
    .object({ url: z.string(), key: z.string(), read_only_key: z.string(), project_id: z.number() })
    .parse(JSON.parse(await sandbox.printed('\n')));
  env = {
    POSTHOG_HOST: facts.url,
    POSTHOG_PERSONAL_API_KEY: facts.key,
    POSTHOG_PROJECT_ID: String(facts.project_id),
  };
  readOnlyKey = facts.read_only_key;
});
afterAll(async () => {
  sandbox.child.kill('SIGTERM');
  await sandbox.exited;
  await rm(folder, { recursive: true });
});

/** Runs doctor for people and in JSON; both end alike, keep the key to themselves and fit the width. */
async function examine(args: string[] = [], more: Record<string, string> = {}) {
  const settings = { ...env, ...more };
  const [text, json] = await Promise.all([
    run(['doctor', ...args], settings),
    run(['doctor', '--json', ...args], settings),
  ]);
  expect(text.code, text.stderr).toBe(json.code);
  for (const { stdout, stderr } of [text, json])
    expect(stdout + stderr).not.toContain(settings.POSTHOG_PERSONAL_API_KEY ?? 'phx_');
  for (const line of text.stdout.split('\n')) expect(line.length, line).toBeLessThanOrEqual(MAX_WIDTH);
  const report = reportShape.parse(JSON.parse(json.stdout));
  const check = (name: string) => report.checks.find((one) => one.check === name);
  return { code: text.code, text: text.stdout, report, check };
}

/** The journal of a process that was killed between the beginning and the end of a write. */
async function journalOfKilled(): Promise<{ journal: string; attempt: string; kill(): Promise<void> }> {
  const journal = join(folder, `${Math.random()}.jsonl`);
  const args = ['--import', 'tsx', 'test/helpers/journal-child.ts', journal];
  const child = spawn(process.execPath, args, { env: BARE_ENV });
  const [line] = await once(child.stdout.setEncoding('utf8'), 'data');
  const kill = async () => {
    child.kill('SIGKILL');
    await once(child, 'close');
  };
  return { journal, attempt: String(line).trim(), kill };
}

describe('doctor', () => {
  it('finds nothing wrong with the embedded sandbox', async () => {
    const { code, stdout, stderr } = await run(['doctor', '--sandbox']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^ok +project +1, "Hedgebox"$/m);
    expect(stdout).toMatch(/^experiment-launch +yes$/m);
    expect(stdout).not.toContain('phx_sandbox');
  });

  it('finds nothing wrong with a key that has all scopes', async () => {
    const { code, report } = await examine(['--toolsets', 'all']);
    expect({ code, ok: report.ok }).toEqual({ code: 0, ok: true });
    expect(report.checks.map(({ check, status }) => `${check} ${status}`)).toEqual([
      'proxy skipped',
      'certs skipped',
      'host ok',
      'key ok',
      'project ok',
      'scopes ok',
      'clock ok',
      'journal skipped',
      'store skipped',
    ]);
    expect(new Set(Object.values(report.scopes).map(({ read, write }) => `${read} ${write}`))).toEqual(
      new Set(['yes yes']),
    );
    expect(report.tools).toHaveLength(46);
  });

  it('names the tools that a read-only key is not enough for, and what to do', async () => {
    const { code, text, report, check } = await examine([], { POSTHOG_PERSONAL_API_KEY: readOnlyKey });
    expect(code).toBe(1);
    expect(check('scopes')).toEqual({
      check: 'scopes',
      status: 'problem',
      says: '13 of 25 served tools cannot work without experiment:write, feature_flag:write',
      remedy: `Add experiment:write, feature_flag:write to the key at ${env.POSTHOG_HOST}/settings/user-api-keys, or start with --read-only to look only.`,
    });
    expect(report.scopes.experiment).toEqual({ read: 'yes', write: 'no' });
    expect(text).toMatch(/^experiment-launch +no: lacks experiment:write$/m);
    expect(text).toMatch(/^experiment-get +yes$/m);
    expect(text).toMatch(/^experiment-results +yes, without refresh \(experiment:write\)$/m);
  });

  it('is content with a read-only key where only reads are served', async () => {
    const { code, report } = await examine(['--read-only'], { POSTHOG_PERSONAL_API_KEY: readOnlyKey });
    expect(code).toBe(0);
    expect(new Set(report.tools.map(({ status }) => status))).toEqual(new Set(['ok']));
  });

  it('warns of parts that are lost, and of nothing that no served tool needs', async () => {
    const POSTHOG_PERSONAL_API_KEY = keyWithScopes(['experiment:read']);
    const one = await examine(['--tools', 'experiment-results'], { POSTHOG_PERSONAL_API_KEY });
    expect(one.code).toBe(0);
    expect(one.check('scopes')).toMatchObject({
      status: 'warning',
      remedy: expect.stringContaining('Add query:read, experiment:write to the key'),
    });
    expect(one.check('project')?.says).toBe('1 (its name needs project:read)');
    const two = await examine(['--tools', 'experiment-get'], { POSTHOG_PERSONAL_API_KEY });
    expect(two.check('scopes')).toMatchObject({ status: 'ok' });
    expect(two.report.scopes.query).toEqual({ read: 'no', write: 'no' });
  });

  it('says of a key that is not taken that all else was not looked at', async () => {
    const { code, text, check } = await examine([], { POSTHOG_PERSONAL_API_KEY: 'phx_0123456789abcdefghijklmnop' });
    expect(code).toBe(1);
    expect(check('host')).toMatchObject({ status: 'ok' });
    expect(check('key')).toMatchObject({
      status: 'problem',
      says: expect.stringMatching(/did not accept the API key: .*PostHog says: "Personal API key found/),
      remedy: expect.stringContaining('POSTHOG_PERSONAL_API_KEY'),
    });
    expect([check('project')?.status, check('scopes')?.status]).toEqual(['skipped', 'skipped']);
    expect(text).not.toContain('experiment-list');
  });

  it('says of a host that cannot be reached what to check', async () => {
    const { code, check } = await examine([], { POSTHOG_HOST: `http://127.0.0.1:${await freePort()}` });
    expect(code).toBe(1);
    expect(check('host')).toMatchObject({
      status: 'problem',
      says: expect.stringMatching(/could not be reached \(ECONNREFUSED\)/),
      remedy: expect.stringContaining('POSTHOG_HOST'),
    });
    expect(check('key')).toMatchObject({ status: 'skipped' });
  });

  it.each([
    ['that is not there', '99', {}, /Project 99 was not found/],
    [
      'that the key is not for',
      '1',
      { POSTHOG_PERSONAL_API_KEY: 'phx_sandbox_other_project' },
      /no access to project 1/,
    ],
    [
      'that it cannot find out',
      '@current',
      { POSTHOG_PERSONAL_API_KEY: keyWithScopes(['experiment:read']) },
      /could not be found out/,
    ],
  ])('says of a project %s to set POSTHOG_PROJECT_ID', async (_, POSTHOG_PROJECT_ID, more, says) => {
    const { code, check, report } = await examine([], { ...more, POSTHOG_PROJECT_ID });
    expect(code).toBe(1);
    expect(new Set(report.tools.map(({ status }) => status))).toEqual(new Set(['unknown']));
    expect(check('project')).toMatchObject({ status: 'problem', says: expect.stringMatching(says) });
    expect(check('project')?.remedy).toContain('POSTHOG_PROJECT_ID');
    expect(check('scopes')).toMatchObject({ status: 'skipped' });
  });

  it('tells which proxy does not apply, and that a file of certificates is missing', async () => {
    const { code, check } = await examine([], {
      HTTPS_PROXY: 'http://proxy.example:3128',
      NODE_EXTRA_CA_CERTS: join(folder, 'none.pem'),
    });
    expect(code).toBe(0);
    expect(check('proxy')).toMatchObject({ status: 'skipped', says: expect.stringContaining('this machine') });
    expect(check('certs')).toMatchObject({
      status: 'warning',
      says: expect.stringMatching(/none\.pem cannot be read \(ENOENT\)/),
      remedy: expect.stringContaining('NODE_EXTRA_CA_CERTS'),
    });
  });

  const DAY = 86_400_000;
  const certificate = (days: number) =>
    makeCertificate(`${days}`, new Date(Date.now() - 2 * DAY), new Date(Date.now() + days * DAY));
  const unreadable = certificate(1).replace(/^M.{9}/m, 'bm90IG9uZQ');
  it.each([
    ['no certificate', 'not a certificate', 'warning', /holds no certificate/, /Convert .* to PEM/],
    [
      'one that cannot be read',
      certificate(1) + unreadable,
      'warning',
      /cannot be read, and Node takes none/,
      /again, in PEM form/,
    ],
    [
      'one that has expired',
      certificate(1) + certificate(-1),
      'warning',
      /2 certificates, 1 of them expired: -1 \(/,
      /current certificates/,
    ],
    ['two valid ones', certificate(1) + certificate(1), 'ok', /^2 certificates/, /^none$/],
  ])('reports a file of certificates with %s', async (_, pem, status, says, remedy) => {
    const file = join(folder, 'authorities.pem');
    await writeFile(file, pem);
    const { code, check } = await examine([], { NODE_EXTRA_CA_CERTS: file });
    expect({ code, check: check('certs') }).toMatchObject({
      code: 0,
      check: { status, says: expect.stringMatching(says) },
    });
    expect(check('certs')?.remedy ?? 'none').toMatch(remedy);
  });

  it('resolves the current project', async () => {
    const more = { POSTHOG_PERSONAL_API_KEY: 'phx_sandbox_other_project', POSTHOG_PROJECT_ID: '@current' };
    expect((await examine([], more)).report.project).toMatchObject({ id: 2 });
  });

  it.each<[string, string[], Record<string, string>, RegExp]>([
    ['a missing key', ['doctor'], {}, /^POSTHOG_PERSONAL_API_KEY is not set/],
    ['a project key', ['doctor', '--json'], { POSTHOG_PERSONAL_API_KEY: 'phc_0123456789' }, /is a project key/],
    [
      'a proxy that cannot be used',
      ['doctor'],
      { POSTHOG_PERSONAL_API_KEY: 'phx_0123456789abcdef', HTTPS_PROXY: 'socks5://a:b@c' },
      /^HTTPS_PROXY is neither an http nor an https proxy/,
    ],
    ['an unknown tool', ['doctor', '--sandbox', '--tools', 'nope'], {}, /^--tools names an unknown tool/],
  ])('ends with 2 and one line for %s', async (_, args, settings, says) => {
    const { code, stdout, stderr } = await run(args, settings);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(says);
    expect(stderr.trimEnd()).not.toContain('\n');
  });
});

describe('a write that was killed between its request and its end', () => {
  it('is in progress while its process lives, and after that told with the read that says what happened', async () => {
    const { journal, attempt, kill } = await journalOfKilled();
    const before = await examine(['--journal', journal]);
    expect(before.report.unfinished).toEqual([{ attempt, tool: 'experiment-end', state: 'in_progress' }]);
    expect(before.check('journal')).toMatchObject({ status: 'ok', says: expect.stringMatching(/1 in progress$/) });
    expect(await run(['call', 'experiment-list', '--sandbox', '--journal', journal])).toMatchObject({ stderr: '' });
    await kill();

    const { code, text, report, check } = await examine([], { POSTHOG_MCP_JOURNAL: journal });
    expect(code).toBe(0);
    expect(report.unfinished).toEqual([{ attempt, tool: 'experiment-end', state: 'crashed' }]);
    expect(check('journal')).toMatchObject({
      status: 'warning',
      remedy: expect.stringContaining('move the file away'),
    });
    expect(text.replaceAll(/\s+/g, ' ')).toMatch(
      /experiment-end, begun \S+, has no end \(its process ended\): experiment-get \{"id":7\}/,
    );
  });

  it('is told on stderr at the next start, of the server and of a call', async () => {
    const { journal, attempt, kill } = await journalOfKilled();
    await kill();
    const server = start(['--sandbox', '--journal', journal]);
    server.send(INITIALIZE);
    await server.answered([0]);
    server.child.stdin.end();
    const called = run(['call', 'experiment-list', '--sandbox', '--read-only', '--journal', journal]);
    for (const { code, stderr } of [await server.exited, await called]) {
      expect(code).toBe(0);
      expect(JSON.parse(stderr)).toMatchObject({
        ...{ level: 'warn', attempt, state: 'crashed' },
        message: expect.stringMatching(
          /^The journal has no end of experiment-end, begun \S+: experiment-get \{"id":7\} tells what happened\.$/,
        ),
      });
    }
  });
});

describe('a journal that cannot be written', () => {
  it.each([['call', 'experiment-list'], []])('ends the start of "%s" with 2 and one line', async (...args) => {
    const { code, stdout, stderr } = await run([...args, '--sandbox', '--journal', join(folder, 'none', 'x')]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/^The journal ".*" cannot be written \(ENOENT\); set --journal or POSTHOG_MCP_JOURNAL/);
    expect(stderr.trimEnd()).not.toContain('\n');
  });

  it('is of no matter where nothing is written', async () => {
    const args = ['call', 'experiment-list', '--sandbox', '--read-only', '--journal', join(folder, 'none', 'x')];
    expect(await run(args)).toMatchObject({ code: 0, stderr: '' });
  });

  it('is a problem to doctor, which makes no file', async () => {
    const { code, check } = await examine(['--journal', join(folder, 'none', 'x')]);
    expect(code).toBe(1);
    expect(check('journal')).toMatchObject({ status: 'problem', says: expect.stringMatching(/ENOENT/) });
    const fresh = join(folder, 'fresh.jsonl');
    expect((await examine(['--journal', fresh])).check('journal')).toMatchObject({ status: 'ok' });
    await expect(readFile(fresh)).rejects.toThrow(/ENOENT/);
  });

  it('holds lines of others without harm', async () => {
    const file = join(folder, 'notes.txt');
    await writeFile(file, 'not a journal');
    expect((await examine(['--journal', file])).check('journal')).toMatchObject({ status: 'ok' });
  });
});
