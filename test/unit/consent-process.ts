import { type ConsentCall, type ConsentOptions, createConsents } from '../../src/mcp/consent/consent.js';
import { createMemoryStore } from '../../src/replicas/store.js';
import type { Decision, Gate, Preview } from '../../src/writes/pipeline/consent.js';

const START = Date.parse('2026-06-01T12:00:00Z');
export const PREVIEW: Preview = {
  tool: 'experiment-end',
  arguments: { id: 7, conclusion: 'won' },
  project: 1,
  origin: 'https://us.posthog.com',
  level: 'live',
  about: 'experiment 7 "Checkout"',
  state: { status: 'running', version: 3 },
  changes: [],
  effects: { users: 'Nobody sees a change.', analysis: 'It ends.' },
  warnings: [],
  undo: { not_reversible_because: 'it is a test' },
  gate: null,
};
export const GATE: Gate = {
  passes: false,
  because: ['It ran for 2 days.', 'It needs 7.'],
  recommendation: 'keep_running',
  variant_key: null,
  findings: [],
  evidence_comment: 'Assessed.',
};
export const FAILING: Preview = { ...PREVIEW, gate: GATE };
export const MOVED: Preview = { ...PREVIEW, state: { status: 'paused', version: 4 } };
export const REASON = 'The team decided.';

export const UPSTREAM = { origin: PREVIEW.origin, key: 'phx_of_the_process' };

/** A call of a process that has no secrets. */
export type TestCall = Omit<ConsentCall, 'redact'>;

/** A process whose clock moves only when it is told to, and calls that are decided on in it. */
export function opened(options: Partial<ConsentOptions> = {}) {
  const clock = { now: START };
  const now = () => clock.now;
  const make = createConsents({
    mode: 'token',
    upstream: UPSTREAM,
    store: createMemoryStore(now),
    now,
    ...options,
  });
  const consents = (call: TestCall) => make({ redact: (text) => text, ...call });
  const decide = (preview: Preview, call: Partial<TestCall> = {}) =>
    consents({ canAsk: false, ...call }).decide(preview);
  return { clock, consents, decide };
}

export function shown(decision: Decision) {
  if (decision.kind !== 'preview') throw new Error(`Not a preview: ${decision.kind}`);
  const { fields, warnings } = decision;
  const said = warnings.map(({ message }) => message).join('\n');
  return { fields, token: fields.confirmation_token ?? '', codes: warnings.map(({ code }) => code), said };
}

export function asked(decision: Decision) {
  if (decision.kind !== 'ask') throw new Error(`No question: ${decision.kind}`);
  return decision.question;
}
