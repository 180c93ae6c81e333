import { ConfigError } from '../errors.js';
import { isLoopback } from './origin.js';

/** A proxy that requests go through by a CONNECT tunnel: it sees the name of the host, not the key. */
export interface ProxyServer {
  /** The variable that named it. */
  from: string;
  /** Without credentials. */
  origin: string;
  /** `user:password`. A function, so that nothing that prints the whole shows them. */
  credentials: (() => string) | null;
}

export interface Route {
  /** Null where requests go straight to the host. */
  proxy: ProxyServer | null;
  /** Why it is so, in words. */
  because: string;
}

type Env = Readonly<Record<string, string | undefined>>;

/** As curl and undici read them: the lower case first. PostHog is asked over https, so HTTP_PROXY only fills in. */
const PROXY_VARIABLES = ['https_proxy', 'HTTPS_PROXY', 'http_proxy', 'HTTP_PROXY'] as const;
const EXCEPTION_VARIABLES = ['no_proxy', 'NO_PROXY'] as const;

export const DIRECT: Route = { proxy: null, because: 'none; this machine is never asked through a proxy' };

/**
 * How requests to `origin` go, by the variables of the environment.
 * @throws ConfigError with one line where the proxy that would be used cannot be; never repeats its value
 */
export function routeTo(origin: string, env: Env): Route {
  const host = new URL(origin);
  // Another machine's loopback is not this one's, and a plain request would show the proxy the key.
  if (isLoopback(host.hostname)) return DIRECT;
  const proxy = firstOf(PROXY_VARIABLES, env);
  if (proxy === undefined) return { proxy: null, because: 'none; HTTPS_PROXY is not set' };
  const exceptions = firstOf(EXCEPTION_VARIABLES, env);
  if (exceptions !== undefined && isExcepted(host, exceptions.value))
    return { proxy: null, because: `none; ${exceptions.name} excepts ${host.hostname} from ${proxy.name}` };
  const found = parseProxy(proxy.name, proxy.value);
  return { proxy: found, because: `${found.origin}, by ${found.from}` };
}

/** What must not be shown of it: the credentials together and the password alone. */
export function secretsOf(proxy: ProxyServer | null): string[] {
  const credentials = proxy?.credentials?.() ?? '';
  return [credentials, credentials.slice(credentials.indexOf(':') + 1)];
}

/** An empty variable counts as unset. */
function firstOf(names: readonly string[], env: Env): { name: string; value: string } | undefined {
  return names.map((name) => ({ name, value: env[name]?.trim() ?? '' })).find(({ value }) => value !== '');
}

/** `*`, or names that stand for themselves and all below them, with a port or without. */
function isExcepted({ hostname, port }: URL, list: string): boolean {
  return list.split(/[,\s]+/).some((entry) => {
    if (entry === '*') return true;
    const [, name = '', onlyPort] = /^(?:\*?\.)?(.*?)(?::(\d+))?$/.exec(entry.toLowerCase()) ?? [];
    if (name === '' || (onlyPort !== undefined && onlyPort !== (port || '443'))) return false;
    return hostname === name || hostname.endsWith(`.${name}`);
  });
}

function parseProxy(from: string, value: string): ProxyServer {
  const text = value.includes('://') ? value : `http://${value}`;
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null) throw badProxy(from, 'is not the address of a proxy');
  if (!['http:', 'https:'].includes(url.protocol)) throw badProxy(from, 'is neither an http nor an https proxy');
  if (url.pathname !== '/' || url.search + url.hash !== '') throw badProxy(from, 'is more than the address of a proxy');
  const credentials = credentialsOf(from, url);
  return { from, origin: url.origin, credentials: credentials === null ? null : () => credentials };
}

function credentialsOf(from: string, { username, password }: URL): string | null {
  if (username + password === '') return null;
  try {
    return `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  } catch {
    throw badProxy(from, 'has credentials that are not percent-encoded');
  }
}

function badProxy(from: string, why: string): ConfigError {
  return new ConfigError(
    `${from} ${why}. Set it to http://host:port or http://user:password@host:port (special characters percent-encoded), or name the host of PostHog in NO_PROXY.`,
  );
}
