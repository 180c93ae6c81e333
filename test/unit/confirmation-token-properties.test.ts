import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { opened, PREVIEW } from './confirmation-previews.js';

describe('a text that is not exactly a token', () => {
  const { tokens } = opened();
  const { token } = tokens.issue(PREVIEW);
  const invalid = (text: string) => {
    expect(tokens.flawOf(text, PREVIEW), text).toEqual({ kind: 'invalid' });
  };

  it('confirms nothing, whatever it is', () => {
    fc.assert(fc.property(fc.oneof(fc.string(), fc.base64String(), fc.string({ unit: 'binary' })), invalid));
  });

  it('confirms nothing where a part is missing', () => {
    fc.assert(
      fc.property(fc.nat(token.length - 1), fc.nat(token.length), (from, length) => {
        const cut = token.slice(from, from + length);
        if (cut !== token) invalid(cut);
      }),
    );
  });
});
