/**
 * Letters, digits and what names of events and variants are made of; nothing that could end a phrase of ours, as a full stop
 * or a colon before a space does.
 */
const PLAIN = /^[\p{L}\p{N}](?:[\p{L}\p{N}\p{M} $_@-]|\.(?=\S|$)|:(?=\S))*$|^\$[\w]+$/u;

/** JSON leaves C1 controls and the Unicode line separators as they are; shown, they would end the line. */
const CONTROLS = /[\p{Cc}\u2028\u2029]/gu;

/** Text that people typed, inside a sentence of ours: always in quotes, so that it can end neither them nor the line. */
export function quoted(text: string): string {
  return JSON.stringify(text).replace(
    CONTROLS,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** A key or an event name inside a phrase of ours: as it is where it is plain, else in quotes. */
export function plainOrQuoted(text: string): string {
  return PLAIN.test(text) ? text : quoted(text);
}

/** A run of characters that may be a secret. Scripts that are written without spaces have no such runs. */
const LAST_WORD = /[^\s\p{Lo}]{1,200}$/u;

/**
 * The start of a text, never through a word: secrets are taken out of an answer when it is whole, and half of one would not be
 * recognised.
 */
export function shortened(text: string, length: number): string {
  if (text.length <= length) return text;
  const start = text.slice(0, length);
  return `${/^\s/.test(text.slice(length)) ? start : start.replace(LAST_WORD, '')}…`;
}

/** `7 "Checkout steps"` */
export function idAndName({ id, name }: { id: number | string; name: string }): string {
  return `${plainOrQuoted(String(id))} ${quoted(name)}`;
}
