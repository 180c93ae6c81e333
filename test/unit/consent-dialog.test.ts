import { describe, expect, it } from 'vitest';
import { TOKEN_LIFE_MS } from '../../src/mcp/consent/confirmation-token.js';
import { FASTEST_READER_MS } from '../../src/mcp/consent/consent.js';
import type { SharedStore } from '../../src/replicas/store.js';
import { DOWN_STORE } from '../helpers/down-store.js';
import { asked, FAILING, MOVED, opened, PREVIEW, REASON, shown, type TestCall } from './consent-process.js';

type Action = 'accept' | 'decline' | 'cancel';

/** A question that was put to a client, and answers that arrive after `readFor` milliseconds. */
async function questioned(preview = PREVIEW, call: Partial<TestCall> = {}, store?: SharedStore) {
  const process = opened({ mode: 'auto', ...(store ? { store } : {}) });
  const question = asked(await process.decide(preview, { canAsk: true, ...call }));
  const asks = process.clock.now;
  const answered = (action: Action, { readFor = FASTEST_READER_MS, reason = '' } = {}): TestCall => ({
    canAsk: true,
    ...call,
    answer: { action, state: question.state, arrived: asks + readFor, ...(reason === '' ? {} : { reason }) },
  });
  const answer = (
    action: Action,
    { about = preview, ...how }: { about?: typeof PREVIEW; readFor?: number; reason?: string } = {},
  ) => process.decide(about, answered(action, how));
  return { ...process, question, answered, answer };
}

describe('a person who can be asked', () => {
  it('is asked in place of the token, and the call acts on a yes, once', async () => {
    const { question, answer } = await questioned();
    expect(question.message).toMatch(/^experiment-end \(live\) in project 1: experiment 7 "Checkout"\. Go ahead\?\n/);
    expect(question.needsReason).toBe(false);
    expect(await answer('accept')).toEqual({ kind: 'act', overrideReason: undefined });
    expect(shown(await answer('accept')).codes).toEqual(['token_used', 'confirmation_required']);
  });

  it('is not asked where the client cannot, and gets a token', async () => {
    expect(shown(await opened({ mode: 'auto' }).decide(PREVIEW)).codes).toEqual(['confirmation_required']);
  });

  it('is asked on a token that does not hold', async () => {
    const { decide } = opened({ mode: 'auto' });
    expect(asked(await decide(PREVIEW, { canAsk: true, token: 'x' })).message).toContain('not issued by this server');
  });

  it('is asked again where something moved before the yes, or where it came too late', async () => {
    const { clock, answer } = await questioned();
    expect(asked(await answer('accept', { about: MOVED })).message).toContain(
      'changed since the preview: status, version',
    );
    clock.now += TOKEN_LIFE_MS;
    expect(asked(await answer('accept')).message).toContain('older than 10 minutes');
  });

  it('is not asked for ever by a client that loses the state of the question', async () => {
    const { clock, decide } = await questioned();
    const answer = { action: 'accept' as const, state: '', arrived: clock.now };
    const { codes } = shown(await decide(PREVIEW, { canAsk: true, answer }));
    expect(codes).toEqual(['token_invalid', 'confirmation_required']);
  });

  it('may say yes a second time within the same call, where PostHog carried nothing out', async () => {
    const { consents, answered } = await questioned();
    const consent = consents(answered('accept'));
    expect((await consent.decide(PREVIEW)).kind).toBe('act');
    expect((await consent.decide(PREVIEW)).kind).toBe('act');
  });
});

describe('an acceptance faster than anybody reads', () => {
  it('does not hide that the token of the call was wrong', async () => {
    const { answer } = await questioned(PREVIEW, { token: 'x' });
    const { codes } = shown(await answer('accept', { readFor: 0 }));
    expect(codes).toEqual(['token_invalid', 'no_dialog', 'confirmation_required']);
  });

  it.each(['decline', 'cancel'] as const)('nor does a policy that answers %s', async (action) => {
    const { answer } = await questioned(PREVIEW, { token: 'x' });
    await expect(answer(action)).rejects.toThrow('The confirmation_token was not issued by this server');
  });

  it.each([
    ['at once', 0],
    ['a moment too soon', FASTEST_READER_MS - 1],
    ['before the question, by a clock that was set back', -5_000],
  ])('is no consent: %s', async (_, readFor) => {
    const { answer } = await questioned();
    const { codes, said, token } = shown(await answer('accept', { readFor }));
    expect(codes).toEqual(['no_dialog', 'confirmation_required']);
    expect(said).toContain('faster than a person can read it');
    expect(token).not.toBe('');
  });

  it('risk 43: is judged by when it arrived, however long PostHog took to answer the reads that came after', async () => {
    const { clock, answer } = await questioned();
    clock.now += 5 * FASTEST_READER_MS;
    expect(shown(await answer('accept', { readFor: 1 })).codes).toContain('no_dialog');
  });

  it('uses the question up, so that the same answer sent again later is no consent either', async () => {
    const { answer } = await questioned();
    await answer('accept', { readFor: 1 });
    expect(shown(await answer('accept')).codes).toContain('token_used');
  });
});

describe('a refusal', () => {
  const REFUSALS = [
    ['decline', 'The question about experiment-end on experiment 7 "Checkout" was declined; nothing was changed.'],
    [
      'cancel',
      'The question about experiment-end on experiment 7 "Checkout" was closed without an answer; nothing was changed.',
    ],
  ] as const;

  it.each(REFUSALS)('ends the call, fast or slow, whatever moved: %s', async (action, message) => {
    const { answer } = await questioned();
    for (const about of [PREVIEW, MOVED])
      for (const readFor of [1, FASTEST_READER_MS])
        await expect(answer(action, { about, readFor })).rejects.toMatchObject({ code: 'declined', message });
  });

  it.each(REFUSALS)('says that a policy may have refused, and how a person can decide then: %s', async (action) => {
    const { answer } = await questioned();
    await expect(answer(action)).rejects.toMatchObject({
      hint: expect.stringMatching(/by its own policy and no person was asked.*--confirm token/),
    });
  });

  it.each(REFUSALS)('risk 44: is final: the same question accepted afterwards changes nothing (%s)', async (action) => {
    const { answer } = await questioned();
    await expect(answer(action)).rejects.toThrow();
    expect(shown(await answer('accept')).codes).toContain('token_refused');
  });

  it.each(REFUSALS)('risk 44: ends every token that was issued for the call before (%s)', async (action) => {
    const { clock, decide, answer } = await questioned();
    const { token } = shown(await decide(PREVIEW));
    clock.now += 1;
    await expect(answer(action)).rejects.toThrow();
    expect(shown(await decide(PREVIEW, { token })).codes).toEqual(['token_refused', 'confirmation_required']);
  });

  it('does not keep the person from being asked again later', async () => {
    const { clock, decide, answer } = await questioned();
    await expect(answer('decline')).rejects.toThrow();
    clock.now += 1;
    const { state } = asked(await decide(PREVIEW, { canAsk: true }));
    const arrived = clock.now + FASTEST_READER_MS;
    expect(await decide(PREVIEW, { canAsk: true, answer: { action: 'accept', state, arrived } })).toMatchObject({
      kind: 'act',
    });
  });
});

describe('a person who is asked for a reason', () => {
  it('agrees by giving one', async () => {
    const { question, answer } = await questioned(FAILING);
    expect(question.needsReason).toBe(true);
    expect(question.message).toContain('It ran for 2 days. It needs 7.');
    expect(await answer('accept', { reason: REASON })).toEqual({ kind: 'act', overrideReason: REASON });
  });

  it('has not agreed without one, and the yes is not used up', async () => {
    const { answer } = await questioned(FAILING);
    expect(shown(await answer('accept')).codes).toEqual(['override_reason_missing', 'gate_failed']);
    expect((await answer('accept', { reason: REASON })).kind).toBe('act');
  });

  it('has given none with the mark of an undo', async () => {
    const { answer } = await questioned(FAILING);
    const { codes } = shown(await answer('accept', { reason: `undo-mark:${'A'.repeat(22)}` }));
    expect(codes).toContain('override_reason_missing');
  });

  it('need not give one that the call brought along, which goes before theirs', async () => {
    const { question, answer } = await questioned(FAILING, { overrideReason: REASON });
    expect(question.needsReason).toBe(false);
    expect(question.message).toContain(`Reason given: "${REASON}"`);
    expect(await answer('accept', { reason: 'Another.' })).toEqual({ kind: 'act', overrideReason: REASON });
  });
});

describe('an answer while the store is down', () => {
  it.each([FASTEST_READER_MS, 1])('is no consent where it accepts (%s ms after the question)', async (readFor) => {
    const { answer } = await questioned(PREVIEW, {}, DOWN_STORE);
    await expect(answer('accept', { readFor })).rejects.toMatchObject({ code: 'store_unavailable' });
  });

  it.each(['decline', 'cancel'] as const)(
    'stays a refusal, and says that others do not know of it (%s)',
    async (action) => {
      const { answer } = await questioned(PREVIEW, {}, DOWN_STORE);
      await expect(answer(action)).rejects.toMatchObject({
        code: 'declined',
        message: expect.stringMatching(/nothing was changed\. The store .* could not record this/),
      });
    },
  );
});
