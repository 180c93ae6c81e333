import { describe, expect, it } from 'vitest';
import { TOKEN_LIFE_MS } from '../../src/mcp/consent/confirmation-token.js';
import { type ConsentOptions, createConsents } from '../../src/mcp/consent/consent.js';
import { createMemoryStore } from '../../src/replicas/store.js';
import { FAILING, GATE, MOVED, opened, PREVIEW, REASON, shown, UPSTREAM } from './consent-process.js';

describe('a call that has to be confirmed by token', () => {
  it('is shown with a token and until when it holds, and says how to confirm', async () => {
    const { fields, codes, said } = shown(await opened().decide(PREVIEW));
    expect(fields).toEqual({ confirmation_token: expect.any(String), expires_at: '2026-06-01T12:10:00.000Z' });
    expect(codes).toEqual(['confirmation_required']);
    expect(said).toBe(
      'Nothing has changed yet. Show the user what would happen; if they agree, call experiment-end again with the same arguments and confirmation_token. Any other change of the arguments, a conclusion or a comment included, needs a new preview.',
    );
  });

  it('acts with its token, once', async () => {
    const { decide } = opened();
    const { token } = shown(await decide(PREVIEW));
    expect(await decide(PREVIEW, { token })).toEqual({ kind: 'act', overrideReason: undefined });
    const again = shown(await decide(PREVIEW, { token }));
    expect(again.codes).toEqual(['token_used', 'confirmation_required']);
    expect(again.said).toContain('was used already; each works once. This is a new preview.');
  });

  it('is never put to the client as a dialog', async () => {
    expect((await opened().decide(PREVIEW, { canAsk: true })).kind).toBe('preview');
  });

  it.each([
    ['was not issued by this server', 'invalid', PREVIEW, PREVIEW, 0, (token: string) => `${token}x`],
    ['was for another call', 'other_call', { ...PREVIEW, project: 2 }, PREVIEW, 0, (token: string) => token],
    ['is older than 10 minutes', 'expired', PREVIEW, PREVIEW, TOKEN_LIFE_MS, (token: string) => token],
  ])('is shown anew where the token %s', async (words, kind, first, second, later, changed) => {
    const { clock, decide } = opened();
    const { token } = shown(await decide(first));
    clock.now += later;
    const { codes, said, fields } = shown(await decide(second, { token: changed(token) }));
    expect(codes).toEqual([`token_${kind}`, 'confirmation_required']);
    expect(said).toContain(`The confirmation_token ${words}`);
    expect(fields.confirmation_token).not.toBe(token);
  });

  it('is shown anew where something moved, and says what', async () => {
    const { decide } = opened();
    const { token } = shown(await decide(PREVIEW));
    const { codes, said } = shown(await decide(MOVED, { token }));
    expect(codes).toEqual(['state_moved', 'confirmation_required']);
    expect(said).toContain('This changed since the preview: status, version. Nothing was done; this is a new preview.');
  });

  it('is decided on again with the same token where PostHog carried nothing out, yet not on what moved', async () => {
    const { consents, decide } = opened();
    const { token } = shown(await decide(PREVIEW));
    const consent = consents({ canAsk: false, token });
    expect((await consent.decide(PREVIEW)).kind).toBe('act');
    expect((await consent.decide(PREVIEW)).kind).toBe('act');
    expect(shown(await consent.decide(MOVED)).codes).toEqual(['state_moved', 'confirmation_required']);
    expect(shown(await decide(PREVIEW, { token })).codes).toContain('token_used');
  });

  it('is not let through with a used token because it was shown a preview before', async () => {
    const { consents, decide } = opened();
    const { token } = shown(await decide(PREVIEW));
    await decide(PREVIEW, { token });
    const consent = consents({ canAsk: false, token });
    for (const _ of ['first', 'second']) expect(shown(await consent.decide(PREVIEW)).codes).toContain('token_used');
  });

  it('is still let through by the same call after a preview came between', async () => {
    const { consents, decide } = opened();
    const { token } = shown(await decide(PREVIEW));
    const consent = consents({ canAsk: false, token });
    await consent.decide(PREVIEW);
    await consent.decide(MOVED);
    expect((await consent.decide(PREVIEW)).kind).toBe('act');
  });

  it('goes by the machine’s clock where none is given', async () => {
    const consents = createConsents({ mode: 'token', upstream: UPSTREAM, store: createMemoryStore(Date.now) });
    const before = Date.now();
    const { fields } = shown(await consents({ canAsk: false, redact: (text) => text }).decide(PREVIEW));
    expect(Date.parse(fields.expires_at ?? '')).toBeGreaterThanOrEqual(before + TOKEN_LIFE_MS);
    expect(Date.parse(fields.expires_at ?? '')).toBeLessThanOrEqual(Date.now() + TOKEN_LIFE_MS);
  });
});

describe('a call that the evidence does not support', () => {
  it('is shown with why, and asks for a reason beside the token', async () => {
    const { codes, said } = shown(await opened().decide(FAILING));
    expect(codes).toEqual(['gate_failed']);
    expect(said).toBe(
      "Nothing has changed yet. The evidence does not support this: It ran for 2 days. It needs 7. Show the user what would happen; if they agree, call experiment-end again with the same arguments and override_reason (the user's own reason; it is stored in the conclusion) and confirmation_token. Any other change of the arguments, a conclusion or a comment included, needs a new preview.",
    );
  });

  it('does not act by its token alone, and does not use it up', async () => {
    const { decide } = opened();
    const { token } = shown(await decide(FAILING));
    const { codes, said } = shown(await decide(FAILING, { token }));
    expect(codes).toEqual(['override_reason_missing', 'gate_failed']);
    expect(said).toContain('it also needs override_reason');
    expect(shown(await decide(FAILING, { token, overrideReason: '' })).codes).toContain('override_reason_missing');
    expect(await decide(FAILING, { token, overrideReason: REASON })).toEqual({ kind: 'act', overrideReason: REASON });
    expect(shown(await decide(FAILING, { token, overrideReason: REASON })).codes).toContain('token_used');
  });

  it('acts by its token alone where the evidence supports it', async () => {
    const { decide } = opened();
    const passing = { ...PREVIEW, gate: { ...GATE, passes: true } };
    const { token, codes, said } = shown(await decide(passing));
    expect(codes).toEqual(['confirmation_required']);
    expect(said).not.toMatch(/evidence|reason/);
    expect((await decide(passing, { token })).kind).toBe('act');
  });
});

describe('where nothing is to be confirmed', () => {
  it('a call acts at once', async () => {
    const { decide, consents } = opened({ mode: 'off' });
    expect(await decide(PREVIEW)).toEqual({ kind: 'act', overrideReason: undefined });
    expect(consents({ canAsk: false }).asks).toBe(false);
    expect(opened({ mode: 'auto' }).consents({ canAsk: false }).asks).toBe(true);
  });

  it('a call that the evidence does not support is shown without a token, and acts with a reason', async () => {
    const { decide, consents } = opened({ mode: 'off' });
    const { fields, codes, said } = shown(await decide(FAILING));
    expect(fields).toEqual({});
    expect(codes).toEqual(['gate_failed']);
    expect(said).toBe(
      "Nothing has changed yet. The evidence does not support this: It ran for 2 days. It needs 7. Call experiment-end again with the same arguments and override_reason (the user's own reason; it is stored in the conclusion), or conclude what the evidence supports.",
    );
    expect(await decide(FAILING, { overrideReason: REASON })).toEqual({ kind: 'act', overrideReason: REASON });
    expect(consents({ canAsk: false, overrideReason: REASON }).reason).toBe(REASON);
  });
});

describe('a call from the shell', () => {
  const codesOf = async (options: Partial<ConsentOptions>) => shown(await opened(options).decide(PREVIEW)).codes;

  it('says that its token is lost with its sandbox', async () => {
    expect(await codesOf({ oneCall: true })).toEqual(['confirmation_required', 'one_call_only']);
    expect(await codesOf({})).toEqual(['confirmation_required']);
  });
});

describe('another process', () => {
  /** Each is opened anew, as a client does that starts a process for every request. */
  const confirms = async (one: Partial<ConsentOptions>, other: Partial<ConsentOptions>, key?: string) => {
    const { token } = shown(await opened(one).decide(PREVIEW, { key }));
    return (await opened(other).decide(PREVIEW, { token, key })).kind === 'act';
  };
  const otherKey = { upstream: { ...UPSTREAM, key: 'phx_another' } };
  const [secret, otherSecret] = [{ secret: 'correct horse' }, { secret: 'correct horsf' }];

  it.each([
    ['accepts a token made with the same PostHog key', {}, {}, true],
    ['refuses one made with another PostHog key', {}, otherKey, false],
    ['refuses one for another PostHog', {}, { upstream: { ...UPSTREAM, origin: 'https://eu.posthog.com' } }, false],
    ['accepts one made with the same secret, whatever the key', secret, { ...secret, ...otherKey }, true],
    ['refuses one made with another secret', secret, otherSecret, false],
    ['refuses one made with a secret where it has none', secret, {}, false],
  ])('%s', async (_, one, other, expected) => {
    expect(await confirms(one, other)).toBe(expected);
  });

  it('goes by the key of the caller, where callers bring their own', async () => {
    expect(await confirms({}, otherKey, 'phx_of_the_caller')).toBe(true);
  });
});
