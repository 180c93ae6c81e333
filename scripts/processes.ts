/** Processes that print one JSON line once they listen, as `http` and `sandbox` do. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/** Only what a program needs to start: the machine's own PostHog settings stay out. */
const BARE_ENV = { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '' };

export interface Listening {
  pid: number;
  /** The fields of the line that it printed. */
  line: Readonly<Record<string, unknown>>;
  /** Asks it to end and waits until it has. */
  stop(): Promise<void>;
}

/** Starts Node with these arguments. Rejects where the process ends before it listens. */
export async function listen(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Listening> {
  const child = spawn(process.execPath, args, {
    env: { ...BARE_ENV, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit');
  const lines = createInterface({ input: child.stdout });
  const first = await Promise.race([once(lines, 'line'), ended.then(() => null)]);
  if (first === null || child.pid === undefined) throw new Error(`${args.join(' ')} ended before it listened`);
  return {
    pid: child.pid,
    line: Object(JSON.parse(String(first[0]))),
    stop: async () => {
      child.kill();
      await ended;
    },
  };
}
