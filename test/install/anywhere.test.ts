import { execFile, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { CATALOGUE } from '../../src/generated/tools.js';
import { selectTools } from '../../src/mcp/listing/select-tools.js';
import { COMMONJS } from '../helpers/bundle.js';
import { BARE_ENV, MAIN } from '../helpers/server-process.js';
import { clientOf } from '../helpers/stdio-client.js';

const run = promisify(execFile);
const NAMES = selectTools(CATALOGUE, { readOnly: false }).list.map(({ name }) => name);
const scratch = mkdtempSync(join(tmpdir(), 'anywhere-test-'));
afterAll(() => rmSync(scratch, { recursive: true }));

/** Lists the tools and calls one: the first call loads more of the program. */
async function serves(command: string, args: readonly string[], env: Record<string, string> = {}): Promise<void> {
  const client = await clientOf({ command, args: [...args, '--sandbox'], env });
  expect((await client.listTools()).tools.map(({ name }) => name)).toEqual(NAMES);
  const answer = await client.callTool({ name: 'experiment-list', arguments: { limit: 1 } });
  expect(answer).toMatchObject({ structuredContent: { items: [expect.anything()] } });
}

describe('dist/ alone, copied', () => {
  it.each([
    ['below a CommonJS package', 'commonjs', COMMONJS],
    ['below a package.json without a module type', 'silent', '{}'],
    ['below a package.json that is broken', 'broken', '{ "type": '],
    ['into a folder whose name has spaces, URL syntax and non-ASCII letters', "a #1 100% %20 ?x=1&y 'ö' 漢字 🎉", '{}'],
  ])('%s, serves', async (_, name, above) => {
    const folder = join(scratch, name);
    cpSync('dist', join(folder, 'copy'), { recursive: true });
    writeFileSync(join(folder, 'package.json'), above);
    await serves(process.execPath, [join(folder, 'copy/main.js')]);
  });

  it('serves where Node permits it to read files but not to write any', async () => {
    // Node 20 knows only the longer name, Node 24 only the shorter.
    const flags = ['--permission', '--experimental-permission'];
    const flag = flags.find((one) => process.allowedNodeEnvironmentFlags.has(one));
    await serves(process.execPath, [String(flag), '--allow-fs-read=*', resolve(MAIN)]);
  });
});

describe('started in a working directory that was deleted', () => {
  it.each([
    ['http', ['http', '--sandbox', '--port', '0'], '{"url":"http://127.0.0.1:'],
    ['sandbox', ['sandbox'], '{"url":"http://127.0.0.1:'],
    ['call', ['call', 'experiment-get', '{"id":1}', '--sandbox'], '"id": 1'],
    ['doctor', ['doctor', '--sandbox'], 'answers'],
    ['demo (with its stdio server)', ['demo', '--fast'], 'Checked past the server'],
  ])('%s works', async (_, args, wanted) => {
    const cwd = mkdtempSync(join(scratch, 'gone-'));
    const all = ['-c', 'rmdir "$PWD" && exec "$@"', 'sh', process.execPath, resolve(MAIN), ...args];
    const child = spawn('sh', all, { cwd, env: BARE_ENV, stdio: ['ignore', 'pipe', 'inherit'] });
    const ended = once(child, 'exit');
    let printed = '';
    for await (const text of child.stdout.setEncoding('utf8')) {
      printed += text;
      if (printed.includes(wanted)) break;
    }
    child.kill();
    await ended;
    expect(printed).toContain(wanted);
  });
});

describe('the npm package, installed globally under a path with spaces', () => {
  const prefix = join(scratch, 'global prefix');
  const command = join(prefix, 'bin/posthog-experiments-mcp');
  /** The command runs the first Node on PATH, which must be the one that runs the tests. */
  const withPath = (...folders: string[]) => ({
    PATH: [...folders, dirname(process.execPath), BARE_ENV.PATH].join(delimiter),
  });

  beforeAll(async () => {
    const quietly = ['--ignore-scripts', '--no-update-notifier', '--no-audit', '--no-fund'];
    const { stdout } = await run('npm', ['pack', '--json', '--pack-destination', scratch, ...quietly]);
    const [{ filename }] = z.tuple([z.object({ filename: z.string() })]).parse(JSON.parse(stdout));
    // Works offline, since the package has no dependencies.
    await run('npm', ['install', '-g', '--offline', '--prefix', prefix, ...quietly, join(scratch, filename)]);
  }, 60_000);

  it('serves by its name', () => serves('posthog-experiments-mcp', [], withPath(dirname(command))));

  it('serves through a symlink, and plays the demo, which starts the program a second time', async () => {
    const link = join(scratch, 'link');
    symlinkSync(command, link);
    await serves(link, [], withPath());
    expect(execFileSync(link, ['demo', '--fast'], { encoding: 'utf8', env: withPath() })).toContain('Checked past');
  });
});
