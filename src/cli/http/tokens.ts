import { readFileSync, statSync } from 'node:fs';
import { ConfigError } from '../../errors.js';
import type { Log } from '../../log.js';
import { ROLES, type Role } from '../../mcp/calls/caller.js';
import { type CallerToken, digestOf } from '../../transports/http/callers.js';

/** Shorter secrets can be guessed. Characters. */
const MIN_SECRET = 8;

/**
 * One token: `secret`, `name:secret` or `name:role:secret`; the role is live where none is given.
 * @throws ConfigError that does not repeat the text, which may be a secret
 */
function parseToken(text: string, at: number, source: string): CallerToken {
  const parts = text.split(':').map((part) => part.trim());
  const secret = parts.at(-1) ?? '';
  const name = parts.length > 1 ? parts[0] : `token-${at}`;
  const role = parts.length === 3 ? ROLES.find((known) => known === parts[1]) : 'live';
  // `read:secret` would be a token named "read" that may do everything.
  const isRoleAlone = parts.length === 2 && ROLES.some((known) => known === name);
  const isRight =
    parts.length <= 3 &&
    !isRoleAlone &&
    role !== undefined &&
    /^[\w.@-]{1,60}$/.test(name ?? '') &&
    /^[\x21-\x7e]+$/.test(secret);
  if (!isRight || name === undefined) {
    throw new ConfigError(
      `${source}, token ${at}: must be secret, name:secret or name:role:secret, with a role of ${ROLES.join(', ')}.`,
    );
  }
  if (secret.length < MIN_SECRET) {
    throw new ConfigError(`${source}, token ${at}: a secret must have at least ${MIN_SECRET} characters.`);
  }
  return { digest: digestOf(secret), name, role: role satisfies Role };
}

function parseTokens(entries: readonly string[], source: string): CallerToken[] {
  const texts = entries.map((entry) => entry.trim()).filter((entry) => entry !== '' && !entry.startsWith('#'));
  const tokens = texts.map((text, index) => parseToken(text, index + 1, source));
  // Which name and role the caller gets would depend on the order of the lines.
  const repeated = tokens.findIndex(({ digest }, at) =>
    tokens.slice(0, at).some((other) => other.digest.equals(digest)),
  );
  if (repeated < 0) return tokens;
  const first = tokens.findIndex(({ digest }) => tokens[repeated]?.digest.equals(digest));
  throw new ConfigError(
    `${source}: tokens ${first + 1} and ${repeated + 1} have the same secret; give each caller a secret of its own.`,
  );
}

/** Nobody starts a server that lets nobody in. */
function someOf(tokens: CallerToken[], source: string): CallerToken[] {
  if (tokens.length === 0) throw new ConfigError(`${source} names no token.`);
  return tokens;
}

/** Tokens from a comma-separated variable: fixed for the life of the process. */
export function tokensOfText(text: string): () => readonly CallerToken[] {
  const tokens = someOf(parseTokens(text.split(','), 'POSTHOG_MCP_HTTP_TOKENS'), 'POSTHOG_MCP_HTTP_TOKENS');
  return () => tokens;
}

/**
 * Tokens from a file, one a line, read again when it changes: who was taken out is locked out with the next request,
 * and everybody by a file that is emptied. One that is broken or gone leaves the tokens of before; the log says so.
 */
export function tokensOfFile(path: string, log: Log): () => readonly CallerToken[] {
  const source = 'The file of tokens';
  let seen = stamp(path);
  if (seen === null) throw new ConfigError(`${source} cannot be read; check POSTHOG_MCP_HTTP_TOKENS_FILE.`);
  let tokens = someOf(parseTokens(readFileSync(path, 'utf8').split('\n'), source), source);
  return () => {
    const now = stamp(path);
    if (now === seen) return tokens;
    seen = now;
    try {
      tokens = parseTokens(readFileSync(path, 'utf8').split('\n'), source);
      log.info('tokens read anew', { tokens: tokens.length });
    } catch (error) {
      log.error('the tokens could not be read anew; those of before stay valid', { error });
    }
    return tokens;
  };
}

/** Changes with the file; null where there is none. */
function stamp(path: string): string | null {
  const found = statSync(path, { throwIfNoEntry: false });
  return found ? `${found.mtimeMs} ${found.ctimeMs} ${found.size} ${found.ino}` : null;
}
