import type { IncomingMessage } from 'node:http';
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

/**
 * A name or an address and a port, as browsers and clients send it. An address parser would first repair what it reads:
 * it drops `/..`, tabs and user names, and makes `127.1` and `%31` into something that is allowed.
 */
const AUTHORITY = /^(\[[0-9a-f:.]+\]|[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?)(?::([1-9]\d{0,4}))?$/;
const MAX_PORT = 65_535;

function nameIn(authority: string): string | undefined {
  const [, name, port = '1'] = AUTHORITY.exec(authority) ?? [];
  return Number(port) <= MAX_PORT ? name : undefined;
}

/** All values of a header; `headers` has one of them, or joins them. */
function valuesOf({ rawHeaders }: Pick<IncomingMessage, 'rawHeaders'>, header: string): string[] {
  return rawHeaders.filter((_, at) => at % 2 === 1 && rawHeaders[at - 1]?.toLowerCase() === header);
}

/**
 * Host and Origin by their names, before anything else: a page of another site that a browser was led to send here (DNS
 * rebinding, CSRF) carries a foreign one. A missing Origin is no browser's.
 */
export function foreignRefusal(req: Pick<IncomingMessage, 'rawHeaders'>, allowed: AllowedNames): Refusal | null {
  const [host, ...otherHosts] = valuesOf(req, 'host');
  const name = nameIn(host?.toLowerCase() ?? '');
  if (name === undefined || otherHosts.length > 0 || !allowed.hosts.has(name)) {
    return refusal(403, 'Forbidden: this Host is not served here; the operator can allow it with --allow-host.');
  }
  const [origin, ...otherOrigins] = valuesOf(req, 'origin');
  if (origin === undefined) return null;
  const site = nameIn(/^https?:\/\/(.*)$/.exec(origin)?.[1] ?? '');
  const isAllowed = site !== undefined && (allowed.origins.has(site) || allowed.origins.has(origin));
  if (isAllowed && otherOrigins.length === 0) return null;
  return refusal(403, 'Forbidden: this Origin is not served here; the operator can allow it with --allow-origin.');
}
