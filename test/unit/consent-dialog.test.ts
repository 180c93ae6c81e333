import { describe, expect, it } from 'vitest';
import { TOKEN_LIFE_MS } from '../../src/mcp/consent/confirmation-token.js';
import { type ConsentCall, FASTEST_READER_MS } from '../../src/mcp/consent/consent.js';
import { asked, FAILING, MOVED, opened, PREVIEW, REASON, shown } from './consent-process.js';

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
