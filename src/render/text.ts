import { chanceText, pText } from './digits.js';
import { type Table, tableLines } from './table.js';

/**
 * The text twin of a JSON answer: everything the JSON says, in fewer characters, one fact a line. A string that could be
 * taken for structure is quoted as JSON, so that no name can add a line, a cell or a key of its own. Of a probability next
 * to 0 or 1 the text says only that; the JSON has its digits.
 */

type Scalar = string | number | boolean | null;
type JsonObject = Readonly<Record<string, unknown>>;

const PLAIN_KEY = /^[\w$.-]+$/;
const NEEDS_QUOTES = /^$|^\s|\s$|[\p{Cc}\u2028\u2029|,[\]{}"\\]|:\s|:$|^[-#>?&*!%@'`=~(]/u;
const LOOKS_TYPED = /^(?:true|false|null|none|[-+.\d][\d.eE+_-]*)$/i;
/** What is copied as it is shown, so it is never quoted. */
const TOKEN = /^[\w.~-]+$/;
/** Members that hold p-values, or lists of them. */
const P_VALUE = /^(?:\w+_)?p_values?$/;
const CHANCE = /^chances?_to_be_better$/;
const CONTROLS = /[\p{Cc}\u2028\u2029]/gu;

/** @param value what `structuredContent` holds: plain JSON; `undefined` members are left out as JSON does. */
export function renderText(value: JsonObject): string {
  return objectLines(value, '').join('\n');
}

function objectLines(value: JsonObject, indent: string): string[] {
  return Object.entries(value).flatMap(([key, member]) => {
    const label = `${indent}${PLAIN_KEY.test(key) ? key : quote(key)}`;
    return memberLines(label, member, { key, indent });
  });
}

interface Place {
  key: string;
  indent: string;
}

function memberLines(label: string, member: unknown, { key, indent }: Place): string[] {
  if (member === undefined) return [];
  if (isScalar(member)) return [`${label}: ${scalar(member, key)}`];
  if (Array.isArray(member)) return arrayLines(label, member, { key, indent });
  if (!isObject(member)) return [];
  if (Object.keys(member).length === 0) return [`${label}: {}`];
  return [`${label}:`, ...objectLines(member, `${indent}  `)];
}

function arrayLines(label: string, items: readonly unknown[], { key, indent }: Place): string[] {
  if (items.every(isScalar)) return [`${label}: ${inlineList(items, key)}`];
  const rows = items.filter(isFlatObject);
  if (rows.length === items.length && rows.length > 1)
    return tableLines(`${label}: (${rows.length})`, tableOf(rows), indent);
  return [`${label}: (${items.length})`, ...items.flatMap((item) => itemLines(item, indent))];
}

function itemLines(item: unknown, indent: string): string[] {
  if (!isObject(item)) return memberLines(`${indent}- item`, item, { key: 'item', indent: `${indent}  ` });
  const [first = '', ...rest] = objectLines(item, `${indent}  `);
  return [`${indent}- ${first.trimStart() || '{}'}`, ...rest];
}

function tableOf(rows: readonly JsonObject[]): Table {
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  return {
    head: columns.map((column) => (PLAIN_KEY.test(column) ? column : quote(column))),
    rows: rows.map((row) => columns.map((column) => cell(row[column], column))),
    numeric: columns.map((column) => rows.every((row) => ['number', 'undefined'].includes(typeof row[column]))),
  };
}

function cell(value: unknown, key: string): string {
  if (isScalar(value)) return scalar(value, key);
  return Array.isArray(value) ? inlineList(value.filter(isScalar), key) : '';
}

function inlineList(items: readonly Scalar[], key: string): string {
  return `[${items.map((item) => scalar(item, key)).join(', ')}]`;
}

function scalar(value: Scalar, key: string): string {
  if (typeof value === 'number' && P_VALUE.test(key)) return pText(value);
  if (typeof value === 'number' && CHANCE.test(key)) return chanceText(value);
  if (typeof value !== 'string' || (key === 'confirmation_token' && TOKEN.test(value))) return String(value);
  return NEEDS_QUOTES.test(value) || LOOKS_TYPED.test(value) ? quote(value) : value;
}

/** JSON.stringify leaves C1 controls and the Unicode line separators as they are. */
function quote(text: string): string {
  return JSON.stringify(text).replace(CONTROLS, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

function isScalar(value: unknown): value is Scalar {
  return value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}

function isObject(value: unknown): value is JsonObject {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

/** An object that fits one table row. */
function isFlatObject(value: unknown): value is JsonObject {
  return (
    isObject(value) &&
    Object.values(value).every(
      (member) => member === undefined || isScalar(member) || (Array.isArray(member) && member.every(isScalar)),
    )
  );
}
