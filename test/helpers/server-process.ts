import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { openSandbox } from '../../src/cli/sandbox.js';
import { DISTANT, reach } from './distance.js';

/** The built server; `npm test` builds it first. */
export const MAIN = 'dist/main.js';

type Env = Readonly<Record<string, string>>;

/** Only what a program needs to start; the machine's own PostHog settings must not reach a test. */
export const BARE_ENV: Env = { PATH: process.env.PATH ?? '' };

/** What tells a server to use a sandbox: its own, or one behind a long road where PostHog is far away. */
export async function sandboxFor(scenario = 'demo'): Promise<{ args: string[]; env: Env; close(): Promise<void> }> {
  if (!DISTANT) return { args: ['--sandbox', '--scenario', scenario], env: BARE_ENV, close: async () => undefined };
  const sandbox = await openSandbox(scenario);
  const far = await reach(sandbox.url);
  const env = {
    ...BARE_ENV,
    POSTHOG_HOST: far.origin,
    POSTHOG_PERSONAL_API_KEY: sandbox.key,
    POSTHOG_PROJECT_ID: String(sandbox.projectId),
  };
  const close = async () => {
    await far.close();
    await sandbox.close();
  };
  return { args: [], env, close };
}

export interface Exit {
  code: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

/** Starts the built program. `exited` gathers all that it printed. */
export function start(args: readonly string[], env: Env = {}, cwd = process.cwd()) {
  const child = spawn(process.execPath, [resolve(MAIN), ...args], { env: { ...BARE_ENV, ...env }, stdio: 'pipe', cwd });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  // A process that ends early breaks the pipe; its exit code tells the story.
  child.stdin.on('error', () => undefined);
  const exited = once(child, 'close').then(
    (): Exit => ({ code: child.exitCode, signal: child.signalCode, stdout, stderr }),
  );
  /** Resolves with stdout once `done` holds for it; rejects where the process ends before. */
  const until = async (what: string, done: (text: string) => boolean): Promise<string> => {
    while (!done(stdout)) {
      const more = await Promise.race([once(child.stdout, 'data').then(() => true), exited.then(() => false)]);
      if (!more && !done(stdout)) throw new Error(`ended without ${what}; stderr: ${stderr.slice(0, 500)}`);
    }
    return stdout;
  };
  const printed = (text: string) => until(text, (all) => all.includes(text));
  /** Resolves when each of the requests has its answer. */
  const answered = (ids: readonly number[]) =>
    until(`answers to ${ids.join()}`, (all) => {
      const seen = answeredIds(all);
      return ids.every((id) => seen.has(id));
    });
  const send = (message: object) => child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
  return { child, exited, printed, answered, send };
}

/** Ids of the whole frames in `text`; a line that is no frame counts for nothing here. */
function answeredIds(text: string): Set<unknown> {
  const lines = text.slice(0, text.lastIndexOf('\n') + 1).split('\n');
  return new Set(
    lines.filter((line) => line.startsWith('{')).map((line) => Reflect.get(Object(JSON.parse(line)), 'id')),
  );
}

/** Runs a command to its end. */
export async function run(args: readonly string[], env: Env = {}, cwd?: string): Promise<Exit> {
  const { child, exited } = start(args, env, cwd);
  child.stdin.end();
  return exited;
}

export const INITIALIZE = {
  id: 0,
  method: 'initialize',
  params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'test', version: '1' } },
};
