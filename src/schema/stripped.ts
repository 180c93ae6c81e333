/** White space as Python knows it; JavaScript's `trim` leaves some of it and takes off another character. */
function isSpace(character: string): boolean {
  return /\p{White_Space}/u.test(character) || (character >= '\x1c' && character <= '\x1f');
}

/** A text as PostHog stores it: without white space around it. */
export function stripped(text: string): string {
  let [from, to] = [0, text.length];
  while (from < to && isSpace(text.charAt(from))) from += 1;
  while (to > from && isSpace(text.charAt(to - 1))) to -= 1;
  return text.slice(from, to);
}

/** A tag as PostHog stores it: stripped and in lower case. */
export function storedTag(tag: string): string {
  return stripped(tag).toLowerCase();
}

/** Nobody means them in a tag, and answers leave them out. */
export function hasControls(tag: string): boolean {
  return /\p{Cc}/u.test(tag);
}
