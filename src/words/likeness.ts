import { edits, plain } from './nearest.js';

/** Letters by which words of one family agree: `purchases` and `purchased`. */
const STEM = 5;
/** Shorter words ("per", "to") say nothing. */
const MIN_WORD = 4;

/** Words of metrics that no event is about. */
const COMMON: ReadonlySet<string> = new Set([
  ...['user', 'users', 'person', 'people', 'rate', 'count', 'total', 'number', 'average', 'conversion'],
]);

function stems(text: string): string[] {
  const words =
    text
      .replaceAll(/(\p{Ll})(\p{Lu})/gu, '$1 $2')
      .toLowerCase()
      .match(/[\p{L}\p{N}]+/gu) ?? [];
  return words.filter((word) => word.length >= MIN_WORD && !COMMON.has(word)).map((word) => word.slice(0, STEM));
}

/**
 * How well a name means an event, from 0 to 1: by their letters ("Signup", `signed_up`) or by the share of its words that
 * the event has ("Purchases", `purchase_completed`).
 */
export function likeness(name: string, event: string): number {
  const [one = '', other = ''] = [name, event].map((text) => plain(text).replace(/s$/, ''));
  const longer = Math.max(one.length, other.length);
  const byLetters = longer === 0 ? 0 : 1 - edits(one, other) / longer;
  const [wanted, has] = [stems(name), new Set(stems(event))];
  const byWords = wanted.length === 0 ? 0 : wanted.filter((stem) => has.has(stem)).length / wanted.length;
  return Math.max(byLetters, byWords);
}

/** Letters that an event which a name means is likely to contain; null where the name has too few. */
export function beginningOf(name: string): string | null {
  return stems(name)[0]?.slice(0, MIN_WORD) ?? null;
}
