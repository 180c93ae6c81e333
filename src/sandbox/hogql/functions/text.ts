import { regex, remembering } from '../operators.js';
import { arrayOf, nullable, STRING, UINT8, UINT64, type Value } from '../types.js';
import { type Build, clocked, plain } from './build.js';

const characters = (text: string) => [...text];
const escaped = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
/** ClickHouse writes a group of a pattern as `\1`. */
const replacement = (text: string) =>
  text
    .replace(/\$/g, '$$$$')
    .replace(/\\(\d)/g, '$$$1')
    .replace(/\$0/g, '$$&');

function substring(text: string, from: number, length = Number.POSITIVE_INFINITY): string {
  const all = characters(text);
  const start = from > 0 ? from - 1 : Math.max(all.length + from, 0);
  return from === 0 ? '' : all.slice(start, length < 0 ? length : start + length).join('');
}

/** Functions of a pattern, which is compiled once where all rows have the same. */
const patterned = (flags: string, run: (text: string, pattern: RegExp, ...more: string[]) => Value) => () => {
  const compiled = remembering((source) => regex(source, flags));
  return (text: string, source: string, ...more: string[]) => run(text, compiled(source), ...more);
};

const position = (text: string, part: string, from = 1) =>
  characters(text.slice(0, text.indexOf(part, from - 1))).length + 1;

export const TEXT: Readonly<Record<string, Build>> = {
  lower: plain('t', STRING, (text: string) => text.toLowerCase()),
  upper: plain('t', STRING, (text: string) => text.toUpperCase()),
  length: plain('x', UINT64, (value: string | readonly Value[]) =>
    typeof value === 'string' ? Buffer.byteLength(value) : value.length,
  ),
  lengthUTF8: plain('t', UINT64, (text: string) => characters(text).length),
  substring: plain('tn?n', STRING, substring),
  left: plain('tn', STRING, (text: string, count: number) => substring(text, 1, count)),
  right: plain('tn', STRING, (text: string, count: number) => characters(text).slice(-count).join('')),
  trim: plain('t', STRING, (text: string) => text.replace(/^ +| +$/g, '')),
  trimLeft: plain('t', STRING, (text: string) => text.replace(/^ +/, '')),
  trimRight: plain('t', STRING, (text: string) => text.replace(/ +$/, '')),
  reverse: plain(
    'x',
    ([type = STRING]) => type,
    (value: string | readonly Value[]) =>
      typeof value === 'string' ? characters(value).reverse().join('') : [...value].reverse(),
  ),
  startsWith: plain('tt', UINT8, (text: string, part: string) => Number(text.startsWith(part))),
  endsWith: plain('tt', UINT8, (text: string, part: string) => Number(text.endsWith(part))),
  position: plain('tt?n', UINT64, (text: string, part: string, from?: number) =>
    text.includes(part, (from ?? 1) - 1) ? position(text, part, from) : 0,
  ),
  positionCaseInsensitive: plain('tt', UINT64, (text: string, part: string) =>
    text.toLowerCase().includes(part.toLowerCase()) ? position(text.toLowerCase(), part.toLowerCase()) : 0,
  ),
  match: clocked(
    'tt',
    UINT8,
    patterned('', (text, pattern) => Number(pattern.test(text))),
  ),
  extract: clocked(
    'tt',
    STRING,
    patterned('', (text, pattern) => {
      const found = pattern.exec(text);
      return found?.[1] ?? found?.[0] ?? '';
    }),
  ),
  replaceRegexpAll: clocked(
    'ttt',
    STRING,
    patterned('g', (text, pattern, to = '') => text.replace(pattern, replacement(to))),
  ),
  replaceRegexpOne: clocked(
    'ttt',
    STRING,
    patterned('', (text, pattern, to = '') => text.replace(pattern, replacement(to))),
  ),
  replaceAll: plain('ttt', STRING, (text: string, from: string, to: string) => text.replaceAll(from, () => to)),
  replace: plain('ttt', STRING, (text: string, from: string, to: string) => text.replaceAll(from, () => to)),
  replaceOne: plain('ttt', STRING, (text: string, from: string, to: string) => text.replace(from, () => to)),
  splitByChar: plain('tt', arrayOf(STRING), (separator: string, text: string) => text.split(separator)),
  splitByString: plain('tt', arrayOf(STRING), (separator: string, text: string) => text.split(separator)),
  domain: plain('t', STRING, (text: string) => /^(?:\w+:)?\/\/(?:[^/@]*@)?([^/:?#]+)/.exec(text)?.[1] ?? ''),
  path: plain('t', STRING, (text: string) => /^\w+:\/\/[^/?#]*(\/[^?#]*)/.exec(text)?.[1] ?? ''),
  extractURLParameter: plain(
    'tt',
    STRING,
    (url: string, name: string) => new RegExp(`[?&]${escaped(name)}=([^&#]*)`).exec(url)?.[1] ?? '',
  ),
  arrayStringConcat: plain('a?t', STRING, (items: readonly Value[], separator = '') =>
    items.filter((item) => item !== null).join(separator),
  ),
};

/** The value below a JSON text, keys being names or places that count from 1. */
function below(json: string, path: readonly (string | number)[]): unknown {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    return undefined;
  }
  for (const key of path) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = (value as Record<string | number, unknown>)[typeof key === 'number' ? key - 1 : key];
  }
  return value;
}

const json = (type: typeof STRING, read: (value: unknown) => Value) =>
  plain('tx*', type, (text: string, ...path: (string | number)[]) => read(below(text, path)));

export const JSON_TEXT: Readonly<Record<string, Build>> = {
  JSONExtractString: json(STRING, (value) => (typeof value === 'string' ? value : '')),
  JSONExtractInt: json({ ...UINT64, name: 'Int64' }, (value) => (typeof value === 'number' ? Math.trunc(value) : 0)),
  JSONExtractFloat: json({ ...UINT64, name: 'Float64' }, (value) => (typeof value === 'number' ? value : 0)),
  JSONExtractBool: json({ ...UINT8, name: 'Bool' }, (value) => Number(value === true)),
  JSONExtractRaw: json(STRING, (value) => (value === undefined ? '' : JSON.stringify(value))),
  JSONHas: json(UINT8, (value) => Number(value !== undefined)),
  JSONLength: json(UINT64, (value) => (typeof value === 'object' && value !== null ? Object.keys(value).length : 0)),
  JSONExtractArrayRaw: json(arrayOf(nullable(STRING, false)), (value) =>
    Array.isArray(value) ? value.map((item) => JSON.stringify(item)) : [],
  ),
};
