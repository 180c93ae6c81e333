import type { Readable, Writable } from 'node:stream';
import {
  type JSONRPCMessage,
  type JSONRPCRequest,
  type McpServer,
  parseJSONRPCMessage,
  type RequestId,
  serializeMessage,
  type Transport,
} from '@modelcontextprotocol/server';
import { serveStdio } from '@modelcontextprotocol/server/stdio';
import type { Log } from '../log.js';
import { createLineReader } from './lines.js';
import { hasLostArgument, LOST_ARGUMENT } from './lost-argument.js';

/**
 * How long calls in flight may go on once the client has gone or a signal has come. Milliseconds. Hosts kill a server
 * that is still there after 2 s or a little more.
 */
const DRAIN_MS = 1_500;
const PARSE_ERROR = -32_700;
const INVALID_REQUEST = -32_600;
const INVALID_PARAMS = -32_602;

/**
 * JSON-RPC lines over two streams. The SDK's own stdio transport drops calls in flight when stdin ends and passes over
 * broken lines in silence; this one lets calls finish, and answers broken lines.
 */
class StdioTransport implements Transport {
  onclose?: () => void;
  onerror?: (error: Error) => void;
  onmessage?: NonNullable<Transport['onmessage']>;
  readonly #input: Readable;
  readonly #output: Writable;
  /** Requests that the client still waits for. */
  readonly #pending = new Set<RequestId>();
  #onIdle: (() => void) | null = null;
  #closed = false;

  constructor(input: Readable, output: Writable) {
    this.#input = input;
    this.#output = output;
  }

  async start(): Promise<void> {
    const read = createLineReader({
      line: (text) => this.#receive(text),
      tooLong: () => this.#refuse(INVALID_REQUEST, 'Line too long'),
    });
    this.#input.on('data', read);
    this.#input.on('error', (error) => this.onerror?.(error));
    // Without a reader of stdout (EPIPE) there is nobody to serve.
    this.#output.on('error', () => void this.close());
  }

  async send(message: JSONRPCMessage): Promise<void> {
    if (this.#closed) return;
    this.#output.write(serializeMessage(message));
    if (!('method' in message) && message.id !== undefined) this.#settle(message.id);
  }

  /** Resolves when no request waits for its answer. */
  idle(): Promise<void> {
    if (this.#pending.size === 0) return Promise.resolve();
    return new Promise((resolve) => {
      this.#onIdle = resolve;
    });
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#input.pause();
    this.onclose?.();
  }

  #receive(text: string): void {
    const message = this.#parse(text);
    if (message === null || this.#closed) return;
    if (isRequest(message)) this.#pending.add(message.id);
    // A cancelled request is not answered.
    else if ('method' in message && message.method === 'notifications/cancelled')
      this.#settle(cancelledId(message.params));
    this.onmessage?.(message);
  }

  #parse(text: string): JSONRPCMessage | null {
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      this.#refuse(PARSE_ERROR, 'Parse error: the line is not JSON');
      return null;
    }
    try {
      const message = parseJSONRPCMessage(value);
      if (!isRequest(message) || !hasLostArgument(message.params)) return message;
      this.#refuse(INVALID_PARAMS, LOST_ARGUMENT, message.id);
    } catch {
      this.#refuse(INVALID_REQUEST, 'Invalid request: not one JSON-RPC 2.0 message');
    }
    return null;
  }

  /** JSON-RPC wants a null id where the request's cannot be read; the SDK's types know no such message. */
  #refuse(code: number, message: string, id: RequestId | null = null): void {
    if (!this.#closed) this.#output.write(`${JSON.stringify({ jsonrpc: '2.0', id, error: { code, message } })}\n`);
  }

  #settle(id: RequestId | undefined): void {
    if (id !== undefined) this.#pending.delete(id);
    if (this.#pending.size === 0) this.#onIdle?.();
  }
}

/** Of a message that has been parsed; the SDK's own guard would check it all over again. */
function isRequest(message: JSONRPCMessage): message is JSONRPCRequest {
  return 'method' in message && 'id' in message;
}

function cancelledId(params: object | undefined): RequestId | undefined {
  const id: unknown = params && Reflect.get(params, 'requestId');
  return typeof id === 'string' || typeof id === 'number' ? id : undefined;
}

export interface StdioOptions {
  createServer(): McpServer;
  log: Log;
  /** Aborts on SIGTERM and the like. */
  stop: AbortSignal;
  input?: Readable;
  output?: Writable;
}

/**
 * Serves one client over stdin and stdout. Resolves when the client has gone (end of stdin, closed stdout) or `stop`
 * aborts, once calls in flight have been answered or 1.5 s have passed.
 */
export async function serveOverStdio({
  createServer,
  log,
  stop,
  input = process.stdin,
  output = process.stdout,
}: StdioOptions): Promise<void> {
  const transport = new StdioTransport(input, output);
  const gone = new Promise<void>((resolve) => {
    output.once('error', () => resolve());
  });
  const leaving = new Promise<void>((resolve) => {
    input.once('end', resolve);
    input.once('close', resolve);
    stop.addEventListener('abort', () => resolve(), { once: true });
    if (stop.aborted) resolve();
  });
  const onerror = (error: Error) => log.debug('protocol error', { error });
  const served = serveStdio(createServer, { transport, onerror });
  await Promise.race([gone, leaving]);
  const late = afterDrainTime();
  await Promise.race([gone, transport.idle(), late]);
  await served.close();
  await Promise.race([gone, flushed(output), late]);
}

/** Resolves when the reader has been handed all that was written; pipes are asynchronous on some systems. */
function flushed(output: Writable): Promise<void> {
  return new Promise((resolve) => {
    output.write('', () => resolve());
  });
}

function afterDrainTime(): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, DRAIN_MS).unref();
  });
}
