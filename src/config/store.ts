import { ConfigError } from '../errors.js';
import { type Secret, type Setting, secret } from './setting.js';

/** A Redis or Valkey that several processes share. */
export interface StoreConfig {
  host: string;
  port: number;
  tls: boolean;
  username: string | undefined;
  password: Secret | undefined;
  db: number;
}

const DEFAULT_PORT = 6379;

/** The URL of a store. It may hold a password, so no message repeats it. @throws ConfigError */
export function storeOf(given: Setting | undefined): StoreConfig | undefined {
  if (given === undefined) return undefined;
  try {
    return addressOf(new URL(given.value));
  } catch {
    throw new ConfigError(
      `${given.source} must be redis://HOST:PORT or rediss://HOST:PORT (TLS), with USER:PASSWORD@ and /DATABASE where needed; write special characters of a password as %XX.`,
    );
  }
}

function addressOf({ protocol, hostname, port, pathname, search, hash, username, password }: URL): StoreConfig {
  if (!/^rediss?:[^/?#]+\/\d{0,4}$/.test(`${protocol}${hostname}${pathname || '/'}${search}${hash}`)) throw new Error();
  return Object.freeze({
    host: hostname.replace(/^\[(.*)\]$/, '$1'),
    port: Number(port || DEFAULT_PORT),
    tls: protocol === 'rediss:',
    username: decodeURIComponent(username) || undefined,
    password: password ? secret(decodeURIComponent(password)) : undefined,
    db: Number(pathname.slice(1)),
  });
}
