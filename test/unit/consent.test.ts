import { describe, expect, it } from 'vitest';
import { TOKEN_LIFE_MS } from '../../src/mcp/confirmation-token.js';
import { type ConsentCall, type ConsentOptions, createConsents, FASTEST_READER_MS } from '../../src/mcp/consent.js';
import type { Decision, Gate, Preview } from '../../src/writes/consent.js';

const START = Date.parse('2026-06-01T12:00:00Z');
const PREVIEW: Preview = {
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
const GATE: Gate = {
  passes: false,
  because: ['It ran for 2 days.', 'It needs 7.'],
  recommendation: 'keep_running',
  variant_key: null,
  findings: [],
  evidence_comment: 'Assessed.',
};
const FAILING: Preview = { ...PREVIEW, gate: GATE };
const MOVED: Preview = { ...PREVIEW, state: { status: 'paused', version: 4 } };
const REASON = 'The team decided.';

/** A process whose clock moves only when it is told to, and calls that are decided on in it. */
function opened(options: Partial<ConsentOptions> = {}) {
  const clock = { now: START };
  const consents = createConsents({ mode: 'token', secret: undefined, now: () => clock.now, ...options });
  const decide = (preview: Preview, call: Partial<ConsentCall> = {}) =>
    consents({ canAsk: false, ...call }).decide(preview);
  return { clock, consents, decide };
}

function shown(decision: Decision) {
  if (decision.kind !== 'preview') throw new Error(`Not a preview: ${decision.kind}`);
  const { fields, warnings } = decision;
  const said = warnings.map(({ message }) => message).join('\n');
  return { fields, token: fields.confirmation_token ?? '', codes: warnings.map(({ code }) => code), said };
}

function asked(decision: Decision) {
  if (decision.kind !== 'ask') throw new Error(`No question: ${decision.kind}`);
  return decision.question;
}

describe('a call that has to be confirmed by token', () => {
  it('is shown with a token and until when it holds, and says how to confirm', () => {
    const { fields, codes, said } = shown(opened().decide(PREVIEW));
    expect(fields).toEqual({ confirmation_token: expect.any(String), expires_at: '2026-06-01T12:10:00.000Z' });
    expect(codes).toEqual(['confirmation_required']);
    expect(said).toBe(
      'Nothing has changed yet. Show the user what would happen; if they agree, call experiment-end again with the same arguments and confirmation_token.',
    );
  });

  it('acts with its token, once', () => {
    const { decide } = opened();
    const { token } = shown(decide(PREVIEW));
    expect(decide(PREVIEW, { token })).toEqual({ kind: 'act', overrideReason: undefined });
    const again = shown(decide(PREVIEW, { token }));
    expect(again.codes).toEqual(['token_used', 'confirmation_required']);
    expect(again.said).toContain('was used already; each works once. This is a new preview.');
  });

  it('is never put to the client as a dialog', () => {
    expect(opened().decide(PREVIEW, { canAsk: true }).kind).toBe('preview');
  });

  it.each([
    ['is none of this server', 'invalid', PREVIEW, PREVIEW, 0, (token: string) => `${token}x`],
    ['was for another call', 'other_call', { ...PREVIEW, project: 2 }, PREVIEW, 0, (token: string) => token],
    ['is older than 10 minutes', 'expired', PREVIEW, PREVIEW, TOKEN_LIFE_MS, (token: string) => token],
  ])('is shown anew where the token %s', (words, kind, first, second, later, changed) => {
    const { clock, decide } = opened();
    const { token } = shown(decide(first));
    clock.now += later;
    const { codes, said, fields } = shown(decide(second, { token: changed(token) }));
    expect(codes).toEqual([`token_${kind}`, 'confirmation_required']);
    expect(said).toContain(`The confirmation_token ${words}`);
    expect(fields.confirmation_token).not.toBe(token);
  });

  it('is shown anew where something moved, and says what', () => {
    const { decide } = opened();
    const { token } = shown(decide(PREVIEW));
    const { codes, said } = shown(decide(MOVED, { token }));
    expect(codes).toEqual(['state_moved', 'confirmation_required']);
    expect(said).toContain(
      'Since the preview something moved: status, version. Nothing was done; this is a new preview.',
    );
  });

  it('is decided on again with the same token where PostHog carried nothing out, yet not on what moved', () => {
    const { consents, decide } = opened();
    const { token } = shown(decide(PREVIEW));
    const consent = consents({ canAsk: false, token });
    expect(consent.decide(PREVIEW).kind).toBe('act');
    expect(consent.decide(PREVIEW).kind).toBe('act');
    expect(shown(consent.decide(MOVED)).codes).toEqual(['state_moved', 'confirmation_required']);
    expect(shown(decide(PREVIEW, { token })).codes).toContain('token_used');
  });

  it('is not let through with a used token because it was shown a preview before', () => {
    const { consents, decide } = opened();
    const { token } = shown(decide(PREVIEW));
    decide(PREVIEW, { token });
    const consent = consents({ canAsk: false, token });
    for (const _ of ['first', 'second']) expect(shown(consent.decide(PREVIEW)).codes).toContain('token_used');
  });

  it('is still let through by the same call after a preview came between', () => {
    const { consents, decide } = opened();
    const { token } = shown(decide(PREVIEW));
    const consent = consents({ canAsk: false, token });
    consent.decide(PREVIEW);
    consent.decide(MOVED);
    expect(consent.decide(PREVIEW).kind).toBe('act');
  });

  it('goes by the machine’s clock where none is given', () => {
    const consents = createConsents({ mode: 'token', secret: undefined });
    const before = Date.now();
    const { fields } = shown(consents({ canAsk: false }).decide(PREVIEW));
    expect(Date.parse(fields.expires_at ?? '')).toBeGreaterThanOrEqual(before + TOKEN_LIFE_MS);
    expect(Date.parse(fields.expires_at ?? '')).toBeLessThanOrEqual(Date.now() + TOKEN_LIFE_MS);
  });
});

describe('a call that the evidence does not carry', () => {
  it('is shown with why, and asks for a reason beside the token', () => {
    const { codes, said } = shown(opened().decide(FAILING));
    expect(codes).toEqual(['gate_failed']);
    expect(said).toBe(
      "Nothing has changed yet. The evidence does not carry this: It ran for 2 days. It needs 7. Show the user what would happen; if they agree, call experiment-end again with the same arguments and override_reason (the user's own reason; it is stored in the conclusion) and confirmation_token.",
    );
  });

  it('does not act by its token alone, and does not use it up', () => {
    const { decide } = opened();
    const { token } = shown(decide(FAILING));
    const { codes, said } = shown(decide(FAILING, { token }));
    expect(codes).toEqual(['override_reason_missing', 'gate_failed']);
    expect(said).toContain('it needs override_reason as well');
    expect(shown(decide(FAILING, { token, overrideReason: '' })).codes).toContain('override_reason_missing');
    expect(decide(FAILING, { token, overrideReason: REASON })).toEqual({ kind: 'act', overrideReason: REASON });
    expect(shown(decide(FAILING, { token, overrideReason: REASON })).codes).toContain('token_used');
  });

  it('acts by its token alone where the evidence carries it', () => {
    const { decide } = opened();
    const passing = { ...PREVIEW, gate: { ...GATE, passes: true } };
    const { token, codes, said } = shown(decide(passing));
    expect(codes).toEqual(['confirmation_required']);
    expect(said).not.toMatch(/evidence|reason/);
    expect(decide(passing, { token }).kind).toBe('act');
  });
});

describe('where nothing is to be confirmed', () => {
  it('a call acts at once', () => {
    const { decide, consents } = opened({ mode: 'off' });
    expect(decide(PREVIEW)).toEqual({ kind: 'act', overrideReason: undefined });
    expect(consents({ canAsk: false }).asks).toBe(false);
    expect(opened({ mode: 'auto' }).consents({ canAsk: false }).asks).toBe(true);
  });

  it('a call that the evidence does not carry is shown without a token, and acts with a reason', () => {
    const { decide, consents } = opened({ mode: 'off' });
    const { fields, codes, said } = shown(decide(FAILING));
    expect(fields).toEqual({});
    expect(codes).toEqual(['gate_failed']);
    expect(said).toBe(
      "Nothing has changed yet. The evidence does not carry this: It ran for 2 days. It needs 7. Call experiment-end again with the same arguments and override_reason (the user's own reason; it is stored in the conclusion), or conclude what the evidence carries.",
    );
    expect(decide(FAILING, { overrideReason: REASON })).toEqual({ kind: 'act', overrideReason: REASON });
    expect(consents({ canAsk: false, overrideReason: REASON }).reason).toBe(REASON);
  });
});

describe('a call from the shell', () => {
  const codesOf = (options: Partial<ConsentOptions>) => shown(opened(options).decide(PREVIEW)).codes;

  it('is told that its token is lost with it, unless a secret outlives it', () => {
    expect(codesOf({ oneCall: true })).toEqual(['confirmation_required', 'one_call_only']);
    expect(shown(opened({ oneCall: true }).decide(PREVIEW)).said).toContain('Set POSTHOG_MCP_SECRET to the same text');
    expect(codesOf({ oneCall: true, secret: 'correct horse' })).toEqual(['confirmation_required']);
    expect(codesOf({ oneCall: false })).toEqual(['confirmation_required']);
  });

  it('is confirmed by the next one where both have the same secret', () => {
    const options = { oneCall: true, secret: 'correct horse' };
    const { token } = shown(opened(options).decide(PREVIEW));
    expect(opened(options).decide(PREVIEW, { token }).kind).toBe('act');
  });
});

describe('a person who can be asked', () => {
  const dialog = () => {
    const process = opened({ mode: 'auto' });
    const question = asked(process.decide(PREVIEW, { canAsk: true }));
    const answer = (action: 'accept' | 'decline' | 'cancel', { preview = PREVIEW, ...call } = {}) =>
      process.decide(preview, { canAsk: true, answer: { action, state: question.state }, ...call });
    process.clock.now += FASTEST_READER_MS;
    return { ...process, question, answer };
  };

  it('is asked in place of the token, and the call acts on a yes, once', () => {
    const { question, answer } = dialog();
    expect(question.message).toMatch(/^experiment-end on experiment 7 "Checkout", project 1 \(live\)\. Do it\?/);
    expect(question.needsReason).toBe(false);
    expect(answer('accept')).toEqual({ kind: 'act', overrideReason: undefined });
    expect(shown(answer('accept')).codes).toEqual(['token_used', 'confirmation_required']);
  });

  it('is not asked where the client cannot, and gets a token', () => {
    expect(shown(opened({ mode: 'auto' }).decide(PREVIEW)).codes).toEqual(['confirmation_required']);
  });

  it('is asked on a token that does not hold', () => {
    const { decide } = opened({ mode: 'auto' });
    expect(asked(decide(PREVIEW, { canAsk: true, token: 'x' })).message).toContain('none of this server');
  });

  it('is taken by the word: a no ends the call and is final, whatever moved', () => {
    const { answer } = dialog();
    for (const preview of [PREVIEW, MOVED])
      expect(() => answer('decline', { preview })).toThrow(
        expect.objectContaining({
          code: 'declined',
          message: 'The person was asked and declined experiment-end on experiment 7 "Checkout"; nothing was changed.',
          hint: 'That is their answer: do not call it again unless they ask for it.',
        }),
      );
  });

  it('who closes the question has not agreed, and the call ends', () => {
    const { answer } = dialog();
    expect(() => answer('cancel')).toThrow(
      expect.objectContaining({
        code: 'declined',
        message:
          'The person closed the question about experiment-end on experiment 7 "Checkout" without an answer; nothing was changed.',
        hint: 'Ask them in the conversation whether they want it, before calling again.',
      }),
    );
  });

  it.each(['accept', 'decline', 'cancel'] as const)('counts for nothing sooner than anybody reads: %s', (action) => {
    const { clock, answer } = dialog();
    clock.now -= 1;
    const { codes, said, token } = shown(answer(action));
    expect(codes).toEqual(['no_dialog', 'confirmation_required']);
    expect(said).toContain('before a person could have read it');
    expect(token).not.toBe('');
  });

  it('is asked anew where something moved before the yes, or where it came too late', () => {
    const { clock, answer } = dialog();
    expect(asked(answer('accept', { preview: MOVED })).message).toContain('something moved: status, version');
    clock.now += TOKEN_LIFE_MS;
    expect(asked(answer('accept')).message).toContain('older than 10 minutes');
  });

  it('is not asked for ever by a client that loses the state of the question', () => {
    const { decide } = dialog();
    const { codes } = shown(decide(PREVIEW, { canAsk: true, answer: { action: 'accept', state: '' } }));
    expect(codes).toEqual(['token_invalid', 'confirmation_required']);
  });

  it('may say yes a second time within the same call, where PostHog carried nothing out', () => {
    const { consents, question } = dialog();
    const consent = consents({ canAsk: true, answer: { action: 'accept', state: question.state } });
    expect(consent.decide(PREVIEW).kind).toBe('act');
    expect(consent.decide(PREVIEW).kind).toBe('act');
  });
});

describe('a person who is asked for a reason', () => {
  const dialog = (call: Partial<ConsentCall> = {}) => {
    const process = opened({ mode: 'auto' });
    const question = asked(process.decide(FAILING, { canAsk: true, ...call }));
    process.clock.now += FASTEST_READER_MS;
    const accept = (reason?: string) =>
      process.decide(FAILING, { canAsk: true, ...call, answer: { action: 'accept', state: question.state, reason } });
    return { question, accept };
  };

  it('agrees by giving one', () => {
    const { question, accept } = dialog();
    expect(question.needsReason).toBe(true);
    expect(question.message).toContain('It ran for 2 days. It needs 7.');
    expect(accept(REASON)).toEqual({ kind: 'act', overrideReason: REASON });
  });

  it('has not agreed without one, and the yes is not used up', () => {
    const { accept } = dialog();
    for (const reason of [undefined, ''])
      expect(shown(accept(reason)).codes).toEqual(['override_reason_missing', 'gate_failed']);
    expect(accept(REASON).kind).toBe('act');
  });

  it('need not give one that the call brought along, which goes before theirs', () => {
    const { question, accept } = dialog({ overrideReason: REASON });
    expect(question.needsReason).toBe(false);
    expect(question.message).toContain(`Reason given: "${REASON}"`);
    expect(accept('Another.')).toEqual({ kind: 'act', overrideReason: REASON });
  });
});
