import { createHmac, timingSafeEqual } from 'node:crypto';
import { canonical } from '../../schema/canonical.js';

/** Stands where a reason would, so that clients need not know another argument. */
const PREFIX = 'undo-mark:';
/** 128 bits of base64url. */
const SIGNATURE_LENGTH = 22;

/** Whether a text given as a reason holds the mark of an undo, whole or not; such a text never counts as a reason. */
export function isMark(reason: string | undefined): boolean {
  return reason?.toLowerCase().includes(PREFIX) === true;
}

/**
 * The mark by which a server knows an undo that it gave itself: it leads from exactly one state to exactly one other.
 *
 * @param key for nothing but marks, so that a confirmation token never counts as one
 */
export function markOf(move: unknown, key: Buffer): string {
  const signature = createHmac('sha256', key).update(canonical(move)).digest('base64url');
  return `${PREFIX}${signature.slice(0, SIGNATURE_LENGTH)}`;
}

/** Compared as texts, in a time that does not tell how much of it is right. */
export function isMarkOf(move: unknown, key: Buffer, given: string): boolean {
  const [one, other] = [Buffer.from(given), Buffer.from(markOf(move, key))];
  return one.length === other.length && timingSafeEqual(one, other);
}
