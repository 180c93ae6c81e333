import type { IncomingHttpHeaders } from 'node:http';
import type { Caller } from '../../mcp/calls/caller.js';
import { INVALID_REQUEST, type Refusal } from './refusal.js';

/** What a request is served: who asks, and what of the configured tools they want to see. Headers can only narrow. */
export interface View {
  caller: Caller;
  /** Whether the request asks for reads only. */
  readOnly: boolean;
  /** Undefined where the request does not say. Names of no toolset stand for no tools. */
  toolsets: readonly string[] | undefined;
}

const YES: readonly string[] = ['1', 'true'];
const NO: readonly string[] = ['0', 'false', ''];

export function viewOf(caller: Caller, headers: IncomingHttpHeaders): { view: View } | { refused: Refusal } {
  const readOnly = String(headers['x-mcp-read-only'] ?? '').toLowerCase();
  if (![...YES, ...NO].includes(readOnly)) return refused('X-MCP-Read-Only must be 1, true, 0 or false.');
  const named = headers['x-mcp-toolsets'];
  const toolsets = named === undefined ? undefined : namesIn(String(named));
  if (toolsets?.some((name) => !/^[a-z-]{1,40}$/.test(name)))
    return refused('X-MCP-Toolsets must be names of toolsets, separated by commas.');
  return { view: { caller, readOnly: YES.includes(readOnly), toolsets } };
}

function namesIn(text: string): string[] {
  return text.split(',').map((name) => name.trim());
}

function refused(message: string): { refused: Refusal } {
  return { refused: { status: 400, code: INVALID_REQUEST, message: `Invalid request: ${message}` } };
}
