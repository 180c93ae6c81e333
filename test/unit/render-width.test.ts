import { describe, expect, it } from 'vitest';
import { columnsOf, cutTo } from '../../src/render/width.js';

/** Any text with this in it is looked at grapheme by grapheme. */
const WIDE = '日';

describe('the width of text', () => {
  it('is the same by the short way for narrow characters as by Unicode, for every character of the plane', () => {
    const codes = Array.from({ length: 0xff_ff }, (_, code) => code).filter((code) => code < 0xd8_00 || code > 0xdf_ff);
    const differ = codes.filter((code) => {
      const text = `a${String.fromCodePoint(code)}b`;
      return columnsOf(text) + 2 !== columnsOf(text + WIDE);
    });
    expect(differ).toEqual([]);
  });

  it.each([
    ['plain', 5],
    ['Größe → 5 €', 11],
    ['日本', 4],
    ['e\u0301', 1],
    ['👩‍💻', 2],
    ['☎', 1],
    ['☎\uFE0F', 2],
    ['⏰', 2],
    ['ｱ', 1],
  ])('of %j is %i', (text, columns) => {
    expect(columnsOf(text)).toBe(columns);
  });

  it('is kept to by what is cut, which ends in an ellipsis and never inside a character', () => {
    expect(cutTo('a longer text', 8)).toBe('a longe…');
    expect(cutTo('日本語', 4)).toBe('日…');
    expect(cutTo('a👩‍💻b', 3)).toBe('a…');
  });
});
