import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';

const exec = promisify(execFile);
const CACHE = resolve('node_modules/.cache/clients');
const PATH = process.env.PATH ?? '';

/** Whether npm's registry answers; without it no client can be installed. */
export async function isRegistryReachable(): Promise<boolean> {
  try {
    await exec('npm', ['view', 'zod', 'version'], { timeout: 20_000 });
    return true;
  } catch {
    return false;
  }
}

/** Installs these packages, each with its version, into a folder of their own; once. No install scripts are run. */
export async function installed(packages: readonly string[], scripts = false): Promise<string> {
  const name = createHash('sha256').update(packages.join(' ')).digest('hex').slice(0, 16);
  const folder = join(CACHE, name);
  if (existsSync(join(folder, 'done'))) return folder;
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'package.json'), '{ "private": true }');
  const flags = ['--no-audit', '--no-fund', ...(scripts ? [] : ['--ignore-scripts'])];
  await exec('npm', ['install', ...flags, ...packages], { cwd: folder, maxBuffer: 1e8 });
  await writeFile(join(folder, 'done'), '');
  return folder;
}

export interface Run {
  code: unknown;
  stdout: string;
  stderr: string;
}

/** A home of its own and nothing of this one's environment; what is not on this machine is out of reach. */
export async function isolated(env: Readonly<Record<string, string>> = {}) {
  const home = await mkdtemp(join(tmpdir(), 'client-home-'));
  const all = {
    ...{ PATH, HOME: home, TMPDIR: home, LANG: 'C.UTF-8', TERM: 'dumb', NO_COLOR: '1' },
    ...{ XDG_CONFIG_HOME: join(home, '.config'), XDG_DATA_HOME: join(home, '.local/share') },
    ...{ XDG_CACHE_HOME: join(home, '.cache'), XDG_STATE_HOME: join(home, '.local/state') },
    // Nobody listens there, so what leaves loopback fails at once.
    ...{ HTTPS_PROXY: 'http://127.0.0.1:9', HTTP_PROXY: 'http://127.0.0.1:9', NO_PROXY: '127.0.0.1,localhost' },
    ...env,
  };
  return { home, env: all };
}

/** Runs a program to its end, or ends it after a time. */
export async function ran(
  command: string,
  args: readonly string[],
  options: { env: Record<string, string>; cwd: string; timeout?: number },
): Promise<Run> {
  const { timeout = 120_000, ...rest } = options;
  const promise = exec(command, [...args], { ...rest, timeout, maxBuffer: 1e8 });
  promise.child.stdin?.end();
  return promise.then(
    (printed) => ({ code: 0, ...printed }),
    (error: unknown) => ({
      code: Object(error).code ?? Object(error).signal,
      stdout: String(Object(error).stdout),
      stderr: String(Object(error).stderr),
    }),
  );
}
