import type { ServerResponse } from 'node:http';
import { writeAnswer } from './http.js';

/** A request as a fault hook sees it. */
export interface FaultRequest {
  method: string;
  path: string;
  query: URLSearchParams;
  /** Parsed JSON; undefined where there is no body or it does not parse. */
  body: unknown;
}

/** What a test wants instead of the true answer. */
export interface Fault {
  /** True to let the request take effect first, so that only its answer is lost. */
  applied?: boolean;
  /** Status of the answer (default 500). */
  status?: number;
  headers?: Readonly<Record<string, string>>;
  /** JSON body. */
  body?: unknown;
  /** Bytes to send as they are, instead of `body`. */
  raw?: string;
  /** How the exchange ends: in order, never (nothing or only `raw` is sent), or with the socket destroyed. */
  end?: 'normal' | 'hang' | 'destroy';
}

/** Reachable from code only, never by HTTP. */
export interface Faults {
  respond?(request: FaultRequest): Fault | undefined | Promise<Fault | undefined>;
}

/** Sends the fault; returns the status that went out, null where none did. */
export function writeFault(response: ServerResponse, fault: Fault): number | null {
  const { status = 500, headers = {}, body, raw, end = 'normal' } = fault;
  if (raw !== undefined) {
    response.writeHead(status, headers);
    if (end === 'normal') response.end(raw);
    else response.write(raw, () => end === 'destroy' && response.destroy());
    return status;
  }
  if (end === 'normal') {
    writeAnswer(response, { status, headers, body });
    return status;
  }
  if (end === 'destroy') response.destroy();
  return null;
}
