/** PostHog builds many texts with Python's `repr`; these render JSON values the way it does. */

/** Nesting that is written out; deeper values become `...`, so that no input can exhaust the stack. */
const MAX_REPR_DEPTH = 20;

/** A Python tuple, which JSON has no word for (the `loc` of a schema error). */
export class PyTuple {
  constructor(readonly items: readonly unknown[]) {}
}

/** Name of the Python type that Django sees for a JSON value. */
export function pyType(value: unknown): string {
  if (value === null || value === undefined) return 'NoneType';
  if (Array.isArray(value)) return 'list';
  if (typeof value === 'boolean') return 'bool';
  if (typeof value === 'number') return Number.isInteger(value) ? 'int' : 'float';
  return typeof value === 'string' ? 'str' : 'dict';
}

const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' };

function escapeCharacter(character: string): string {
  const named = ESCAPES[character];
  if (named !== undefined) return named;
  const code = character.codePointAt(0) ?? 0;
  if (code <= 0xff) return `\\x${code.toString(16).padStart(2, '0')}`;
  if (code <= 0xffff) return `\\u${code.toString(16).padStart(4, '0')}`;
  return `\\U${code.toString(16).padStart(8, '0')}`;
}

function reprString(value: string): string {
  const quote = value.includes("'") && !value.includes('"') ? '"' : "'";
  const body = value.replace(/\\|(?! )[\p{C}\p{Z}]/gu, escapeCharacter);
  return quote + (quote === "'" ? body.replaceAll("'", "\\'") : body) + quote;
}

function reprTuple(items: readonly unknown[], depth: number): string {
  const parts = items.map((item) => reprAt(item, depth));
  return parts.length === 1 ? `(${parts[0]},)` : `(${parts.join(', ')})`;
}

function reprAt(value: unknown, depth: number): string {
  if (depth > MAX_REPR_DEPTH) return '...';
  if (value === null || value === undefined) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (typeof value === 'string') return reprString(value);
  if (typeof value !== 'object') return String(value);
  if (value instanceof PyTuple) return reprTuple(value.items, depth + 1);
  if (Array.isArray(value)) return `[${value.map((item) => reprAt(item, depth + 1)).join(', ')}]`;
  const entries = Object.entries(value).map(([key, item]) => `${reprString(key)}: ${reprAt(item, depth + 1)}`);
  return `{${entries.join(', ')}}`;
}

/** Python's `repr(value)` of a JSON value. */
export function pyRepr(value: unknown): string {
  return reprAt(value, 0);
}

/** Python's `str(value)` of a JSON value: a string is itself. */
export function pyStr(value: unknown): string {
  return typeof value === 'string' ? value : pyRepr(value);
}

function isSpace(character: string): boolean {
  return /\p{White_Space}/u.test(character) || (character >= '\x1c' && character <= '\x1f');
}

/** Python's `str.strip()`, which knows other white space than JavaScript's `trim`. */
export function pyStrip(text: string): string {
  let [from, to] = [0, text.length];
  while (from < to && isSpace(text.charAt(from))) from += 1;
  while (to > from && isSpace(text.charAt(to - 1))) to -= 1;
  return text.slice(from, to);
}
