/**
 * The page that docs/results.png shows, and its digest, which the picture carries. So `npm run check` notices a picture of an
 * older page without a browser.
 */
import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { reportOf } from '../../src/cli/report.js';
import { NOW, withStage } from './stage.js';

export const PICTURE = 'docs/results.png';
const UPGRADE_PROMPT = 8;

/** The report of the demo's experiment 8; the same on any day, in any time zone and on any machine. */
export function picturedPage(): Promise<string> {
  const { signal } = new AbortController();
  return withStage(async ({ session, steady }) => {
    const { page } = await reportOf({ about: { id: UPGRADE_PROMPT }, signal, now: NOW }, session);
    return steady(page);
  });
}

export function digestOf(page: string): string {
  return createHash('sha256').update(page).digest('hex');
}

/** Signature and the header's chunk, which comes first; others may follow in any order. */
const HEADER_BYTES = 8 + 25;
const KEYWORD = 'page-sha256';

/** A picture with the digest in a text chunk of its own. */
export function stamped(png: Buffer, digest: string): Buffer {
  const typed = Buffer.from(`tEXt${KEYWORD}\0${digest}`, 'latin1');
  const chunk = Buffer.alloc(typed.length + 8);
  chunk.writeUInt32BE(typed.length - 4);
  typed.copy(chunk, 4);
  chunk.writeUInt32BE(crc32(typed), typed.length + 4);
  return Buffer.concat([png.subarray(0, HEADER_BYTES), chunk, png.subarray(HEADER_BYTES)]);
}

/** The digest of the page that a picture shows; null where it carries none. */
export function stampOf(png: Buffer): string | null {
  return new RegExp(`tEXt${KEYWORD}\0([0-9a-f]{64})`).exec(png.toString('latin1'))?.[1] ?? null;
}
