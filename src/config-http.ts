import { ConfigError } from './errors.js';

/** How callers are known: not at all, by tokens of this server, or by their own PostHog keys. */
export const AUTH_KINDS = ['none', 'token', 'per-user'] as const;
export type AuthKind = (typeof AUTH_KINDS)[number];

export interface HttpConfig {
  port: number;
  bind: string;
  auth: AuthKind;
  /** Secrets that let callers in. */
  tokens: { reveal(): string } | undefined;
  /** A file of them, read again when it changes. */
  tokensFile: string | undefined;
  sessions: boolean;
  allowHosts: readonly string[];
  allowOrigins: readonly string[];
  /** Requests a second of one caller; null: any number. */
  perSecond: number | null;
}

export const DEFAULT_PORT = 3333;
/** One person's agents stay far below; a flood does not. */
const LOCAL_PER_SECOND = 1_000;
const CALLER_PER_SECOND = 50;

/** `20` or `off`. */
export function perSecondOf(value: string | undefined, auth: AuthKind): number | null {
  if (value === undefined) return auth === 'none' ? LOCAL_PER_SECOND : CALLER_PER_SECOND;
  if (value === 'off') return null;
  if (!/^[1-9]\d{0,5}$/.test(value)) throw new ConfigError('--rate must be requests a second, such as 50, or off.');
  return Number(value);
}

/** A host name or address, without a port. */
export function bindOf(value = '127.0.0.1'): string {
  const bind = value.replace(/^\[(.*)\]$/, '$1');
  if (/^[A-Za-z0-9.:-]{1,255}$/.test(bind)) return bind;
  throw new ConfigError('--bind must be an address or a host name, such as 127.0.0.1.');
}

/** Host names that requests may carry; a port is no part of a name. */
export function hostsOf(flag: string, names: readonly string[] = []): readonly string[] {
  for (const name of names) {
    if (!/^(?:\[[0-9a-f:]+\]|[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?)$/i.test(name))
      throw new ConfigError(`${flag} must be host names without a port, such as mcp.example.com.`);
  }
  return names;
}

/** Origins (`https://app.example.com`) or host names. */
export function originsOf(flag: string, names: readonly string[] = []): readonly string[] {
  for (const name of names) {
    const isOrigin = URL.canParse(name) && new URL(name).origin === name.toLowerCase();
    if (!isOrigin) hostsOf(flag, [name]);
  }
  return names;
}
