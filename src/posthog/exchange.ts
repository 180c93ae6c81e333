import type { Dispatcher, Pool } from 'undici';
import type { ToolError } from '../errors.js';
import type { Redact } from '../log.js';
import type { RequestInfo } from './attempt.js';
import { headerOf, readErrorText, readJson } from './body.js';
import { statusError } from './errors.js';
import { failureOf } from './failures.js';
import { noteSent } from './pool.js';
import { type Failure, parseRetryAfter, waitInWords } from './retry.js';

/** The signals of one tool call; kept apart because the cause of an abort decides what the error says. */
export interface Signals {
  caller: AbortSignal;
  deadline: AbortSignal;
  /** Either of them. */
  signal: AbortSignal;
}

export interface ExchangeOptions {
  pool: Pool;
  info: RequestInfo;
  /** Path with query. */
  target: string;
  headers: Readonly<Record<string, string>>;
  body: string | undefined;
  /** How long the answer's headers may take. */
  headersMs: number;
  signals: Signals;
  errorBytes: number;
  now: () => number;
  redact: Redact;
  onDate?: ((date: string) => void) | undefined;
}

export type Exchange = { ok: true; value: unknown } | { ok: false; failure: Failure; error: ToolError };

/** One request and its answer, body included. Never throws: what went wrong is its result. */
export async function exchange(options: ExchangeOptions): Promise<Exchange> {
  const { pool, info, target, headers, body, headersMs, signals, redact } = options;
  const progress = { sent: false, accepted: false };
  try {
    signals.signal.throwIfAborted();
    const dispatcher = pool.compose(
      noteSent(() => {
        progress.sent = true;
      }),
    );
    const { signal } = signals;
    const request = {
      method: info.method,
      path: target,
      headers,
      body: body ?? null,
      headersTimeout: headersMs,
      signal,
    };
    const answer = await orAborted(dispatcher.request(request), signals.signal);
    options.onDate?.(headerOf(answer.headers, 'date') ?? '');
    if (answer.statusCode < 200 || answer.statusCode >= 300) return await refusal(answer, options);
    progress.accepted = true;
    return { ok: true, value: await readJson(answer.body, answer.headers, redact) };
  } catch (thrown) {
    const { caller, deadline } = signals;
    const ended = { cancelled: caller.aborted, expired: deadline.aborted };
    return { ok: false, ...failureOf(thrown, info, { ...progress, ...ended, redact }) };
  }
}

async function refusal(answer: Dispatcher.ResponseData, options: ExchangeOptions): Promise<Exchange> {
  const { statusCode: status, headers, body } = answer;
  const { redact } = options;
  const text = await readErrorText(body, options.errorBytes);
  const byHeader = parseRetryAfter(headerOf(headers, 'retry-after'), options.now());
  const retryAfterMs = byHeader ?? (status === 429 ? waitInWords(text) : null);
  const location = headerOf(headers, 'location');
  const error = statusError(
    {
      status,
      text,
      redact,
      ...(retryAfterMs !== null && { retryAfterSeconds: Math.ceil(retryAfterMs / 1000) }),
      ...(location !== undefined && { location: options.redact(location) }),
    },
    options.info,
  );
  return { ok: false, failure: { kind: 'status', status, retryAfterMs }, error };
}

/** undici heeds a signal only once the request has a socket; a call that waits for one has to end at once as well. */
function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = () => reject(signal.reason);
    signal.addEventListener('abort', stop, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}
