import { createTokens, signingKey, type TokenKind } from '../../src/mcp/consent/confirmation-token.js';
import { createMemoryStore, type SharedStore } from '../../src/replicas/store.js';
import type { Gate, Preview } from '../../src/writes/pipeline/consent.js';

export const PREVIEW: Preview = {
  tool: 'experiment-end',
  arguments: { id: 7, conclusion: 'won' },
  project: 1,
  origin: 'https://us.posthog.com',
  level: 'write',
  about: 'experiment 7 "Checkout"',
  state: { status: 'running', end_date: null, 'the filters of the flag': { groups: [{ rollout_percentage: 100 }] } },
  changes: [],
  effects: { users: '', analysis: '' },
  warnings: [],
  undo: { not_reversible_because: 'it is a test' },
  gate: null,
};
export const GATE: Gate = {
  ...{ passes: false, because: [], variant_key: null, findings: [], evidence_comment: 'Assessed.' },
  recommendation: 'keep_running',
};

/** Tokens of a process whose clock moves only when it is told to, and of every process with the same secret. */
export function opened(secret = 'phx_test', store?: SharedStore) {
  const clock = { now: 1_000_000 };
  const now = () => clock.now;
  const key = signingKey(secret, PREVIEW.origin, 'confirmation tokens');
  const tokens = createTokens({ key, store: store ?? createMemoryStore(now), now });
  return {
    clock,
    tokens: {
      ...tokens,
      issue: (preview: Preview, kind: TokenKind = 'token') => tokens.issue(preview, kind),
      flawOf: (token: string, preview: Preview, kind: TokenKind = 'token') =>
        tokens.flawOf(token, preview, { kind, spentHere: false }),
    },
  };
}
