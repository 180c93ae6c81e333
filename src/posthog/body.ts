import type { Dispatcher } from 'undici';
import type { Redact } from '../log.js';
import { quoted } from '../schema/quote.js';
import { tooDeep } from './depth.js';

export type Headers = Dispatcher.ResponseData['headers'];
type Body = Dispatcher.ResponseData['body'];

/** Longest piece of an unreadable body that an error shows, in characters. */
const EXCERPT_LENGTH = 200;
/** Longest header that an error shows, in characters. */
const HEADER_LENGTH = 60;
/** How much of a page is searched for words, in characters. */
const EXCERPT_SOURCE_LENGTH = 10_000;

/** A body that came whole and is not the JSON it should be. `problem` completes "PostHog's answer …". */
export class UnreadableBody extends Error {
  override readonly name = 'UnreadableBody';
  readonly problem: string;
  /** Start of the body as raw text; empty where it is not text. Not redacted yet. */
  readonly text: string;

  constructor(problem: string, text = '') {
    super(problem);
    this.problem = problem;
    this.text = text;
  }
}

/**
 * Reads and decodes the JSON body of a success; undefined for an empty one. The pool bounds its size and its silences.
 * `redact` is for headers that an error shows: they are cut, and a cut secret would not be recognised any more.
 * @throws UnreadableBody, or undici's error where the connection, a limit or the signal ended it.
 */
export async function readJson(body: Body, headers: Headers, redact: Redact): Promise<unknown> {
  const shown = (header: string) => quoted(excerpt(redact(header), HEADER_LENGTH));
  const bytes = await body.bytes();
  if (bytes.length === 0) return undefined;
  // Decompression is not asked for, so that the size limit counts what is really held in memory.
  const encoding = headerOf(headers, 'content-encoding') ?? 'identity';
  if (encoding !== 'identity') throw new UnreadableBody(`is compressed (${shown(encoding)}), which was not asked for`);
  const text = decode(bytes);
  if (text === null) throw new UnreadableBody('is not valid UTF-8');
  const type = headerOf(headers, 'content-type') ?? 'application/json';
  if (!/[/+]json\b/i.test(type)) throw new UnreadableBody(`is ${shown(type)} where JSON was due`, text);
  const json = parsed(text);
  const deep = tooDeep(json);
  if (deep !== null) throw new UnreadableBody(`does not fit at ${deep}`);
  return json;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new UnreadableBody('is cut short or is not valid JSON', text);
  }
}

/** Reads at most `limit` bytes of an error's body. Never throws: the status says enough when the body cannot be had. */
export async function readErrorText(body: Body, limit: number): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of body) {
      const bytes = Buffer.from(chunk);
      chunks.push(bytes);
      size += bytes.length;
      if (size >= limit) break; // Leaving the loop destroys the body and with it the socket.
    }
  } catch {
    // What came so far has to do.
  }
  return Buffer.concat(chunks).subarray(0, limit).toString('utf8');
}

/** The start of foreign text for an error: one line, no tags. Secrets have to be gone from it before it is cut. */
export function excerpt(text: string, length = EXCERPT_LENGTH): string {
  const plain = text
    .slice(0, EXCERPT_SOURCE_LENGTH)
    .replace(/<(script|style)\b.*?<\/\1>/gis, ' ')
    .replace(/<[^>]*>/g, ' ')
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim();
  return plain.length > length ? `${plain.slice(0, length - 1)}…` : plain;
}

/** The first value of a header, whose name is in lower case. */
export function headerOf(headers: Headers, name: string): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? value[0] : value;
}

function decode(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}
