import { own } from './srm.js';

/** Share of people seen in several variants, in percent, up to which leaving them out does not skew the arms. Source: PostHog behaviour. */
export const MULTIPLE_SHARE_LIMIT_PERCENT = 0.1;
const MULTIPLE_KEY = '$multiple';
const PERCENT = 100;

/** Whether a split is the one that PostHog makes by itself, equal but for what cannot be divided: 34/33/33 or 33.34/33.33/33.33. */
export function isEvenSplit(percents: readonly number[]): boolean {
  if (Math.max(...percents) - Math.min(...percents) < 1) return true;
  const base = Math.floor(PERCENT / percents.length);
  const rest = PERCENT - base * percents.length;
  return percents.every((percent, index) => percent === base + (index < rest ? 1 : 0));
}

/**
 * Share in percent of people seen in several variants, where leaving them out skews the arms: an uneven split, they are
 * excluded, and they are more than 0.1% of the exposed; null otherwise. Exposures include `$multiple`. Source: PostHog behaviour.
 */
export function multipleVariantBias(
  splitPercents: readonly number[],
  handling: 'exclude' | 'first_seen',
  exposures: Readonly<Record<string, number>>,
): number | null {
  if (handling !== 'exclude' || isEvenSplit(splitPercents)) return null;
  const total = Object.values(exposures).reduce((sum, seen) => sum + seen, 0);
  // Of nobody it is no number, which is above no limit.
  const share = ((own(exposures, MULTIPLE_KEY) ?? 0) / total) * PERCENT;
  return share > MULTIPLE_SHARE_LIMIT_PERCENT ? share : null;
}
