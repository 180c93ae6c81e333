import { plainOrQuoted } from '../schema/quote.js';
/**
 * What the text of an answer may have, and its JSON, each. Clients cut what is longer, and several keep the beginning only.
 * Measured in November 2026, for text, for JSON, or for both together: Gemini CLI at 40,000 characters, Codex at 10,000
 * tokens (about 40,000 characters), Claude Code at 50,000 characters, opencode at 51,200 bytes. Below that no bound of ours
 * helps, since an answer of common size is cut as well: Cline at 8,000 characters (the first and the last 4,000), Copilot
 * CLI at 20 KB, Qwen Code at 27 KB, each of both together. There it counts that `LEADING` comes first.
 */
export const MAX_ANSWER_CHARACTERS = 36_000;

/** How much there is, and how to get the rest, comes before what is long. */
const LEADING = ['status', 'total', 'next_offset', 'truncated', 'rest'];

const MAX_CUTS_NAMED = 20;
/** Tried in turn until the answer fits: longest string in characters, longest array in items. */
const CAPS = [
  { text: 20_000, items: 500 },
  { text: 4_000, items: 200 },
  { text: 1_000, items: 50 },
  { text: 200, items: 10 },
  { text: 80, items: 3 },
] as const;

/** Members that are sent back as they are: cut, they would confirm nothing and restore something else. */
const WHOLE: readonly string[] = ['confirmation_token', 'undo'];

type Json = Readonly<Record<string, unknown>>;

export interface BoundOptions {
  /** Offset that a list answer was asked with. */
  offset?: number;
  limit?: number;
}

/**
 * The answer, cut to `limit` characters where it is longer. A list loses items from its end and `next_offset` points at
 * the first one lost; anything else has its longest strings and arrays cut. A cut answer holds `truncated: true`.
 */
export function boundAnswer(answer: Json, options: BoundOptions = {}): Json {
  const limit = options.limit ?? MAX_ANSWER_CHARACTERS;
  if (sizeOf(answer) <= limit) return inOrder(answer);
  const { items } = answer;
  const shorter = Array.isArray(items) ? boundList(answer, items, { offset: options.offset ?? 0, limit }) : null;
  return inOrder(shorter ?? boundValues(answer, limit));
}

function inOrder(answer: Json): Json {
  const leading = LEADING.flatMap((name) => (answer[name] === undefined ? [] : [[name, answer[name]] as const]));
  return { ...Object.fromEntries(leading), ...membersWhere(answer, (name) => !LEADING.includes(name)) };
}

function boundList(answer: Json, items: readonly unknown[], at: { offset: number; limit: number }): Json | null {
  const withItems = (kept: number): Json => ({
    ...answer,
    items: items.slice(0, kept),
    next_offset: at.offset + kept,
    truncated: true,
    rest: `Only ${kept} of ${items.length} rows fit into one answer; call again with offset ${at.offset + kept}.`,
  });
  let low = 0;
  let high = items.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (sizeOf(withItems(middle)) <= at.limit) low = middle;
    else high = middle - 1;
  }
  return low === 0 ? null : withItems(low);
}

function membersWhere(answer: Json, holds: (name: string) => boolean): Json {
  return Object.fromEntries(Object.entries(answer).filter(([name]) => holds(name)));
}

function boundValues(answer: Json, limit: number): Json {
  const whole = membersWhere(answer, (name) => WHOLE.includes(name));
  const rest = membersWhere(answer, (name) => !WHOLE.includes(name));
  for (const cap of CAPS) {
    const cuts: string[] = [];
    const marked = { ...cutMembers(rest, '', { ...cap, cuts }), ...whole, truncated: true, ...restOf(cuts) };
    if (sizeOf(marked) <= limit) return marked;
  }
  return dropMembers(answer, limit);
}

interface Cutting {
  text: number;
  items: number;
  cuts: string[];
}

function cutMembers(value: Json, path: string, cutting: Cutting): Json {
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [
      key,
      cutValue(member, path === '' ? plainOrQuoted(key) : `${path}.${plainOrQuoted(key)}`, cutting),
    ]),
  );
}

function cutValue(value: unknown, path: string, cutting: Cutting): unknown {
  if (typeof value === 'string') {
    if (value.length <= cutting.text) return value;
    cutting.cuts.push(`${path}: first ${cutting.text} of ${value.length} characters`);
    return `${value.slice(0, cutting.text).replace(/[\uD800-\uDBFF]$/, '')}…`;
  }
  if (Array.isArray(value)) {
    if (value.length > cutting.items) cutting.cuts.push(`${path}: first ${cutting.items} of ${value.length} items`);
    return value.slice(0, cutting.items).map((item, index) => cutValue(item, `${path}[${index}]`, cutting));
  }
  return isJson(value) ? cutMembers(value, path, cutting) : value;
}

/** Last resort for answers made of very many small members: the largest go. */
function dropMembers(answer: Json, limit: number): Json {
  const bySize = Object.entries(answer).sort(([, a], [, b]) => sizeOf(a) - sizeOf(b));
  const marksOf = (kept: number): Json => ({
    truncated: true,
    ...restOf([
      `${bySize.length - kept} of ${bySize.length} fields left out`,
      ...bySize.slice(kept).flatMap(([name]) => (WHOLE.includes(name) ? [`${name}: left out`] : [])),
    ]),
  });
  let kept = 0;
  while (kept < bySize.length && sizeOf({ ...Object.fromEntries(bySize.slice(0, kept + 1)), ...marksOf(0) }) <= limit)
    kept++;
  return { ...Object.fromEntries(bySize.slice(0, kept)), ...marksOf(kept) };
}

function restOf(cuts: readonly string[]): Json {
  const more = cuts.length > MAX_CUTS_NAMED ? [`and ${cuts.length - MAX_CUTS_NAMED} more`] : [];
  return {
    cut: [...cuts.slice(0, MAX_CUTS_NAMED), ...more],
    rest: 'The answer was too long. Ask for detail "concise", for fewer rows, or for one item at a time.',
  };
}

function sizeOf(value: unknown): number {
  return JSON.stringify(value)?.length ?? 0;
}

function isJson(value: unknown): value is Json {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}
