/** How many columns text takes in a monospace font. Pure. */

/** Scripts whose characters are two columns wide, their punctuation and full-width forms, and emoji. */
const WIDE =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Bopomofo}\p{Script=Yi}\u3000-\u303E\u30FC\uFF01-\uFF60\uFFE0-\uFFE6\p{Emoji_Presentation}]|\p{Extended_Pictographic}\uFE0F/u;
const HALF_WIDTH = /^[\uFF61-\uFFDC]/u;
/** Alone, these stand on the character before and take no column. */
const MARKS = /^[\p{Mn}\p{Me}\p{Cf}]+$/u;

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

function columnsOfOne(grapheme: string): number {
  if (HALF_WIDTH.test(grapheme)) return 1;
  if (WIDE.test(grapheme)) return 2;
  return MARKS.test(grapheme) ? 0 : 1;
}

/** Nearly all text is this, a column each. */
const PLAIN = /^[\x20-\x7E]*$/;

export function columnsOf(text: string): number {
  if (PLAIN.test(text)) return text.length;
  return [...graphemes.segment(text)].reduce((sum, { segment }) => sum + columnsOfOne(segment), 0);
}

/** One line of at most `columns`; what is longer ends in an ellipsis. */
export function cutTo(text: string, columns: number): string {
  const line = text.replaceAll(/\s+/g, ' ');
  if (columnsOf(line) <= columns) return line;
  let kept = '';
  let used = 0;
  for (const { segment } of graphemes.segment(line)) {
    const next = used + columnsOfOne(segment);
    if (next > columns - 1) break;
    kept += segment;
    used = next;
  }
  return `${kept}…`;
}

/** The same, filled with spaces to exactly `columns`. */
export function paddedTo(text: string, columns: number): string {
  const line = cutTo(text, columns);
  return `${line}${' '.repeat(Math.max(0, columns - columnsOf(line)))}`;
}
