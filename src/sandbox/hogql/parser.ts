import type { HogQLParser } from '@posthog/hogql-parser';
import type { Node, QueryNode } from './ast.js';
import { HogQLError } from './errors.js';

export interface Parser {
  query(text: string): QueryNode;
  expression(text: string): Node;
}

let loading: Promise<Parser> | undefined;

/** Takes its time and a megabyte, so nothing before the first query asks for it. */
export function loadParser(): Promise<Parser> {
  loading ??= load();
  return loading;
}

async function load(): Promise<Parser> {
  const { default: create } = await import('@posthog/hogql-parser');
  const parser: HogQLParser = await create();
  return {
    query: (text) => read(parser.parseSelect(text, true)) as QueryNode,
    expression: (text) => read(parser.parseExpr(text, true)) as Node,
  };
}

function read(json: string): unknown {
  const parsed = JSON.parse(json) as { error?: boolean; message?: string };
  if (parsed.error) throw new HogQLError(parsed.message ?? 'Syntax error');
  return parsed;
}
