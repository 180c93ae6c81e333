/**
 * `npm run readme`: runs the commands of README.md in a fresh clone of the last commit, as a newcomer would; where this is no
 * repository of git's, such as an unpacked archive, in a copy. What needs a client is only parsed and what needs a key gets the
 * sandbox; the page marks both, and this says so.
 */
import { execFile } from 'node:child_process';
import { cp, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { listen } from './processes.js';
import { commandsOf, jsonOf, type PageCommand } from './readme/commands.js';

const run = promisify(execFile);

const COMMAND_MS = 10 * 60_000;

const say = (text: string) => process.stdout.write(`${text}\n`);

/** Only what a newcomer has: settings of this machine stay out. */
const BARE_ENV = { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '', npm_config_prefer_offline: 'true' };

interface Outcome {
  ok: boolean;
  output: string;
}

async function shell(line: string, cwd: string, env: Readonly<Record<string, string>> = {}): Promise<Outcome> {
  const options = { cwd, env: { ...BARE_ENV, ...env }, timeout: COMMAND_MS, maxBuffer: 64 * 1024 * 1024 };
  try {
    const { stdout, stderr } = await run('bash', ['-c', line], options);
    return { ok: true, output: stdout + stderr };
  } catch (error) {
    return { ok: false, output: `${Reflect.get(Object(error), 'stdout')}${error}` };
  }
}

async function onSandbox(line: string, cwd: string): Promise<Outcome> {
  const sandbox = await listen([join(cwd, 'dist/main.js'), 'sandbox']);
  try {
    return await shell(line.replaceAll('phx_…', String(sandbox.line.key)), cwd, {
      POSTHOG_HOST: String(sandbox.line.url),
    });
  } finally {
    await sandbox.stop();
  }
}

async function outcomeOf({ line, notRun, onSandbox: needsPostHog }: PageCommand, cwd: string): Promise<Outcome> {
  if (notRun === null) return needsPostHog ? onSandbox(line, cwd) : shell(line, cwd);
  return run('bash', ['-n', '-c', line]).then(
    () => ({ ok: true, output: '' }),
    (error: unknown) => ({ ok: false, output: String(error) }),
  );
}

function label({ notRun, onSandbox: needsPostHog }: PageCommand): string {
  if (notRun !== null) return ` (parsed only: ${notRun})`;
  return needsPostHog ? ' (on the sandbox)' : '';
}

/** Files that the commands made or changed, but for those that git ignores. */
async function changedFiles(cwd: string): Promise<string> {
  const [changed, made] = await Promise.all([
    run('git', ['diff', '--name-only'], { cwd }),
    run('git', ['ls-files', '--others', '--exclude-standard'], { cwd }),
  ]);
  return `${changed.stdout}${made.stdout}`.trim();
}

async function cloneTo(clone: string): Promise<void> {
  const { stdout } = await run('git', ['rev-parse', 'HEAD']);
  await run('git', ['clone', '--quiet', '--no-checkout', process.cwd(), clone]);
  await run('git', ['checkout', '--quiet', '--detach', stdout.trim()], { cwd: clone });
}

const MADE_HERE = new Set(['.git', 'node_modules', 'dist']);

async function copyTo(copy: string): Promise<void> {
  await cp(process.cwd(), copy, { recursive: true, filter: (path) => !MADE_HERE.has(basename(path)) });
  await run('git', ['init', '--quiet'], { cwd: copy });
  await run('git', ['add', '--all'], { cwd: copy });
}

async function runAll(clone: string): Promise<boolean> {
  const page = await readFile(join(clone, 'README.md'), 'utf8');
  for (const text of jsonOf(page)) JSON.parse(text);
  const commands = commandsOf(page);
  if (!commands.some(({ notRun }) => notRun === null)) throw new Error('README.md has no command to run.');
  for (const command of commands) {
    const { ok, output } = await outcomeOf(command, clone);
    say(`${ok ? 'ok    ' : 'FAILED'}  ${command.line}${label(command)}`);
    if (!ok) {
      say(output);
      return false;
    }
  }
  const changed = await changedFiles(clone);
  if (changed !== '') say(`FAILED  The commands changed files:\n${changed}`);
  return changed === '';
}

const folder = await mkdtemp(join(tmpdir(), 'readme-'));
const clone = join(folder, 'posthog-experiments-mcp');
try {
  await cloneTo(clone).catch(async (error: unknown) => {
    say(`no clone, but a copy: ${error}`);
    await rm(clone, { recursive: true, force: true });
    await copyTo(clone);
  });
  process.exitCode = (await runAll(clone)) ? 0 : 1;
} finally {
  await rm(folder, { recursive: true, force: true });
}
