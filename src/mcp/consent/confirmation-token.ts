import { createHash, createHmac, hkdfSync, randomBytes, timingSafeEqual } from 'node:crypto';
import type { SharedStore } from '../../replicas/store.js';
import { canonical } from '../../schema/canonical.js';
import { REVISION } from '../../tool.js';
import type { Preview } from '../../writes/pipeline/consent.js';

/** How long a preview can be confirmed. Milliseconds. */
export const TOKEN_LIFE_MS = 10 * 60_000;

/** Long enough that nobody finds a second call or state for it: 96 bits of base64url. */
const DIGEST_LENGTH = 16;
/** Long enough to tell which part moved, where the digest of the whole says that one did. Characters of base64url. */
const NAME_LENGTH = 3;
const PART_LENGTH = 5;
/** Models copy tokens by hand, so they are short: 128 bits of the signature are plenty. */
const SIGNATURE_LENGTH = 22;

/** Parts of a state that can be gone in the next look at it; only a digest of their names is in a token. */
const KNOWN_NAMES: readonly string[] = ['status', 'start_date', 'end_date', 'conclusion', REVISION, 'the assessment'];

interface Payload {
  /** Digest of tool, arguments, project, PostHog and caller. */
  call: string;
  /** Digest of the state shown. */
  state: string;
  /** Short digests of its parts, by short digests of their names. */
  parts: ReadonlyMap<string, string>;
  /** Milliseconds since 1970. */
  issued: number;
  nonce: string;
}

/** What a token is for: a model can hand back one kind, a client the other, and neither counts as the other. */
export type TokenKind = 'token' | 'dialog';

/** Why a token does not confirm a call; `moved` names the parts of the state that changed since. */
export type Flaw =
  | { kind: 'invalid' | 'other_call' | 'expired' | 'used' | 'refused' }
  | { kind: 'moved'; parts: readonly string[] };

export interface IssuedToken {
  token: string;
  /** Milliseconds since 1970. */
  expires: number;
}

export interface Confirming {
  kind: TokenKind;
  /** That the call brings along. One that was shown is confirmed with the call; where none was, it may be added. */
  reason?: string | undefined;
  /** Whether this very call has spent the token, which is no flaw if PostHog then carried nothing out. */
  spentHere: boolean;
}

export interface Tokens {
  /** @param reason that was shown with the preview; none where the user still has to give one, or none is needed */
  issue(preview: Preview, kind: TokenKind, reason?: string): IssuedToken;
  /**
   * Null where the token confirms exactly this preview.
   */
  flawOf(token: string, preview: Preview, options: Confirming): Promise<Flaw | null>;
  /** True for the one call that may act on the token; from then on it confirms nothing. */
  spend(token: string): Promise<boolean>;
  /** The user said no: neither this token nor an earlier one of either kind confirms this call any more. */
  refuse(token: string, preview: Preview): Promise<void>;
  /** Milliseconds from the issue of the token until `at`; null if this server did not issue it. */
  ageOf(token: string, at: number): number | null;
}

function digest(value: unknown, length = DIGEST_LENGTH): string {
  const text = canonical(value) ?? 'undefined';
  return createHash('sha256').update(text).digest('base64url').slice(0, length);
}

function callDigest({ tool, arguments: given, project, origin, caller }: Preview): string {
  return digest([tool, given, project, origin, caller ?? null]);
}

function confirmedDigest(preview: Preview, kind: TokenKind, reason: string | undefined): string {
  return digest([kind, callDigest(preview), reason ?? null]);
}

/**
 * @param secret whoever knows it can sign: the operator's own, or the PostHog key, which allows the writes anyway
 * @param purpose so that what is signed for one purpose never counts for another
 */
export function signingKey(secret: string, origin: string, purpose: 'confirmation tokens' | 'undo marks'): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, origin, `posthog-experiments-mcp ${purpose} v1`, 32));
}

/** What was shown: the state before, and what the evidence said to it. */
function shownIn({ state, gate }: Preview): Record<string, unknown> {
  const verdict = gate && { passes: gate.passes, recommendation: gate.recommendation, variant: gate.variant_key };
  return { ...state, ...(verdict ? { 'the assessment': verdict } : {}) };
}

function partsOf(shown: Record<string, unknown>): Map<string, string> {
  return new Map(Object.entries(shown).map(([name, value]) => [digest(name, NAME_LENGTH), digest(value, PART_LENGTH)]));
}

/** Names of the parts that are not as they were; of a part that went only the known names can be told. */
function movedParts(before: ReadonlyMap<string, string>, shown: Record<string, unknown>): string[] {
  const now = partsOf(shown);
  const names = new Map([...KNOWN_NAMES, ...Object.keys(shown)].map((name) => [digest(name, NAME_LENGTH), name]));
  const moved = [...new Set([...before.keys(), ...now.keys()])].filter((key) => before.get(key) !== now.get(key));
  return moved.map((key) => names.get(key) ?? 'a part that was shown');
}

function written({ call, state, parts, issued, nonce }: Payload): string {
  const joined = [...parts].map(([name, value]) => name + value).join('');
  return [call, state, joined, issued.toString(36), nonce].join('~');
}

function parsed(body: string): Payload {
  const [call = '', state = '', joined = '', issued = '', nonce = ''] = body.split('~');
  const units = joined.match(new RegExp(`.{${NAME_LENGTH + PART_LENGTH}}`, 'g')) ?? [];
  const parts = new Map(units.map((unit) => [unit.slice(0, NAME_LENGTH), unit.slice(NAME_LENGTH)]));
  return { call, state, parts, issued: Number.parseInt(issued, 36), nonce };
}

export interface TokenOptions {
  key: Buffer;
  store: SharedStore;
  /** Milliseconds since 1970. */
  now(): number;
}

/**
 * Tokens that confirm one call on one state, signed with HMAC-SHA256. All processes with the same key accept each other's.
 * A token works once: in the processes that share a store because it is marked there, elsewhere because the state that it is
 * bound to moves with every write.
 */
export function createTokens({ key, store, now }: TokenOptions): Tokens {
  const sign = (text: string) => createHmac('sha256', key).update(text).digest('base64url').slice(0, SIGNATURE_LENGTH);

  const read = (token: string): Payload | null => {
    const [body = '', signature = '', ...rest] = token.split('.');
    // Compared as texts: many texts decode to the same bytes.
    const given = Buffer.from(signature);
    const right = Buffer.from(sign(body));
    if (rest.length > 0 || given.length !== right.length || !timingSafeEqual(given, right)) return null;
    return parsed(body);
  };

  const isRefused = async (call: string, issued: number) => {
    const refusedAt = await store.get(`refused:${call}`);
    return refusedAt !== null && issued <= Number(refusedAt);
  };

  return {
    issue: (preview, kind, reason) => {
      const content: Payload = {
        call: confirmedDigest(preview, kind, reason),
        state: digest(shownIn(preview)),
        parts: partsOf(shownIn(preview)),
        issued: now(),
        nonce: randomBytes(6).toString('base64url'),
      };
      const body = written(content);
      return { token: `${body}.${sign(body)}`, expires: content.issued + TOKEN_LIFE_MS };
    },
    flawOf: async (token, preview, { kind, reason, spentHere }) => {
      const content = read(token);
      if (content === null) return { kind: 'invalid' };
      const confirmed = [undefined, reason].map((shown) => confirmedDigest(preview, kind, shown));
      if (!confirmed.includes(content.call)) return { kind: 'other_call' };
      if (now() >= content.issued + TOKEN_LIFE_MS) return { kind: 'expired' };
      if (await isRefused(callDigest(preview), content.issued)) return { kind: 'refused' };
      if (!spentHere && (await store.get(`used:${content.nonce}`)) !== null) return { kind: 'used' };
      const shown = shownIn(preview);
      return content.state === digest(shown) ? null : { kind: 'moved', parts: movedParts(content.parts, shown) };
    },
    spend: async (token) => {
      const content = read(token);
      return content !== null && (await store.claim(`used:${content.nonce}`, TOKEN_LIFE_MS));
    },
    refuse: async (token, preview) => {
      // What this server did not issue confirms nothing anyway, and nobody can refuse for others with it.
      if (read(token) !== null) await store.put(`refused:${callDigest(preview)}`, String(now()), TOKEN_LIFE_MS);
    },
    ageOf: (token, at) => {
      const content = read(token);
      return content && at - content.issued;
    },
  };
}
