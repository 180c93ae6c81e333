import { z } from 'zod';
import type { CallRequest, CallResult } from '../../mcp/calls/call-tool.js';
import type { Caller } from '../../mcp/calls/caller.js';
import type { Standing } from '../../transports/http/callers.js';

const failure = z.looseObject({ error: z.looseObject({ status: z.number().optional() }) });

/** Whether PostHog knows a caller's key, by the cheapest read: it answers 401 to any other key, whatever the key may do. */
export function standingBy(call: (request: CallRequest) => Promise<CallResult>) {
  return async (caller: Caller, signal: AbortSignal): Promise<Standing> => {
    const answer = await call({ name: 'experiment-list', arguments: { limit: 1 }, signal, caller });
    if (!answer.isError) return 'known';
    const { status = 0 } = failure.parse(answer.structuredContent).error;
    if (status === 401) return 'unknown';
    return status >= 400 && status < 500 && status !== 429 ? 'known' : 'unsure';
  };
}
