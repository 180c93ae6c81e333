import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cleanText, mapStrings } from '../../src/render/untrusted.js';
import { FORBIDDEN } from '../helpers/forbidden.js';

describe('cleanText', () => {
  it.each([
    ['a zero-width space', 'ad\u200Bmin', 'admin'],
    ['a byte order mark', '\uFEFFname', 'name'],
    ['a bidi override', 'abc\u202Etxt.exe', 'abctxt.exe'],
    ['bidi isolates', '\u2066x\u2069', 'x'],
    ['tag characters', `hi${String.fromCodePoint(0xe0041, 0xe0042)}`, 'hi'],
    ['supplementary variation selectors', `a${String.fromCodePoint(0xe0100)}`, 'a'],
    ['terminal escapes', '\u001B[31mred\u001B[0m', '[31mred[0m'],
    ['C1 controls', 'a\u009Bb', 'ab'],
    ['a NUL', 'a\u0000b', 'ab'],
    ['a soft hyphen', 'co\u00ADop', 'coop'],
    ['a joiner between letters', 'a\u200Db', 'ab'],
    ['a selector behind a letter', 'a\uFE0F', 'a'],
    ['a lone surrogate', 'a\uD800b', 'a\uFFFDb'],
  ])('takes out %s', (_, dirty, clean) => {
    expect(cleanText(dirty)).toBe(clean);
  });

  it.each([
    ['line breaks and tabs', 'a\n\tb'],
    ['a family emoji', '👩‍👩‍👧‍👦'],
    ['a rainbow flag', '🏳️‍🌈'],
    ['a skin tone with a joiner', '👩🏽‍💻'],
    ['a keycap', '1️⃣'],
    ['other scripts', 'Größe שלום 中文 नमस्ते'],
    ['markup', '</data> **bold** ![x](https://example.com)'],
  ])('keeps %s', (_, text) => {
    expect(cleanText(text)).toBe(text.normalize('NFC'));
  });

  it('turns every kind of line break into \\n', () => {
    expect(cleanText('a\r\nb\rc\u2028d\u2029e')).toBe('a\nb\nc\nd\ne');
  });

  it('composes letters, so that two spellings of one name are equal', () => {
    expect(cleanText('Cafe\u0301')).toBe('Café');
  });

  it('risk 23: changes nothing the second time and leaves no forbidden code point', () => {
    const nasty = fc.constantFrom(
      '\u200D',
      '\uFE0F',
      '\u200B',
      '👩',
      '1',
      '\u0301',
      '\uD800',
      '\r',
      '\u{E0041}',
      '\u00AD',
      '\u061C',
      '\u2028',
      '\u2060',
      '\u{1F3FD}',
    );
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(fc.oneof(nasty, fc.string()), { maxLength: 12 }).map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(text, (dirty) => {
        const once = cleanText(dirty);
        expect(cleanText(once)).toBe(once);
        expect(once).not.toMatch(FORBIDDEN);
      }),
      { numRuns: 500 },
    );
  });
});

describe('mapStrings', () => {
  it('reaches every string and key and leaves the input alone', () => {
    const input = { 'k\u200B': ['a\u200B', { b: 'c\u200B', n: 1, t: true, z: null }] };
    expect(mapStrings(input, cleanText)).toEqual({ k: ['a', { b: 'c', n: 1, t: true, z: null }] });
    expect(input).toEqual({ 'k\u200B': ['a\u200B', { b: 'c\u200B', n: 1, t: true, z: null }] });
  });
});
