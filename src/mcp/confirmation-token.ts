import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import { canonical } from '../schema/canonical.js';
import type { Preview } from '../writes/consent.js';

/** How long a preview can be confirmed. Milliseconds. */
export const TOKEN_LIFE_MS = 10 * 60_000;

/** A digest long enough that nobody finds a second state or argument for it. Hex characters. */
const DIGEST_LENGTH = 24;

const payload = z.object({
  /** Digest of tool, arguments, project, PostHog and caller. */
  call: z.string(),
  /** Digests of the parts of the state shown, by name. */
  state: z.record(z.string(), z.string()),
  /** Milliseconds since 1970. */
  issued: z.number(),
  nonce: z.string(),
});
type Payload = z.output<typeof payload>;

/** Why a token does not confirm a call; `moved` names the parts of the state that are not as shown. */
export type Flaw =
  | { kind: 'invalid' | 'other_call' | 'expired' | 'used' }
  | { kind: 'moved'; parts: readonly string[] };

export interface IssuedToken {
  token: string;
  /** Milliseconds since 1970. */
  expires: number;
}

export interface Tokens {
  issue(preview: Preview): IssuedToken;
  /**
   * Null where the token confirms exactly this preview.
   * @param spentHere that this very call has spent it is no flaw, where PostHog then carried nothing out
   */
  flawOf(token: string, preview: Preview, spentHere?: boolean): Flaw | null;
  /** From now on the token confirms nothing. */
  spend(token: string): void;
  /** Milliseconds since the token was issued; null where it is none of ours. */
  ageOf(token: string): number | null;
}

function digest(value: unknown): string {
  return createHash('sha256')
    .update(canonical(value) ?? 'undefined')
    .digest('hex')
    .slice(0, DIGEST_LENGTH);
}

function callDigest({ tool, arguments: given, project, origin, caller }: Preview): string {
  return digest([tool, given, project, origin, caller ?? null]);
}

/** What was shown: the state before, and what the evidence said to it. */
function stateDigests({ state, gate }: Preview): Record<string, string> {
  const verdict = gate && { passes: gate.passes, recommendation: gate.recommendation, variant: gate.variant_key };
  const parts = { ...state, ...(verdict ? { 'the assessment': verdict } : {}) };
  return Object.fromEntries(Object.entries(parts).map(([name, value]) => [name, digest(value)]));
}

/**
 * Tokens that confirm one call on one state, signed with HMAC-SHA256. Without a secret the key is of this process alone;
 * with one, all processes that have it agree. A token works once within a process.
 * @param now milliseconds since 1970
 */
export function createTokens({ secret, now }: { secret: string | undefined; now: () => number }): Tokens {
  const key = secret === undefined ? randomBytes(32) : createHash('sha256').update(secret).digest();
  const spent = new Map<string, number>();
  const sign = (text: string) => createHmac('sha256', key).update(text).digest('base64url');

  const read = (token: string): Payload | null => {
    const [body = '', signature = '', ...rest] = token.split('.');
    // Compared as texts: many texts decode to the same bytes.
    const given = Buffer.from(signature);
    const right = Buffer.from(sign(body));
    if (rest.length > 0 || given.length !== right.length || !timingSafeEqual(given, right)) return null;
    return payload.safeParse(JSON.parse(Buffer.from(body, 'base64url').toString('utf8'))).data ?? null;
  };

  return {
    issue: (preview) => {
      const content: Payload = {
        call: callDigest(preview),
        state: stateDigests(preview),
        issued: now(),
        nonce: randomBytes(9).toString('base64url'),
      };
      const body = Buffer.from(JSON.stringify(content)).toString('base64url');
      return { token: `${body}.${sign(body)}`, expires: content.issued + TOKEN_LIFE_MS };
    },
    flawOf: (token, preview, spentHere = false) => {
      const content = read(token);
      if (content === null) return { kind: 'invalid' };
      if (content.call !== callDigest(preview)) return { kind: 'other_call' };
      if (now() >= content.issued + TOKEN_LIFE_MS) return { kind: 'expired' };
      if (spent.has(content.nonce) && !spentHere) return { kind: 'used' };
      const shown = content.state;
      const current = stateDigests(preview);
      const names = new Set([...Object.keys(shown), ...Object.keys(current)]);
      const parts = [...names].filter((name) => shown[name] !== current[name]);
      return parts.length > 0 ? { kind: 'moved', parts } : null;
    },
    spend: (token) => {
      for (const [nonce, until] of spent) if (until <= now()) spent.delete(nonce);
      const content = read(token);
      if (content) spent.set(content.nonce, content.issued + TOKEN_LIFE_MS);
    },
    ageOf: (token) => {
      const content = read(token);
      return content && now() - content.issued;
    },
  };
}
