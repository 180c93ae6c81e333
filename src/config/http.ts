import { ConfigError } from '../errors.js';
import { type Flags, portOf } from './command.js';
import { booleanOf, choiceOf, type Env, listOf, present, type Secret, secretOf, setting } from './setting.js';

/** How callers are known: not at all, by tokens of this server, or by their own PostHog keys. */
const AUTH_KINDS = ['none', 'token', 'per-user'] as const;
type AuthKind = (typeof AUTH_KINDS)[number];

export interface HttpConfig {
  port: number;
  bind: string;
  auth: AuthKind;
  /** Secrets that let callers in. */
  tokens: Secret | undefined;
  /** A file of them, read again when it changes. */
  tokensFile: string | undefined;
  sessions: boolean;
  allowHosts: readonly string[];
  allowOrigins: readonly string[];
  /** Requests a second of one caller; null: any number. */
  perSecond: number | null;
}

const DEFAULT_PORT = 3333;
/** One person's agents stay far below; a flood does not. */
const LOCAL_PER_SECOND = 1_000;
const CALLER_PER_SECOND = 50;

/** The configuration of the command `http`. @throws ConfigError */
export function httpOf(values: Flags, env: Env): HttpConfig {
  const auth = choiceOf(setting('--auth', values.auth, 'POSTHOG_MCP_HTTP_AUTH', env), AUTH_KINDS) ?? 'none';
  const hosts = setting('--allow-host', values['allow-host'], 'POSTHOG_MCP_ALLOW_HOST', env);
  const origins = setting('--allow-origin', values['allow-origin'], 'POSTHOG_MCP_ALLOW_ORIGIN', env);
  // Who sets tokens means to be asked for them; another kind of authentication would ask for none, or for others.
  const ignored = ['POSTHOG_MCP_HTTP_TOKENS', 'POSTHOG_MCP_HTTP_TOKENS_FILE'].find((name) => present(env[name]));
  if (auth !== 'token' && ignored !== undefined)
    throw new ConfigError(`${ignored} needs --auth token; with --auth ${auth} nobody is asked for these tokens.`);
  if (present(env.POSTHOG_MCP_HTTP_TOKENS) !== undefined && present(env.POSTHOG_MCP_HTTP_TOKENS_FILE) !== undefined)
    throw new ConfigError('POSTHOG_MCP_HTTP_TOKENS and POSTHOG_MCP_HTTP_TOKENS_FILE are both set; keep one of them.');
  return Object.freeze({
    port: portOf(setting('--port', values.port, 'POSTHOG_MCP_HTTP_PORT', env)?.value ?? String(DEFAULT_PORT)),
    bind: bindOf(setting('--bind', values.bind, 'POSTHOG_MCP_HTTP_BIND', env)?.value),
    auth,
    tokens: secretOf('POSTHOG_MCP_HTTP_TOKENS', env),
    tokensFile: present(env.POSTHOG_MCP_HTTP_TOKENS_FILE),
    sessions: values.sessions ?? booleanOf('POSTHOG_MCP_HTTP_SESSIONS', env),
    allowHosts: hostsOf('--allow-host', listOf(hosts)),
    allowOrigins: originsOf('--allow-origin', listOf(origins)),
    perSecond: perSecondOf(setting('--rate', values.rate, 'POSTHOG_MCP_HTTP_RATE', env)?.value, auth),
  });
}

/** `20` or `off`. */
function perSecondOf(value: string | undefined, auth: AuthKind): number | null {
  if (value === undefined) return auth === 'none' ? LOCAL_PER_SECOND : CALLER_PER_SECOND;
  if (value === 'off') return null;
  if (!/^[1-9]\d{0,5}$/.test(value)) throw new ConfigError('--rate must be requests a second, such as 50, or off.');
  return Number(value);
}

/** A host name or address, without a port. */
function bindOf(value = '127.0.0.1'): string {
  const bind = value.replace(/^\[(.*)\]$/, '$1');
  if (/^[A-Za-z0-9.:-]{1,255}$/.test(bind)) return bind;
  throw new ConfigError('--bind must be an address or a host name, such as 127.0.0.1.');
}

/** Host names that requests may carry; a port is no part of a name. */
function hostsOf(flag: string, names: readonly string[] = []): readonly string[] {
  for (const name of names) {
    if (!/^(?:\[[0-9a-f:]+\]|[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?)$/i.test(name))
      throw new ConfigError(`${flag} must be host names without a port, such as mcp.example.com.`);
  }
  return names;
}

/** Origins (`https://app.example.com`) or host names. */
function originsOf(flag: string, names: readonly string[] = []): readonly string[] {
  for (const name of names) {
    const isOrigin = URL.canParse(name) && new URL(name).origin === name.toLowerCase();
    if (!isOrigin) hostsOf(flag, [name]);
  }
  return names;
}
