import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** The built server; `npm test` builds it first. */
export const MAIN = 'dist/main.js';

/** Only what a program needs to start; the machine's own PostHog settings must not reach a test. */
export const BARE_ENV: Readonly<Record<string, string>> = { PATH: process.env.PATH ?? '' };

export interface Exit {
  code: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

/** Starts the built program. `exited` gathers all that it printed. */
export function start(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const child = spawn(process.execPath, [MAIN, ...args], { env: { ...BARE_ENV, ...env }, stdio: 'pipe' });
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
  /** Resolves with stdout once it holds `text`; rejects where the process ends before. */
  const printed = async (text: string): Promise<string> => {
    while (!stdout.includes(text)) {
      const more = await Promise.race([once(child.stdout, 'data').then(() => true), exited.then(() => false)]);
      if (!more && !stdout.includes(text)) throw new Error(`ended without ${text}; stderr: ${stderr.slice(0, 500)}`);
    }
    return stdout;
  };
  const send = (message: object) => child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
  return { child, exited, printed, send };
}

/** Runs a command to its end. */
export async function run(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Exit> {
  const { child, exited } = start(args, env);
  child.stdin.end();
  return exited;
}

export const INITIALIZE = {
  id: 0,
  method: 'initialize',
  params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'test', version: '1' } },
};
