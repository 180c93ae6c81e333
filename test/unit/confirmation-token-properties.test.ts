import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { opened, PREVIEW } from './confirmation-previews.js';

describe('a text that is not exactly a token', () => {
  const { tokens } = opened();
  const { token } = tokens.issue(PREVIEW);
  const invalid = async (text: string) => {
    expect(await tokens.flawOf(text, PREVIEW), text).toEqual({ kind: 'invalid' });
  };

  it('confirms nothing, whatever it is', async () => {
    await fc.assert(fc.asyncProperty(fc.oneof(fc.string(), fc.base64String(), fc.string({ unit: 'binary' })), invalid));
  });

  it('confirms nothing where a part is missing', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(token.length - 1), fc.nat(token.length), async (from, length) => {
        const cut = token.slice(from, from + length);
        if (cut !== token) await invalid(cut);
      }),
    );
  });
});
