import { describe, expect, it } from 'vitest';
import { pyStrip } from '../../src/sandbox/validation/python.js';
import { storedTag, stripped } from '../../src/schema/stripped.js';
import { tag, tagList } from '../../src/schema/tag.js';

/** All that Python 3 takes for white space: `[c for c in range(0x110000) if chr(c).isspace()]`. */
const PYTHON_SPACES = [
  ...[0x9, 0xa, 0xb, 0xc, 0xd, 0x1c, 0x1d, 0x1e, 0x1f, 0x20, 0x85, 0xa0, 0x1680],
  ...Array.from({ length: 11 }, (_, at) => 0x2000 + at),
  ...[0x2028, 0x2029, 0x202f, 0x205f, 0x3000],
];

describe.each([
  ['the server', stripped],
  ['the sandbox', pyStrip],
])('white space around a text, to %s', (_, strip) => {
  it('is what Python strips, and nothing else', () => {
    const found = Array.from({ length: 0x110000 }, (_code, code) => code).filter(
      (code) => strip(`${String.fromCodePoint(code)}a${String.fromCodePoint(code)}`) === 'a',
    );
    expect(found).toEqual(PYTHON_SPACES);
  });

  it('goes at both ends and stays inside', () => {
    expect(strip('\u0085\x1f a\x1fb \u2028')).toBe('a\x1fb');
    expect(strip(' \x1c\t ')).toBe('');
  });
});

describe('a tag', () => {
  it.each([
    ['İstanbul', 'i\u0307stanbul'],
    ['STRAẞE', 'straße'],
    ['ΛΌΓΟΣ', 'λόγος'],
    ['ΣΊΣΥΦΟΣ.', 'σίσυφος.'],
    ['\u212aELVIN', 'kelvin'],
    ['\u3000Agent\u2003', 'agent'],
    ['\ufeffagent', '\ufeffagent'],
  ])('%j is stored as Python strips and lowers it', (given, stored) => {
    expect(storedTag(given)).toBe(stored);
    expect(tag.parse(given)).toBe(stored);
  });

  it('risk 51: is refused with any control character in it or around it', () => {
    const controls = Array.from({ length: 0xa0 }, (_, code) => code).filter((code) => code < 0x20 || code >= 0x7f);
    for (const code of controls)
      for (const text of [
        `a${String.fromCharCode(code)}`,
        `${String.fromCharCode(code)}a`,
        `a${String.fromCharCode(code)}b`,
      ])
        expect(tag.safeParse(text).success, text).toBe(false);
  });

  it('is refused where nothing is left of it', () => {
    expect(['', ' ', '\u2003'].map((text) => tag.safeParse(text).success)).toEqual([false, false, false]);
  });

  it('comes once, however it is spelled', () => {
    expect(tagList.parse(['Agent', ' agent', 'AGENT\u3000'])).toEqual(['agent']);
  });
});
