import type { IncomingHttpHeaders } from 'node:http';
import { gunzipSync } from 'node:zlib';
import { MAX_BODY_BYTES } from '../http/http.js';
import { isObject } from '../store/json.js';
import type { ProjectRow } from '../store/model.js';
import type { Store } from '../store/store.js';

/** A request of an SDK, which asks another service of PostHog's than its API. */
export interface SdkRequest {
  method: string;
  query: URLSearchParams;
  headers: IncomingHttpHeaders;
  /** Parses the body. Throws a `Refusal`. */
  readBody: () => unknown;
  store: Store;
}

/** These services refuse in plain text. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly status: number;

  constructor(status: number, text: string) {
    super(text);
    this.status = status;
  }
}

const GZIP_MAGIC = Buffer.from([0x1f, 0x8b]);

function unzipped(bytes: Buffer): Buffer {
  try {
    return gunzipSync(bytes, { maxOutputLength: MAX_BODY_BYTES });
  } catch (error) {
    if (error instanceof RangeError) throw tooLarge();
    throw new Refusal(400, 'failed to decode request: invalid gzip data');
  }
}

function tooLarge(): Refusal {
  return new Refusal(413, 'request body too large');
}

/** Some SDKs send JSON in a form, as it is or as base64. */
function jsonText(text: string): string {
  const data = /^data=/.test(text) ? (new URLSearchParams(text).get('data') ?? '') : text;
  // A form turns the plus signs of base64 into spaces.
  return /^\s*[[{]/.test(data) ? data : Buffer.from(data.replaceAll(' ', '+'), 'base64').toString('utf8');
}

/**
 * The JSON of a body, which may be compressed or in a form, whatever its media type says; undefined for an empty one.
 * Throws a `Refusal`.
 */
export function parseSdkBody(bytes: Buffer | 'too_large'): unknown {
  if (bytes === 'too_large') throw tooLarge();
  if (bytes.length === 0) return undefined;
  // As PostHog does, by the data: proxies drop the header, and some SDKs name the compression in the query.
  const plain = bytes.subarray(0, GZIP_MAGIC.length).equals(GZIP_MAGIC) ? unzipped(bytes) : bytes;
  try {
    return JSON.parse(jsonText(plain.toString('utf8')));
  } catch (error) {
    const reason = error instanceof Error ? error.message : 'invalid';
    throw new Refusal(400, `failed to parse request: ${reason}`);
  }
}

export function objectOf(value: unknown): Record<string, unknown> {
  return isObject(value) ? value : {};
}

/** The project with this token. Throws a `Refusal` that tells where the right one is. */
export function projectOf(token: unknown, store: Store): ProjectRow {
  if (typeof token !== 'string' || token === '') {
    throw new Refusal(401, 'No API token provided. Please include a valid API token in your request.');
  }
  const project = [...store.projects.values()].find((row) => row.api_token === token);
  if (project) return project;
  throw new Refusal(
    401,
    `The provided API key is invalid or has expired. Please check your API key and try again. (The token of the sandbox's project is ${store.mainProject.api_token}.)`,
  );
}
