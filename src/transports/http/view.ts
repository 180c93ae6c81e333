import type { IncomingHttpHeaders } from 'node:http';
import type { AuthInfo } from '@modelcontextprotocol/server';
import { z } from 'zod';
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

/** What a request of a session is served: as much as it asks for of what the session was opened for. */
export function narrowed(opened: View, { caller, readOnly, toolsets }: View): View {
  return {
    caller,
    readOnly: opened.readOnly || readOnly,
    toolsets: isWhole(toolsets) ? opened.toolsets : common(toolsets, opened.toolsets),
  };
}

function common(some: readonly string[], others: View['toolsets']): readonly string[] {
  return isWhole(others) ? some : some.filter((name) => others.includes(name));
}

function isWhole(toolsets: View['toolsets']): toolsets is undefined {
  return toolsets?.includes('all') ?? true;
}

/** What outlives a request knows its caller by the digest alone. */
export function withoutKey(view: View): View {
  const { key: _, ...caller } = view.caller;
  return { ...view, caller };
}

/** The SDK hands this on to the handler of each message, and looks at nothing in it. */
export function authOf(view: View): AuthInfo {
  return { token: '', clientId: view.caller.id, scopes: [], extra: { view } };
}

const isView = z.custom<View>((value) => typeof value === 'object' && value !== null && 'caller' in value);

export function viewIn(auth: AuthInfo | undefined): View {
  return isView.parse(auth?.extra?.view);
}

function namesIn(text: string): string[] {
  return text.split(',').map((name) => name.trim());
}

function refused(message: string): { refused: Refusal } {
  return { refused: { status: 400, code: INVALID_REQUEST, message: `Invalid request: ${message}` } };
}
