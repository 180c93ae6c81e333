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
const PROTOCOLS: readonly string[] = ['redis:', 'rediss:'];

/** The URL of a store. It may hold a password, so no message repeats it. @throws ConfigError */
export function storeOf(given: Setting | undefined): StoreConfig | undefined {
  if (given === undefined) return undefined;
  const problem = new ConfigError(
    `${given.source} must be redis://HOST:PORT or rediss://HOST:PORT (TLS), with USER:PASSWORD@ and /DATABASE where needed; write special characters of a password as %XX.`,
  );
  if (!URL.canParse(given.value)) throw problem;
  const { protocol, hostname, port, pathname, search, hash, username, password } = new URL(given.value);
  const [, db] = /^\/?(\d{0,4})$/.exec(pathname) ?? [];
  if (!PROTOCOLS.includes(protocol) || hostname === '' || db === undefined || search + hash !== '') throw problem;
  const decoded = (text: string): string | undefined => {
    try {
      return text === '' ? undefined : decodeURIComponent(text);
    } catch {
      throw problem;
    }
  };
  const word = decoded(password);
  return Object.freeze({
    host: hostname.replace(/^\[(.*)\]$/, '$1'),
    port: port === '' ? DEFAULT_PORT : Number(port),
    tls: protocol === 'rediss:',
    username: decoded(username),
    password: word === undefined ? undefined : secret(word),
    db: Number(db),
  });
}
