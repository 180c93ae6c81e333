import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { run, start } from '../helpers/server-process.js';

const KEY = { POSTHOG_PERSONAL_API_KEY: 'phx_0123456789abcdefghijklmnop' };
const announced = z.strictObject({
  url: z.url(),
  key: z.string(),
  read_only_key: z.string(),
  project_token: z.string(),
  project_secret_key: z.string(),
  project_id: z.number(),
  other_project_id: z.number(),
});

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'commands-'));
});
afterAll(() => rm(folder, { recursive: true }));

describe('wrong usage ends with 2 and one line', () => {
  const table: [what: string, args: string[], env: Record<string, string>, says: RegExp][] = [
    ['no key', [], {}, /POSTHOG_PERSONAL_API_KEY/],
    ['a project key', [], { POSTHOG_PERSONAL_API_KEY: 'phc_0123456789abcdef' }, /personal API key/],
    ['an unknown tool of the variable', ['--sandbox'], { POSTHOG_MCP_TOOLS: 'nope' }, /^POSTHOG_MCP_TOOLS /],
    ['a key with spaces', [], { POSTHOG_PERSONAL_API_KEY: 'phx_0123456789 abcdef' }, /spaces/],
    ['an ingestion host', [], { ...KEY, POSTHOG_HOST: 'https://us.i.posthog.com' }, /https:\/\/us\.posthog\.com/],
    ['a lookalike host', [], { ...KEY, POSTHOG_HOST: 'https://us.posthog.com.example.org' }, /POSTHOG_HOST/],
    ['http to a public host', [], { ...KEY, POSTHOG_HOST: 'http://us.posthog.com' }, /https/],
    ['a bad project', [], { ...KEY, POSTHOG_PROJECT_ID: '-1' }, /POSTHOG_PROJECT_ID/],
    ['an unknown command', ['serve'], {}, /Unknown command/],
    ['an unknown flag', ['--sandboxx'], {}, /--sandboxx/],
    ['an unknown toolset', ['--sandbox', '--toolsets', 'nope'], {}, /nope/],
    ['an unknown tool', ['--sandbox', '--tools', 'experiment-lst'], {}, /experiment-list/],
    ['a scenario file that is not there', ['--sandbox', '--scenario', 'no/such.json'], {}, /no\/such\.json/],
    ['call with bad JSON', ['call', 'experiment-list', '{', '--sandbox'], {}, /JSON/],
    ['call with a list', ['call', 'experiment-list', '[]', '--sandbox'], {}, /object/],
    ['call of an unknown tool', ['call', 'nope', '--sandbox'], {}, /^Unknown tool: nope\. /],
    ['call of a misspelt tool', ['call', 'experiment-lst', '--sandbox'], {}, /^Unknown tool.*mean experiment-list\?/],
    [
      'toolsets without a tool',
      ['--sandbox', '--read-only', '--tools', 'experiment-end'],
      {},
      /serve no tool with --read-only; .*experiments/,
    ],
    ['a limit without its unit', ['--sandbox', '--max-live-writes', '20'], {}, /must be a number an hour/],
    ['experiments that are none', ['--sandbox'], { POSTHOG_MCP_ONLY_EXPERIMENTS: 'x' }, /must be ids of experiments/],
    ['a blank secret', ['--sandbox'], { POSTHOG_MCP_SECRET: ' ' }, /SECRET is blank/],
    ['a flag that the command ignores', ['demo', '--read-only'], {}, /--read-only .*"demo" ignores it/],
    ['a scenario without the sandbox', ['call', 'experiment-list', '--scenario', 'x.json'], {}, /needs --sandbox/],
    [
      'call of a write in read-only mode',
      ['call', 'experiment-end', '{"id":4}', '--sandbox', '--read-only'],
      {},
      /^Unknown tool: experiment-end .*not served.*--read-only/,
    ],
  ];

  it.each(table)('%s', async (_, args, env, says) => {
    const { code, stdout, stderr } = await run(args, env);
    expect(stderr).toMatch(says);
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
    expect(stderr).not.toMatch(/\bat .*:\d+|phx_0123/);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  });

  it('a scenario with an unknown key, which is named', async () => {
    const file = join(folder, 'broken.json');
    await writeFile(file, '{"project":{"id":1,"name":"x"},"experimentz":[]}');
    const { code, stderr } = await run(['--sandbox', '--scenario', file]);
    expect(stderr).toMatch(/experimentz: unknown key \(did you mean experiments\?\)/);
    expect(code).toBe(2);
  });
});

describe('commands', () => {
  it('--version and --help work in a broken environment', async () => {
    const { version } = z.object({ version: z.string() }).parse(JSON.parse(readFileSync('package.json', 'utf8')));
    expect(await run(['--version'], { POSTHOG_HOST: 'nonsense' })).toMatchObject({ code: 0, stdout: `${version}\n` });
    expect(await run(['--help'])).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('--read-only'),
      stderr: '',
    });
  });

  it('tools lists what the configuration serves', async () => {
    const { stdout } = await run(['tools', '--json', '--read-only']);
    const tools = z
      .array(z.object({ name: z.string(), annotations: z.object({ readOnlyHint: z.literal(true) }) }))
      .parse(JSON.parse(stdout));
    expect(tools.map((tool) => tool.name)).toContain('experiment-list');
    expect((await run(['tools'])).stdout).toMatch(/^experiment-launch +lifecycle +live +\S/m);
  });

  it('call prints the structured content and ends with 0, or 1 where the answer is an error', async () => {
    const good = await run(['call', 'experiment-list', '{"limit":1}', '--sandbox']);
    expect(good).toMatchObject({ code: 0, stderr: '' });
    expect(JSON.parse(good.stdout)).toMatchObject({ items: [{ id: expect.any(Number) }], next_offset: 1 });
    const bad = await run(['call', 'experiment-get', '{"id":999999}', '--sandbox']);
    expect(bad).toMatchObject({ code: 1, stderr: '' });
    expect(JSON.parse(bad.stdout)).toMatchObject({ error: { code: 'not_found', next_tool: 'experiment-list' } });
  });

  it('call previews a live call, and says that its own sandbox ends with it', async () => {
    const previewed = await run(['call', 'experiment-pause', '{"id":4}', '--sandbox']);
    expect(previewed.code).toBe(0);
    const answer = JSON.parse(previewed.stdout);
    expect(answer).toMatchObject({ status: 'confirmation_required', confirmation_token: expect.any(String) });
    expect(answer.warnings).toContainEqual({
      code: 'one_call_only',
      message: expect.stringContaining('The sandbox of this call ends with it'),
    });
    const { stdout } = await run(['call', 'experiment-pause', '{"id":4}', '--sandbox', '--confirm', 'off']);
    expect(JSON.parse(stdout)).toMatchObject({ status: 'applied' });
  });

  it('risk 46: call confirms across processes with the same key, or the same secret', async () => {
    const sandbox = start(['sandbox']);
    const { url, key, project_id } = announced.parse(JSON.parse(await sandbox.printed('\n')));
    const env = {
      POSTHOG_HOST: url,
      POSTHOG_PERSONAL_API_KEY: key,
      POSTHOG_PROJECT_ID: String(project_id),
    };
    const { stdout } = await run(['call', 'experiment-pause', '{"id":4}'], env);
    const { confirmation_token, warnings } = JSON.parse(stdout);
    expect(warnings).not.toContainEqual(expect.objectContaining({ code: 'one_call_only' }));
    const confirmed = JSON.stringify({ id: 4, confirmation_token });
    const stranger = await run(['call', 'experiment-pause', confirmed], {
      ...env,
      POSTHOG_MCP_SECRET: 'a secret that only one of the two knows',
    });
    expect(JSON.parse(stranger.stdout)).toMatchObject({ status: 'confirmation_required' });
    const paused = await run(['call', 'experiment-pause', confirmed], env);
    expect(JSON.parse(paused.stdout)).toMatchObject({ status: 'applied', experiment: { status: 'paused' } });
    sandbox.child.kill('SIGTERM');
    await sandbox.exited;
  });

  it('call asks the PostHog that is configured, here a sandbox process', async () => {
    const sandbox = start(['sandbox', '--scenario', 'empty']);
    const { url, key, project_id } = announced.parse(JSON.parse(await sandbox.printed('\n')));
    const env = { POSTHOG_HOST: url, POSTHOG_PERSONAL_API_KEY: key, POSTHOG_PROJECT_ID: String(project_id) };
    await run(['call', 'experiment-create', '{"name":"Kept","feature_flag_key":"kept"}'], env);
    const { stdout } = await run(['call', 'experiment-list'], env);
    expect(JSON.parse(stdout)).toMatchObject({ items: [{ name: 'Kept' }], total: 1 });
    sandbox.child.kill('SIGTERM');
    expect(await sandbox.exited).toMatchObject({ code: 0, stderr: '' });
  });

  it('sandbox announces itself in one line and answers plain HTTP', async () => {
    const sandbox = start(['sandbox', '--port', '0']);
    const facts = announced.parse(JSON.parse(await sandbox.printed('\n')));
    const response = await fetch(`${facts.url}/api/projects/${facts.project_id}/experiments/`, {
      headers: { authorization: `Bearer ${facts.read_only_key}` },
    });
    expect(response.status).toBe(200);
    const flags = await fetch(`${facts.url}/flags/?v=2`, {
      method: 'POST',
      body: JSON.stringify({ token: facts.project_token, distinct_id: 'ann' }),
    });
    expect(flags.status).toBe(200);
    const definitions = await fetch(`${facts.url}/flags/definitions?token=${facts.project_token}`, {
      headers: { authorization: `Bearer ${facts.project_secret_key}` },
    });
    expect(definitions.status).toBe(200);
    sandbox.child.kill('SIGINT');
    expect(await sandbox.exited).toMatchObject({ code: 0, stderr: '' });
  });

  it('sandbox on a port that is taken ends with 1 and one line', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const { port } = z.object({ port: z.number() }).parse(other.address());
    const { code, stdout, stderr } = await run(['sandbox', '--port', String(port)]);
    expect({ code, stdout, stderr }).toEqual({
      code: 1,
      stdout: '',
      stderr: `port ${port} is in use; choose another with --port\n`,
    });
    await new Promise((resolve) => other.close(resolve));
  });

  it.each(['tools', '--help'])('%s does not mind a reader that has had enough', async (command) => {
    const { child, exited } = start([command]);
    child.stdout.destroy();
    expect(await exited).toMatchObject({ code: 0, stderr: '' });
  });
});
