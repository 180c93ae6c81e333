import { describe, expect, it } from 'vitest';
import { TOKEN_LIFE_MS } from '../../src/mcp/consent/confirmation-token.js';
import { type ConsentOptions, createConsents } from '../../src/mcp/consent/consent.js';
import { FAILING, GATE, MOVED, opened, PREVIEW, REASON, shown } from './consent-process.js';

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
