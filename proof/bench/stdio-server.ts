import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/** How long a server may take for one answer. Milliseconds. */
const ANSWER_MS = 30_000;
const END_MS = 2_000;
const STDERR_KEPT = 4_000;

export interface Started {
  pid: number;
  /** The result, or the error, of a request. Rejects where the server ends or is silent for too long. */
  request(method: string, params: object): Promise<{ result?: unknown; error?: unknown }>;
  /** Heap in use right after a collection, in MB; only of a server started with `WITH_GAUGE`. */
  heap(): Promise<number>;
  stop(): Promise<void>;
}

/** Arguments of Node that let a server be asked for its heap over IPC; the channel does not keep it alive. */
const TELL = `process.on('message', () => { gc(); process.send(process.memoryUsage().heapUsed) }); process.channel.unref()`;
const GAUGE = `data:text/javascript,${encodeURIComponent(TELL)}`;
export const WITH_GAUGE = ['--expose-gc', '--import', GAUGE];

/** Starts Node with these arguments and opens a conversation of 2025-11-25, which all servers here speak. */
export async function startStdio(args: readonly string[], env: Readonly<Record<string, string>>): Promise<Started> {
  const child = spawn(process.execPath, args, {
    env: { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '', ...env },
    stdio: ['pipe', 'pipe', 'pipe', ...(args.includes(GAUGE) ? ['ipc' as const] : [])],
  });
  const { stdin, stdout, stderr } = child;
  if (!stdin || !stdout || !stderr) throw new Error('a child has the pipes that it was started with');
  let said = '';
  stderr.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-STDERR_KEPT);
  });
  // A server that ends early breaks the pipe; what it said on stderr tells why.
  stdin.on('error', () => undefined);
  const gone = once(child, 'close').then(() => {
    throw new Error(`ended with ${child.exitCode ?? child.signalCode}: ${reasonIn(said)}`);
  });
  gone.catch(() => undefined);
  const waiting = new Map<number, (answer: object) => void>();
  createInterface({ input: stdout }).on('line', (line) => {
    const message = line.startsWith('{') ? JSON.parse(line) : {};
    // A server may ask things of its own; they bear a method.
    if (message.method !== undefined) return;
    waiting.get(message.id)?.(message);
    waiting.delete(message.id);
  });
  let last = 0;
  const request = async (method: string, params: object) => {
    last += 1;
    const id = last;
    const answered = new Promise<object>((resolve, reject) => {
      const silent = new Error(`no answer to ${method} within ${ANSWER_MS / 1000} s`);
      const patience = setTimeout(() => reject(silent), ANSWER_MS);
      waiting.set(id, (answer) => {
        clearTimeout(patience);
        resolve(answer);
      });
      gone.catch(() => clearTimeout(patience));
    });
    stdin.write(`${JSON.stringify({ jsonrpc: '2.0', id, method, params })}\n`);
    return Promise.race([answered, gone]);
  };
  const heap = async () => {
    child.send('heap');
    const [bytes] = await once(child, 'message');
    return Number(bytes) / 1_000_000;
  };
  const started = { pid: child.pid ?? 0, request, heap, stop: () => end(child, gone) };
  try {
    const clientInfo = { name: 'bench', version: '1' };
    await request('initialize', { protocolVersion: '2025-11-25', capabilities: {}, clientInfo });
    stdin.write('{"jsonrpc":"2.0","method":"notifications/initialized"}\n');
    return started;
  } catch (error) {
    await started.stop();
    throw error;
  }
}

/** Of a stack trace, the line that says what happened. */
function reasonIn(stderr: string): string {
  const lines = stderr.split('\n').filter((line) => line.trim() !== '');
  return lines.find((line) => /error/i.test(line)) ?? lines.at(-1) ?? 'without a word';
}

async function end(child: ChildProcess, gone: Promise<never>): Promise<void> {
  child.stdin?.end();
  const hurry = setTimeout(() => child.kill('SIGKILL'), END_MS);
  await gone.catch(() => undefined);
  clearTimeout(hurry);
}
