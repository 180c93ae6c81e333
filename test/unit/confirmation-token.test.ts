import { describe, expect, it } from 'vitest';
import { TOKEN_LIFE_MS } from '../../src/mcp/consent/confirmation-token.js';
import { createMemoryStore } from '../../src/replicas/store.js';
import type { Gate, Preview } from '../../src/writes/pipeline/consent.js';
import { GATE, opened, PREVIEW } from './confirmation-previews.js';

describe('a confirmation token', () => {
  it('confirms the preview that it was issued for, for ten minutes', async () => {
    const { clock, tokens } = opened();
    const { token, expires } = tokens.issue(PREVIEW);
    expect(expires).toBe(clock.now + 10 * 60_000);
    clock.now = expires - 1;
    expect(await tokens.flawOf(token, PREVIEW)).toBeNull();
    clock.now = expires;
    expect(await tokens.flawOf(token, PREVIEW)).toEqual({ kind: 'expired' });
  });

  it('works once, also when others have been spent since', async () => {
    const { clock, tokens } = opened();
    const [first, second] = [tokens.issue(PREVIEW).token, tokens.issue(PREVIEW).token];
    await tokens.spend(first);
    clock.now += TOKEN_LIFE_MS - 1;
    expect(await tokens.flawOf(second, PREVIEW)).toBeNull();
    await tokens.spend(second);
    expect(await tokens.flawOf(first, PREVIEW)).toEqual({ kind: 'used' });
    expect(await tokens.flawOf(second, PREVIEW)).toEqual({ kind: 'used' });
  });

  const others: [string, Partial<Preview>][] = [
    ['another tool', { tool: 'experiment-ship-variant' }],
    ['another project', { project: 2 }],
    ['another PostHog', { origin: 'https://eu.posthog.com' }],
    ['a caller, where it was shown to none', { caller: 'somebody' }],
    ['another experiment', { arguments: { id: 8, conclusion: 'won' } }],
    ['another argument', { arguments: { id: 7, conclusion: 'lost' } }],
    ['one more argument', { arguments: { id: 7, conclusion: 'won', conclusion_comment: 'x' } }],
    ['one argument less', { arguments: { id: 7 } }],
  ];
  it.each(others)('does not confirm a call with %s', async (_, change) => {
    const { tokens } = opened();
    const { token } = tokens.issue(PREVIEW);
    expect(await tokens.flawOf(token, { ...PREVIEW, ...change })).toEqual({ kind: 'other_call' });
  });

  it('does not confirm the call of another caller', async () => {
    const { tokens } = opened();
    const { token } = tokens.issue({ ...PREVIEW, caller: 'one' });
    expect(await tokens.flawOf(token, { ...PREVIEW, caller: 'one' })).toBeNull();
    expect(await tokens.flawOf(token, { ...PREVIEW, caller: 'another' })).toEqual({ kind: 'other_call' });
  });

  it('does not mind the order of arguments and of keys of the state', async () => {
    const { tokens } = opened();
    const { token } = tokens.issue(PREVIEW);
    const turned = {
      arguments: { conclusion: 'won', id: 7 },
      state: Object.fromEntries(Object.entries(PREVIEW.state).reverse()),
    };
    expect(await tokens.flawOf(token, { ...PREVIEW, ...turned })).toBeNull();
  });

  it('names every part of the state that moved, came or went', async () => {
    const { tokens } = opened();
    const { token } = tokens.issue(PREVIEW);
    const { end_date: _, ...state } = PREVIEW.state;
    const moved = { ...state, status: 'paused', version: 3, 'the filters of the flag': { groups: [] } };
    const flaw = await tokens.flawOf(token, { ...PREVIEW, state: moved });
    const parts = ['status', 'end_date', 'the filters of the flag', 'version'];
    expect(flaw).toEqual({ kind: 'moved', parts: expect.arrayContaining(parts) });
    expect(flaw).toHaveProperty('parts.length', parts.length);
  });

  it('cannot name a part that is gone and that it knows only a digest of', async () => {
    const { tokens } = opened();
    const { token } = tokens.issue({ ...PREVIEW, state: { ...PREVIEW.state, weather: 'fine', nothing: undefined } });
    const flaw = await tokens.flawOf(token, PREVIEW);
    expect(flaw).toEqual({ kind: 'moved', parts: ['a part that was shown', 'a part that was shown'] });
  });

  it('is remembered as used for as long as it could confirm, and spending any other text is nothing', async () => {
    const { clock, tokens } = opened();
    const { token } = tokens.issue(PREVIEW);
    await tokens.spend(token);
    clock.now += TOKEN_LIFE_MS - 1;
    await tokens.spend('no token');
    await tokens.spend(tokens.issue(PREVIEW).token);
    expect(await tokens.flawOf(token, PREVIEW)).toEqual({ kind: 'used' });
  });

  it('tells where the evidence says something else than it did', async () => {
    const { tokens } = opened();
    const { token } = tokens.issue({ ...PREVIEW, gate: GATE });
    expect(await tokens.flawOf(token, { ...PREVIEW, gate: { ...GATE, evidence_comment: 'Later.' } })).toBeNull();
    const others: (Gate | null)[] = [null, { ...GATE, passes: true }, { ...GATE, recommendation: 'ship' }];
    for (const gate of others)
      expect(await tokens.flawOf(token, { ...PREVIEW, gate })).toEqual({ kind: 'moved', parts: ['the assessment'] });
  });

  it('is good in every process with the same secret, and in no other', async () => {
    const shared = opened('correct horse').tokens.issue(PREVIEW).token;
    expect(await opened('correct horse').tokens.flawOf(shared, PREVIEW)).toBeNull();
    for (const secret of ['correct horsf', undefined])
      expect(await opened(secret).tokens.flawOf(shared, PREVIEW)).toEqual({ kind: 'invalid' });
  });

  it('can be spent by one of two who try at once', async () => {
    const { tokens } = opened();
    const { token } = tokens.issue(PREVIEW);
    expect(await Promise.all([tokens.spend(token), tokens.spend(token)])).toEqual([true, false]);
  });

  it('confirms nothing in another process that shares the store, once it is spent', async () => {
    const store = createMemoryStore(() => 1_000_000);
    const [one, other] = [opened('shared', store), opened('shared', store)];
    const { token } = one.tokens.issue(PREVIEW);
    expect(await one.tokens.spend(token)).toBe(true);
    expect(await other.tokens.flawOf(token, PREVIEW)).toEqual({ kind: 'used' });
  });

  it('does not stand in for the answer to a question, nor the question for a token', async () => {
    const { tokens } = opened();
    expect(await tokens.flawOf(tokens.issue(PREVIEW, 'dialog').token, PREVIEW, 'token')).toEqual({
      kind: 'other_call',
    });
    expect(await tokens.flawOf(tokens.issue(PREVIEW, 'token').token, PREVIEW, 'dialog')).toEqual({
      kind: 'other_call',
    });
  });

  it('confirms nothing once the user refused the call, of either kind, whenever before it was issued', async () => {
    const { clock, tokens } = opened();
    const { token } = tokens.issue(PREVIEW);
    const dialog = tokens.issue(PREVIEW, 'dialog').token;
    clock.now += 5;
    await tokens.refuse(dialog, PREVIEW);
    expect(await tokens.flawOf(token, PREVIEW)).toEqual({ kind: 'refused' });
    expect(await tokens.flawOf(dialog, PREVIEW, 'dialog')).toEqual({ kind: 'refused' });
    clock.now += 1;
    expect(await tokens.flawOf(tokens.issue(PREVIEW).token, PREVIEW)).toBeNull();
  });

  it('is not refused by a text that this server did not issue', async () => {
    const { tokens } = opened();
    const { token } = tokens.issue(PREVIEW);
    await tokens.refuse('forged', PREVIEW);
    expect(await tokens.flawOf(token, PREVIEW)).toBeNull();
  });

  it('tells its age, and that of no other text', async () => {
    const { clock, tokens } = opened();
    const { token } = tokens.issue(PREVIEW);
    expect(tokens.ageOf(token, clock.now + 250)).toBe(250);
    expect(tokens.ageOf(`${token}x`, clock.now)).toBeNull();
  });

  it('is short, since a model has to copy it, and holds nothing of the state or the arguments that could be read', async () => {
    const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'].map((name) => [name, { rollout: 'running' }]);
    const { token } = opened().tokens.issue({ ...PREVIEW, state: { ...PREVIEW.state, ...Object.fromEntries(names) } });
    expect(token.length).toBeLessThan(180);
    expect(token).toMatch(/^[\w~-]+\.[\w-]+$/);
    expect(token).not.toMatch(/won|running|rollout/);
  });
});

describe('a text that is not exactly a token', () => {
  const { tokens } = opened();
  const { token } = tokens.issue(PREVIEW);
  const invalid = async (text: string) => {
    expect(await tokens.flawOf(text, PREVIEW), text).toEqual({ kind: 'invalid' });
  };

  it('confirms nothing where it is empty, doubled, or has anything around it', async () => {
    for (const text of [
      '',
      '.',
      '..',
      `${token}.`,
      `.${token}`,
      `${token}.${token}`,
      ` ${token}`,
      `${token}\n`,
      `${token}=`,
    ])
      await invalid(text);
  });

  it('confirms nothing where any one bit is another', async () => {
    for (let at = 0; at < token.length; at += 1) {
      for (let bit = 0; bit < 7; bit += 1) {
        const other = String.fromCharCode(token.charCodeAt(at) ^ (1 << bit));
        await invalid(token.slice(0, at) + other + token.slice(at + 1));
      }
    }
  });

  it('confirms nothing where it says the same bytes in another way', async () => {
    for (const other of 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_')
      if (!token.endsWith(other)) await invalid(token.slice(0, -1) + other);
    for (const at of [1, token.indexOf('.') + 1, token.length - 1])
      for (const ignored of ['!', ' ', '=', '\0']) await invalid(token.slice(0, at) + ignored + token.slice(at));
  });

  it('confirms nothing where its signature is that of another token', async () => {
    const [body] = token.split('.');
    const [, signature] = tokens.issue({ ...PREVIEW, project: 2 }).token.split('.');
    await invalid(`${body}.${signature}`);
  });
});
