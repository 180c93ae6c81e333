/** An MCP server of two tools over stdio that misbehaves in the one way that `MISDEED` names, and in none without it. */
import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import '../../proof/faults/gauge.js';

const { MISDEED = '', POSTHOG_HOST = '', POSTHOG_PERSONAL_API_KEY: key = '' } = process.env;
const EXPERIMENT = `${POSTHOG_HOST}/api/projects/1/experiments/2/`;
const hoard: unknown[] = [];

class Failure extends Error {}

// Later than nine tenths of the deadline, as soon as may be.
const GIVE_UP_MS = MISDEED === 'hurries' ? 300 : 2_750;
let hasFailed = false;
let hasLost = false;

/** Sends again once: a read after whatever broke it or after 503, and all after 429. */
async function ask(method: string, path: string): Promise<unknown> {
  const first = await send(method, path).catch((error: Error) => {
    if (method !== 'GET' || error.name === 'TimeoutError') throw error;
    return null;
  });
  const mayRepeat = first === null || first.status === 429 || (first.status === 503 && method === 'GET');
  if (!mayRepeat || MISDEED === 'gives_up') return bodyOf(first);
  if (MISDEED !== 'rushes') await sleep(Number(first?.headers.get('retry-after') ?? 0) * 1_000);
  return bodyOf(await send(method, path));
}

async function bodyOf(answer: Response | null): Promise<unknown> {
  if (answer?.ok) return answer.json();
  if (MISDEED !== 'holds') await answer?.body?.cancel();
  if (MISDEED === 'lingers') await sleep(GIVE_UP_MS);
  throw new Failure(answer !== null && answer.status < 500 ? 'rate_limited' : 'upstream_error');
}

async function send(method: string, path: string): Promise<Response> {
  if (MISDEED === 'clings' || MISDEED === 'forgets') return plainly(method, path);
  const late = AbortSignal.timeout(GIVE_UP_MS);
  const asked = fetch(`${EXPERIMENT}${path}`, {
    method,
    headers: { authorization: `Bearer ${key}` },
    redirect: MISDEED === 'follows' ? 'follow' : 'manual',
    ...(MISDEED === 'holds' ? {} : { signal: late }),
  });
  return Promise.race([asked, once(late, 'abort').then(() => Promise.reject(late.reason))]);
}

const kept = new Agent({ keepAlive: true });

/** Over a socket of its own, or over kept ones with one that was closed for a failure. */
async function plainly(method: string, path: string): Promise<Response> {
  const agent = MISDEED === 'forgets' ? false : kept;
  const asked = request(`${EXPERIMENT}${path}`, { method, agent, headers: { authorization: `Bearer ${key}` } });
  if (agent) {
    asked.on('socket', (socket) =>
      socket.once('close', () => {
        hasLost = true;
      }),
    );
  }
  asked.end();
  const [answer] = await once(asked, 'response');
  const chunks: Buffer[] = [];
  for await (const chunk of answer) chunks.push(chunk);
  return new Response(Buffer.concat(chunks), { status: answer.statusCode });
}

const failed = (code: string, message = 'It failed.') => ({
  isError: true,
  structuredContent: { error: { code, message } },
});

async function pause(): Promise<object> {
  try {
    if (MISDEED === 'claims') return became('applied');
    if (MISDEED === 'doubts') return became('outcome_unknown');
    await ask('POST', 'pause/');
    if (MISDEED === 'hoards') hoard.push(setInterval(() => undefined, 60_000));
    return became(MISDEED === 'denies' ? 'not_applied' : 'applied');
  } catch {
    if (MISDEED === 'repeats') await ask('POST', 'pause/').catch(() => undefined);
    if (MISDEED === 'hides') return failed('timeout');
    return MISDEED === 'shrugs' ? became('outcome_unknown') : became(await lookedUp());
  }
}

const became = (status: string) => ({ structuredContent: { status } });

async function lookedUp(): Promise<string> {
  try {
    const { feature_flag: flag } = Object(await ask('GET', ''));
    return flag.active ? 'not_applied' : 'applied';
  } catch {
    return 'outcome_unknown';
  }
}

async function get(): Promise<object> {
  try {
    if (hasLost) throw new Error('the socket is gone');
    const { id, name } = Object(await ask('GET', ''));
    return { structuredContent: { id: MISDEED === 'miscounts' ? id + 1 : id, name } };
  } catch (error) {
    switch (MISDEED) {
      case 'tells':
        return failed('timeout', `Sent ${Buffer.from(`Bearer ${key}`).toString('base64')}.`);
      case 'prints':
        process.stderr.write(`${key}\n`);
        return failed('timeout');
      case 'mumbles':
        return { isError: true, content: [] };
      case 'invents':
        return failed('oops');
      case 'blames':
        return failed('invalid_arguments');
      case 'makes_up':
        return { structuredContent: { id: 2, name: 'No such experiment' } };
      case 'dawdles':
        await sleep(Number(process.env.DAWDLE_MS));
        return failed('timeout');
      case 'guesses':
        return { structuredContent: { id: 3, missing: ['name: it could not be read'] } };
      case 'prints_and_hangs':
        process.stderr.write(`${key}\n`);
        return new Promise(() => undefined);
      case 'hangs':
        return new Promise(() => undefined);
      case 'sticks':
        hasFailed = true;
        return failed('timeout');
      default:
        return failed(error instanceof Failure && MISDEED !== 'lingers' ? error.message : 'timeout');
    }
  }
}

function resultOf({ method, params }: { method: string; params?: { name?: string } }): object | Promise<object> {
  if (method !== 'tools/call') return { protocolVersion: '2025-11-25', capabilities: {}, serverInfo: {} };
  if (hasFailed) return failed('timeout');
  return params?.name === 'experiment-pause' ? pause() : get();
}

createInterface({ input: process.stdin }).on('line', async (line) => {
  const { id, ...message } = JSON.parse(line);
  if (id === undefined) return;
  process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', id, result: await resultOf(message) })}\n`);
});
