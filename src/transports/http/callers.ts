import { createHash, timingSafeEqual } from 'node:crypto';
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

/** A caller whose role does not reach to a call. */
export function outOfScope({ name }: Caller, needed: Role): Refusal {
  const challenge = `Bearer realm="posthog-experiments-mcp", error="insufficient_scope", scope="${needed}"`;
  const message = `Forbidden: ${name} may not make this call; it needs a token with the role ${needed}.`;
  return refusal(403, message, { 'www-authenticate': challenge });
}
