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
  /\bph[xasr]_(?=[A-Za-z0-9_-]*\d)[A-Za-z0-9_-]{20,}/g,
  /\bph[xasr]_[A-Za-z0-9]*\*{2,}[A-Za-z0-9*]*/g,
  /\b(?<=bearer\s+)(?=\S*[\d_])[A-Za-z0-9._~+/=-]{16,}/gi,
];

/** Shorter values are too likely to be a part of an ordinary word. */
const MIN_SECRET_LENGTH = 8;

/**
 * Redacts by value (as it is, URL-encoded, and in base64 or base64url wherever it starts within the encoded bytes) and
 * by shape. Redaction by name needs fields, so the log does that.
 */
export function createRedactor(secrets: readonly string[]): Redact {
  const forms = [...new Set(secrets.filter((secret) => secret.length >= MIN_SECRET_LENGTH).flatMap(formsOf))];
  return (text) => {
    const byValue = forms.reduce((current, form) => current.replaceAll(form, REDACTED), text);
    return SECRET_SHAPES.reduce((current, shape) => current.replace(shape, REDACTED), byValue);
  };
}

function formsOf(secret: string): string[] {
  const encoded = [0, 1, 2].flatMap((offset) => {
    const bytes = Buffer.concat([Buffer.alloc(offset), Buffer.from(secret)]);
    // Only the digits that depend on the secret alone, not on its neighbours.
    const [from, to] = [Math.ceil((offset * 8) / 6), Math.floor((bytes.length * 8) / 6)];
    return [bytes.toString('base64').slice(from, to), bytes.toString('base64url').slice(from, to)];
  });
  return [secret, encodeURIComponent(secret), ...encoded];
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
      write(`${redact(line)}\n`);
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
