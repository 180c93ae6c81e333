/**
 * Text that people typed into PostHog (names, descriptions, comments, flag keys) is data. These functions take out of it
 * what a reader cannot see but a model would read: controls, bidi overrides, zero-width and tag characters.
 */

/**
 * Controls but \t and \n, and everything Unicode calls ignorable: soft hyphen, fillers, bidi and zero-width characters,
 * tags. Joiners and emoji selectors are looked at below.
 */
const INVISIBLE =
  /(?!\t|\n|\u200D|\uFE0E|\uFE0F)(?:\p{Cc}|\p{Default_Ignorable_Code_Point}|\p{Noncharacter_Code_Point}|[\uFFF9-\uFFFB])/gu;
const INVISIBLE_IN_JSON =
  /[\u2028\u2029\uFFF9-\uFFFB]|(?![\u200D\uFE0E\uFE0F])[\p{Cc}\p{Default_Ignorable_Code_Point}\p{Noncharacter_Code_Point}]/gu;
const LINE_BREAK = /\r\n|[\r\u0085\u2028\u2029]/g;
const LONE_SURROGATE = /\p{Surrogate}/gu;
/** An emoji style selector means something only behind an emoji or a keycap digit. */
const STRAY_SELECTOR = /(?<![\p{Extended_Pictographic}0-9#*])[\uFE0E\uFE0F]/gu;
/** A joiner means something only between two emoji ("family", "flag"). */
const STRAY_JOINER =
  /(?<!\p{Extended_Pictographic}[\uFE0E\uFE0F\u{1F3FB}-\u{1F3FF}]?)\u200D|\u200D(?!\p{Extended_Pictographic})/gu;

/** Nearly all text is this, in which nothing below finds anything. */
const PLAIN = /^[\t\n\x20-\x7E]*$/;

/** One string made safe to show. Idempotent; keeps \n, \t, every script and whole emoji sequences. */
export function cleanText(text: string): string {
  if (PLAIN.test(text)) return text;
  return text
    .replace(LINE_BREAK, '\n')
    .replace(LONE_SURROGATE, '\uFFFD')
    .replace(INVISIBLE, '')
    .replace(STRAY_SELECTOR, '')
    .replace(STRAY_JOINER, '')
    .normalize('NFC');
}

/** Text that is to be one line, as a sentence of ours is. */
export function oneLine(text: string): string {
  // Run by run: a pattern with blanks before the break would look at each run once for every blank in it.
  return text.replaceAll(/[\s\u0085]+/g, (blanks) => (/[\n\r\v\f\u0085\u2028\u2029]/.test(blanks) ? ' ' : blanks));
}

/**
 * JSON text in which whatever a reader cannot see, or would take for the end of a line, is escaped. Unlike cleaning it loses
 * nothing: parsed, it is the same value.
 */
export function visibleJson(json: string): string {
  return json.replaceAll(INVISIBLE_IN_JSON, (character) =>
    character
      .split('')
      .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
      .join(''),
  );
}

/** A copy of a JSON value with `change` applied to every string in it, keys included. */
export function mapStrings(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === 'string') return change(value);
  if (Array.isArray(value)) return value.map((item) => mapStrings(item, change));
  if (value === null || typeof value !== 'object') return value;
  const changed = new Map<string, unknown>();
  // Two names that become one are two members still.
  for (const [key, item] of Object.entries(value))
    changed.set(freeName(change(key), changed), mapStrings(item, change));
  return Object.fromEntries(changed);
}

function freeName(name: string, taken: ReadonlyMap<string, unknown>): string {
  for (let number = 1; ; number += 1) {
    const free = number === 1 ? name : `${name} (${number})`;
    if (!taken.has(free)) return free;
  }
}
