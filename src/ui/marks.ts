import { type Branch, h } from './tree.js';

/** What something means to a reader. Each has a shape of its own, so that no meaning rests on colour. */
export type Meaning = 'better' | 'worse' | 'unclear' | 'unknown' | 'blocker' | 'warning' | 'info';

/** Around 0,0, within 7 each way. */
const SHAPES: Readonly<Record<Meaning, string>> = {
  better: 'M0-7 7 6H-7z',
  worse: 'M0 7 7-6H-7z',
  unclear: 'M-5 0a5 5 0 1 0 10 0a5 5 0 1 0-10 0z',
  unknown: 'M0-6 6 0 0 6-6 0z',
  blocker: 'M-3-7h6l4 4v6l-4 4h-6l-4-4v-6z',
  warning: 'M0-7 7 0 0 7-7 0z',
  info: 'M-5 0a5 5 0 1 0 10 0a5 5 0 1 0-10 0z',
};

/** The shape alone, for use inside a picture. */
export function shape(meaning: Meaning): Branch {
  return h('path', { class: `mark ${meaning}`, d: SHAPES[meaning] });
}

/** Beside words that say the same, so nothing is read out for it. */
export function icon(meaning: Meaning): Branch {
  return h(
    'svg',
    { class: 'icon', viewBox: '-8 -8 16 16', width: 14, height: 14, 'aria-hidden': 'true' },
    shape(meaning),
  );
}

/** Of the verdict that an answer gives a variant, in words. */
export function meaningOf(verdict: string | undefined): Meaning {
  if (verdict === 'better' || verdict === 'worse') return verdict;
  return verdict === undefined || verdict === 'cannot tell' ? 'unknown' : 'unclear';
}
