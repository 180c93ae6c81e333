import { visibleJson } from './render/untrusted.js';

export const LOG_LEVELS = ['debug', 'info', 'warn', 'error', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

type Fields = Readonly<Record<string, unknown>>;
type Write = (message: string, fields?: Fields) => void;

export interface Log {
  debug: Write;
  info: Write;
  warn: Write;
  error: Write;
  /** The same log, which hides more: what is secret for a while only. */
  hiding(redact: Redact): Log;
}

/** Text in, the same text without secrets out. */
export type Redact = (text: string) => string;

const REDACTED = '[redacted]';

/** A field with one of these names is dropped whatever it holds. */
const SECRET_NAMES = /^(?:(?:proxy-)?authorization|(?:set-)?cookie|x-api-key|api_?key|personal_api_key)$/i;

/**
 * Keys of PostHog (personal, OAuth, refresh, secret) and bearer tokens. A digit and a length are demanded so that prose
 * stays whole: "phx_…", "phx_YOUR_KEY" and "bearer of news" are no secrets. Masked echoes ("phx_ab****yz") count.
 */
const SECRET_SHAPES: readonly RegExp[] = [
  /\bph[xasr]_(?=[A-Z0-9_-]*\d)[A-Z0-9_-]{20,}/gi,
  /\bph[xasr]_[A-Z0-9]*\*{2,}[A-Z0-9*]*/gi,
  /(?<=\bbearer(?:\s|%20|\+){1,4})(?=\S*[\d_])[A-Z0-9._~+/=-]{16,}/gi,
];

/** Shorter values are too likely to be a part of an ordinary word. */
const MIN_SECRET_LENGTH = 8;

/**
 * Redacts by value and by shape. By value means in either case, with any of its characters escaped (percent-encoding, JSON,
 * HTML), in hexadecimal, and in base64 wherever it starts within the encoded bytes. Redaction by name needs fields, so the
 * log does that.
 */
export function createRedactor(secrets: readonly string[]): Redact {
  const patterns = [...new Set(secrets)].filter(({ length }) => length >= MIN_SECRET_LENGTH).flatMap(patternsOf);
  return (text) => {
    // No form of a secret is shorter, and most texts are.
    if (text.length < MIN_SECRET_LENGTH) return text;
    const bare = [...patterns, ...SECRET_SHAPES].reduce((current, one) => current.replace(one, REDACTED), text);
    const plain = unescaped(bare);
    const isHidden = plain !== bare && patterns.some((one) => plain.search(one) >= 0);
    return isHidden ? patterns.reduce(withoutEscaped, bare) : bare;
  };
}

function patternsOf(secret: string): RegExp[] {
  const base64 = [0, 1, 2].map((offset) => {
    const bytes = Buffer.concat([Buffer.alloc(offset), Buffer.from(secret)]);
    // Only the digits that depend on the secret alone, not on its neighbours.
    const [from, to] = [Math.ceil((offset * 8) / 6), Math.floor((bytes.length * 8) / 6)];
    const digits = bytes.toString('base64').slice(from, to);
    return new RegExp(digits.replaceAll('+', '[+-]').replaceAll('/', '[/_]'), 'g');
  });
  const bytes = Buffer.from(secret);
  // Undone one by one, the percent-encoded bytes of a letter outside of ASCII are several characters.
  const others = [encodeURIComponent(secret), bytes.toString('hex'), bytes.toString('latin1')];
  return [...[secret, ...others].map((form) => new RegExp(literally(form), 'gi')), ...base64];
}

function literally(text: string): string {
  return text.replace(/[\^$.*+?()[\]{}|/]/g, String.raw`\$&`);
}

/**
 * A character that is percent-encoded or escaped for JSON, a shell, Markdown or HTML, be it several times over; and the ends
 * of lines, into which mails break base64.
 */
const ESCAPED =
  /%(?:25){0,4}([0-9a-f]{2})|\\{1,8}(?:u([0-9a-f]{4})|x([0-9a-f]{2})|(?=[^\\]))|&(?:amp;){0,4}#(?:x0{0,6}([0-9a-f]{1,4})|0{0,6}(\d{1,5}));?|[\r\n]+/gi;

function unescaped(text: string): string {
  return text.replace(ESCAPED, meaning);
}

function meaning(_: string, ...[percent, json, shell, hex, decimal]: (string | undefined)[]): string {
  const digits = percent ?? json ?? shell ?? hex;
  if (digits !== undefined) return String.fromCharCode(Number.parseInt(digits, 16));
  return decimal === undefined ? '' : String.fromCharCode(Number(decimal));
}

/** The text without what the pattern finds once all escapes in it are undone; every other escape stays. */
function withoutEscaped(text: string, pattern: RegExp): string {
  const hits = [...unescaped(text).matchAll(pattern)];
  /** Where in the text each character of `plain` begins. */
  const begins: number[] = [];
  let end = 0;
  for (const found of text.matchAll(ESCAPED)) {
    while (end < found.index) begins.push(end++);
    const [whole, ...parts] = found;
    if (meaning(whole, ...parts) !== '') begins.push(found.index);
    end = found.index + whole.length;
  }
  while (end <= text.length) begins.push(end++);
  const at = (index: number) => begins[index] ?? text.length;
  const kept = [...hits, null].map((hit, index) => {
    const before = hits[index - 1];
    return text.slice(before ? at(before.index + before[0].length) : 0, hit ? at(hit.index) : text.length);
  });
  return kept.join(REDACTED);
}

export interface LogOptions {
  level: LogLevel;
  redact: Redact;
  /** Takes one line with its newline; stderr unless given. stdout belongs to the protocol. */
  write?: (line: string) => void;
  now?: () => Date;
}

/** A log of JSON lines: `{"time","level","message",…fields}`. It never throws, whatever the fields hold. */
export function createLog({ level, redact, write = toStderr, now = () => new Date() }: LogOptions): Log {
  const threshold = LOG_LEVELS.indexOf(level);
  const at = (name: LogLevel): Write => {
    if (LOG_LEVELS.indexOf(name) < threshold) return () => undefined;
    return (message, fields = {}) => {
      const line = serialize({ time: now().toISOString(), level: name, message, ...fields }, level === 'debug');
      write(`${visibleJson(redact(line))}\n`);
    };
  };
  return {
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    hiding: (more) => createLog({ level, redact: (text) => redact(more(text)), write, now }),
  };
}

function serialize(entry: Fields, withStacks: boolean): string {
  try {
    return JSON.stringify(entry, (name, value: unknown) => {
      if (SECRET_NAMES.test(name)) return REDACTED;
      if (typeof value === 'bigint') return String(value);
      return value instanceof Error ? describe(value, withStacks) : value;
    });
  } catch {
    // Circular, or a getter or toJSON that throws. Redaction by name cannot reach into such fields, so only names are told.
    const { time, level, message, ...fields } = entry;
    return JSON.stringify({ time, level, message, unwritable: Object.keys(fields) });
  }
}

function describe(error: Error, withStack: boolean): Fields {
  const { name, message, stack, cause } = error;
  return { name, message, ...(withStack && { stack }), ...(cause instanceof Error && { cause }) };
}

function toStderr(line: string): void {
  process.stderr.write(line);
}
