import type { CallRequest, CallResult } from '../mcp/calls/call-tool.js';
import type { SessionOptions } from '../mcp/calls/session.js';
import { createFront, type FrontOptions } from './http/front.js';
import { print } from './print.js';

interface Serving extends FrontOptions {
  stop: AbortSignal;
  /** Runs `use` with a session made with these options, and closes it afterwards. */
  withSession(
    client: SessionOptions['client'],
    use: (call: (request: CallRequest) => Promise<CallResult>) => Promise<number>,
  ): Promise<number>;
}

/** Serves MCP over HTTP until it is asked to stop. Prints one JSON line once it listens. */
export async function runHttp({ stop, withSession, ...options }: Serving): Promise<number> {
  const front = createFront(options);
  return withSession(front.client, async (call) => {
    const server = await front.listen(call);
    await print(`${JSON.stringify({ url: server.url })}\n`);
    await new Promise<void>((resolve) => {
      stop.addEventListener('abort', () => resolve(), { once: true });
      if (stop.aborted) resolve();
    });
    await server.close();
    return 0;
  });
}
