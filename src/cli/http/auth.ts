import type { HttpConfig } from '../../config/http.js';
import { ConfigError } from '../../errors.js';
import type { Log } from '../../log.js';
import { parseKey } from '../../posthog/key.js';
import type { Auth } from '../../transports/http/callers.js';
import { isLoopback } from '../../transports/http/origins.js';
import { tokensOfFile, tokensOfText } from './tokens.js';

/**
 * How callers are known.
 * @throws ConfigError where other machines could call without being known
 */
export function authFor(http: HttpConfig, origin: string, log: Log): Auth {
  const auth = authOf(http, origin, log);
  if (auth.kind !== 'none' || isLoopback(http.bind)) return auth;
  throw new ConfigError(
    `--bind ${http.bind} lets other machines in, so callers must be known: set --auth token or --auth per-user.`,
  );
}

function authOf({ auth, tokens, tokensFile }: HttpConfig, origin: string, log: Log): Auth {
  if (auth === 'none') return { kind: 'none' };
  if (auth === 'per-user') return { kind: 'per-user', keyProblem: (key) => keyProblem(key, origin) };
  if (tokensFile !== undefined) return { kind: 'token', tokens: tokensOfFile(tokensFile, log) };
  if (tokens !== undefined) return { kind: 'token', tokens: tokensOfText(tokens.reveal()) };
  throw new ConfigError('--auth token needs POSTHOG_MCP_HTTP_TOKENS or POSTHOG_MCP_HTTP_TOKENS_FILE.');
}

function keyProblem(key: string, origin: string): string | null {
  try {
    parseKey(key, origin);
    return null;
  } catch (error) {
    if (error instanceof ConfigError) return 'the bearer token must be a personal API key of PostHog (phx_…)';
    throw error;
  }
}
