import { type Refusal, refusal } from './refusal.js';

/** Names by which a browser reaches this machine and nothing else. */
const LOOPBACK: readonly string[] = ['localhost', '127.0.0.1', '[::1]'];
const WILDCARDS: readonly string[] = ['0.0.0.0', '::', '[::]'];

export interface AllowedNames {
  /** Lower-case host names without ports. */
  hosts: ReadonlySet<string>;
  /** Host names, or whole origins. */
  origins: ReadonlySet<string>;
}

export function isLoopback(bind: string): boolean {
  return LOOPBACK.includes(bracketed(bind).toLowerCase());
}

function bracketed(bind: string): string {
  return bind.includes(':') && !bind.startsWith('[') ? `[${bind}]` : bind;
}

/** Loopback names, the address that is bound, and what the operator allows. */
export function allowedNames(bind: string, hosts: readonly string[], origins: readonly string[]): AllowedNames {
  const own = WILDCARDS.includes(bind) ? [] : [bracketed(bind)];
  const lower = (names: readonly string[]) => names.map((name) => name.toLowerCase());
  return {
    hosts: new Set(lower([...LOOPBACK, ...own, ...hosts])),
    origins: new Set(lower([...LOOPBACK, ...own, ...hosts, ...origins])),
  };
}

/** An address that names a host and nothing more; null for all others. */
function plainUrl(text: string): URL | null {
  if (!URL.canParse(text)) return null;
  const url = new URL(text);
  const { username, password, pathname, search, hash } = url;
  return username + password + search + hash === '' && pathname === '/' ? url : null;
}

/**
 * Host and Origin by their parsed names, before anything else: a page of another site that a browser was led to send
 * here (DNS rebinding, CSRF) carries a foreign one. A missing Origin is no browser's.
 */
export function foreignRefusal(
  { host, origin }: { host?: string | undefined; origin?: string | undefined },
  allowed: AllowedNames,
): Refusal | null {
  const name = host ? plainUrl(`http://${host}/`)?.hostname : undefined;
  if (name === undefined || !allowed.hosts.has(name)) {
    return refusal(403, 'Forbidden: this Host is not served here; the operator can allow it with --allow-host.');
  }
  if (origin === undefined) return null;
  const url = plainUrl(origin);
  const isAllowed = url !== null && (allowed.origins.has(url.hostname) || allowed.origins.has(url.origin));
  if (isAllowed) return null;
  return refusal(403, 'Forbidden: this Origin is not served here; the operator can allow it with --allow-origin.');
}
