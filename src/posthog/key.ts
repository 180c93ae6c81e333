import { ConfigError } from '../errors.js';
import { isLoopback } from './origin.js';

/** Start of every key that the embedded sandbox hands out. They are public, so a real host must never see one. */
const SANDBOX_KEY_PREFIX = 'phx_sandbox_';

/**
 * Checks a personal API key (`phx_…`) or an OAuth access token (`pha_…`) for `origin`.
 * @throws ConfigError with one line that says what is wrong and never repeats the value.
 */
export function parseKey(value: string | undefined, origin: string): string {
  if (value === undefined || value === '') {
    throw new ConfigError(
      `POSTHOG_PERSONAL_API_KEY is not set. ${whereToGetOne(origin)}, or pass --sandbox to try without one.`,
    );
  }
  if (value.trim() !== value) {
    throw new ConfigError('POSTHOG_PERSONAL_API_KEY starts or ends with spaces or a line break; remove them.');
  }
  const problem = whatIsWrong(value, origin);
  if (problem !== null) throw new ConfigError(`POSTHOG_PERSONAL_API_KEY ${problem}. ${whereToGetOne(origin)}.`);
  return value;
}

function whatIsWrong(value: string, origin: string): string | null {
  if (/[^\x21-\x7e]/.test(value)) return 'holds spaces, control characters or characters outside ASCII';
  if (value.startsWith('phc_')) {
    return 'is a project key (phc_…), which only sends events; a personal API key (phx_…) is needed';
  }
  if (value.startsWith('phs_')) return 'is a project secret key (phs_…); a personal API key (phx_…) is needed';
  if (!/^ph[xa]_[A-Za-z0-9_-]{8,}$/.test(value)) return 'is not a whole personal API key, which starts with phx_';
  if (value.startsWith(SANDBOX_KEY_PREFIX) && !isLoopback(new URL(origin).hostname)) {
    return `is a key of the sandbox and ${origin} is not the sandbox`;
  }
  return null;
}

function whereToGetOne(origin: string): string {
  if (isLoopback(new URL(origin).hostname)) {
    return `Set it to the key that the sandbox printed when it started, or to a personal API key of your own PostHog at ${origin}`;
  }
  return `Create a personal API key at ${origin}/settings/user-api-keys and set it`;
}
