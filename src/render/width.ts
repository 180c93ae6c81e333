/** How many columns text takes in a monospace font. Pure. */

/** Made when first asked for: loading Unicode's tables would be a tenth of every start, and few texts need them. */
function makeTables() {
  return {
    /** Scripts whose characters are two columns wide, their punctuation and full-width forms, and emoji. */
    wide: /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Bopomofo}\p{Script=Yi}\u3000-\u303E\u30FC\uFF01-\uFF60\uFFE0-\uFFE6\p{Emoji_Presentation}]|\p{Extended_Pictographic}\uFE0F/u,
    halfWidth: /^[\uFF61-\uFFDC]/u,
    /** Alone, these stand on the character before and take no column. */
    marks: /^[\p{Mn}\p{Me}\p{Cf}]+$/u,
    graphemes: new Intl.Segmenter('en', { granularity: 'grapheme' }),
  };
}

let tables: ReturnType<typeof makeTables> | undefined;

function* graphemesOf(text: string): Generator<{ grapheme: string; columns: number }> {
  tables ??= makeTables();
  const { wide, halfWidth, marks, graphemes } = tables;
  for (const { segment: grapheme } of graphemes.segment(text)) {
    const columns = halfWidth.test(grapheme) ? 1 : wide.test(grapheme) ? 2 : marks.test(grapheme) ? 0 : 1;
    yield { grapheme, columns };
  }
}

/** Nearly all text is this, a column each: letters of Europe without loose accents, its punctuation, arrows and signs. */
const NARROW =
  /^[\x20-\x7E\xA1-\xAC\xAE-\u02AF\u0370-\u0482\u048A-\u052F\u2010-\u2027\u2030-\u205E\u20A0-\u20C0\u2100-\u2319]*$/;

export function columnsOf(text: string): number {
  if (NARROW.test(text)) return text.length;
  let sum = 0;
  for (const { columns } of graphemesOf(text)) sum += columns;
  return sum;
}

/** One line of at most `columns`; what is longer ends in an ellipsis. */
export function cutTo(text: string, columns: number): string {
  const line = text.replaceAll(/\s+/g, ' ');
  if (columnsOf(line) <= columns) return line;
  let kept = '';
  let used = 0;
  for (const one of graphemesOf(line)) {
    const next = used + one.columns;
    if (next > columns - 1) break;
    kept += one.grapheme;
    used = next;
  }
  return `${kept}…`;
}

/** The same, filled with spaces to exactly `columns`. */
export function paddedTo(text: string, columns: number): string {
  const line = cutTo(text, columns);
  return `${line}${' '.repeat(Math.max(0, columns - columnsOf(line)))}`;
}
