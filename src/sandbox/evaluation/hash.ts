import { createHash } from 'node:crypto';

const DIGITS = 15;
/** PostHog divides by the greatest number of 15 hexadecimal digits, which as a float is this one. */
const SCALE = 2 ** 60;

/** The place of a text between 0 and 1, which rollouts, splits and holdouts go by. Source: PostHog behaviour. */
export function placeOf(text: string): number {
  return Number.parseInt(createHash('sha1').update(text).digest('hex').slice(0, DIGITS), 16) / SCALE;
}
