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
  const select = remembered((text) => parser.parseSelect(text, true));
  const expression = remembered((text) => parser.parseExpr(text, true));
  return {
    query: (text) => read(select(text)) as QueryNode,
    expression: (text) => read(expression(text)) as Node,
  };
}

/** So many texts are kept parsed: programs ask the same queries again and again, with other values. */
const MAX_REMEMBERED = 100;

/** Parsing takes a tenth of a second for a long query, which is more than most answers do. */
function remembered(parse: (text: string) => string): (text: string) => string {
  const known = new Map<string, string>();
  return (text) => {
    const json = known.get(text) ?? parse(text);
    known.delete(text);
    known.set(text, json);
    const [oldest] = known.keys();
    if (known.size > MAX_REMEMBERED && oldest !== undefined) known.delete(oldest);
    return json;
  };
}

function read(json: string): unknown {
  const parsed = JSON.parse(json) as { error?: boolean; message?: string };
  if (parsed.error) throw new HogQLError(parsed.message ?? 'Syntax error');
  return parsed;
}
