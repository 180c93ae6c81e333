import { z } from 'zod';
import { hasControls, storedTag } from './stripped.js';

export const tag = z
  .string()
  .refine((text) => !hasControls(text), { error: 'a tag has no control characters' })
  .overwrite(storedTag)
  .min(1)
  .max(255);

/** Each once, as PostHog stores them. */
export const tagList = z
  .array(tag)
  .max(50)
  .overwrite((tags) => [...new Set(tags)]);

/** Whether these can be given again, exactly as they are. */
export function areGivable(tags: readonly string[]): boolean {
  const given = tagList.safeParse(tags);
  return given.success && JSON.stringify(given.data) === JSON.stringify(tags);
}

/** Whether two tags could be one to a PostHog that folds letters, or leaves characters out, in another way than this one. */
export function couldBeSame(one: string, other: string): boolean {
  return loose(one) === loose(other);
}

function loose(tag: string): string {
  const folded = tag.normalize('NFKC').toUpperCase().toLowerCase().normalize('NFKC');
  return folded.replaceAll('ς', 'σ').replace(/[\p{C}\p{Z}]/gu, '');
}
