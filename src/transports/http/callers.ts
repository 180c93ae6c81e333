import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Caller, Role } from '../../mcp/calls/caller.js';
import { type Refusal, refusal } from './refusal.js';

/** A secret that lets a caller in, by its digest: the secret itself is not kept. */
export interface CallerToken {
  /** SHA-256 of the secret. */
  digest: Buffer;
  name: string;
  role: Role;
}

export type Auth =
  | { kind: 'none' }
  /** Read anew for each request, so that tokens can change without a restart. */
  | { kind: 'token'; tokens: () => readonly CallerToken[] }
  | { kind: 'per-user'; keyProblem: (key: string) => string | null };

export type Authenticated = { caller: Caller } | { refused: Refusal };

/** The one user of a server that listens on this machine only. */
const LOCAL: Caller = { id: 'local', name: 'local', role: 'live' };

/** Who sends a request, by its `Authorization` header. */
export function authenticate(header: string | undefined, auth: Auth): Authenticated {
  if (auth.kind === 'none') return { caller: LOCAL };
  const secret = /^Bearer +(\S+)$/i.exec(header ?? '')?.[1];
  if (secret === undefined) return { refused: unauthorized('a bearer token is needed') };
  return auth.kind === 'token' ? byToken(secret, auth.tokens()) : byKey(secret, auth);
}

/** A stream keeps its request for as long as it is open, and the request its headers; nobody needs the secret any more. */
export function forgetSecret({ headers, rawHeaders }: IncomingMessage): void {
  delete headers.authorization;
  rawHeaders.forEach((name, at) => {
    if (at % 2 === 0 && name.toLowerCase() === 'authorization') rawHeaders[at + 1] = '';
  });
}

export function digestOf(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}

/** Compares with every token, so that the time tells nothing. */
function byToken(secret: string, tokens: readonly CallerToken[]): Authenticated {
  const given = digestOf(secret);
  const [found] = tokens.filter(({ digest }) => timingSafeEqual(digest, given));
  if (!found) return { refused: unauthorized('the bearer token is not valid here', 'invalid_token') };
  const { name, role, digest } = found;
  // A token whose role or name is changed is another caller: what it opened or previewed before is no longer its own.
  const id = digestOf(`${digest.toString('hex')} ${name} ${role}`)
    .toString('hex')
    .slice(0, 16);
  return { caller: { id: `token:${id}`, name, role } };
}

function byKey(key: string, { keyProblem }: Extract<Auth, { kind: 'per-user' }>): Authenticated {
  const problem = keyProblem(key);
  if (problem !== null) return { refused: unauthorized(problem, 'invalid_token') };
  const id = `key:${digestOf(key).toString('hex').slice(0, 16)}`;
  return { caller: { id, name: id, role: 'live', key } };
}

function unauthorized(why: string, error?: string): Refusal {
  const challenge = `Bearer realm="posthog-experiments-mcp"${error === undefined ? '' : `, error="${error}"`}`;
  return refusal(401, `Unauthorized: ${why}.`, { 'www-authenticate': challenge });
}

/** What PostHog says of a caller's key; `unsure` where it could not be asked. */
export type Standing = 'known' | 'unknown' | 'unsure';
/** Keys that PostHog is asked about at once, far below the requests that can be in work. */
const MAX_ASKED = 32;

/**
 * Lets callers open what stays open. Any text that looks like a key gets a caller past the guards, so that nobody could
 * open a session any more once a stranger had opened all of them with keys of their own invention.
 */
export function createVouching(standing: ((caller: Caller, signal: AbortSignal) => Promise<Standing>) | undefined) {
  let asked = 0;
  return async (caller: Caller, res: ServerResponse): Promise<Refusal | null> => {
    if (!standing) return null;
    if (asked >= MAX_ASKED)
      return refusal(429, 'Too many sessions are being opened; try again.', { 'retry-after': '1' });
    const gone = new AbortController();
    res.once('close', () => gone.abort());
    asked += 1;
    try {
      const found = await standing(caller, gone.signal);
      if (found === 'known') return null;
      if (found === 'unknown') return unauthorized('PostHog does not know this key', 'invalid_token');
      return refusal(503, 'PostHog cannot be asked about this key; try again later.', { 'retry-after': '15' });
    } finally {
      asked -= 1;
    }
  };
}

/** A caller whose role does not reach to a call. */
export function outOfScope({ name }: Caller, needed: Role): Refusal {
  const challenge = `Bearer realm="posthog-experiments-mcp", error="insufficient_scope", scope="${needed}"`;
  const message = `Forbidden: ${name} may not make this call; it needs a token with the role ${needed}.`;
  return refusal(403, message, { 'www-authenticate': challenge });
}
