import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { freePort } from '../helpers/free-port.js';
import { accepts } from './accepts.js';

export interface RedisServer {
  /** On loopback. */
  port: number;
  /** Has it stop answering, and go on, with its connections open. */
  signal(name: 'SIGSTOP' | 'SIGCONT'): void;
  kill(): Promise<void>;
}

/** Runs Debian's redis-server, which keeps nothing on disk. */
export async function startRedis(options: { port?: number; password?: string } = {}): Promise<RedisServer> {
  const { port = await freePort(), password } = options;
  const flags = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'];
  const child = spawn('redis-server', [...flags, ...(password === undefined ? [] : ['--requirepass', password])], {
    stdio: 'ignore',
  });
  const ended = once(child, 'exit');
  await Promise.race([
    accepts(port),
    ended.then(([code]) => {
      throw new Error(`redis-server ended with ${code}`);
    }),
  ]);
  return {
    port,
    signal: (name) => void child.kill(name),
    kill: async () => {
      child.kill('SIGKILL');
      await ended;
    },
  };
}
