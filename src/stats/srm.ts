import { chiSquareUpperTail } from './distributions.js';
import { count, finite, StatsError } from './errors.js';

/** Exposures, over all variants, below which the split is not judged. Source: PostHog behaviour. */
export const MIN_SRM_EXPOSURES = 100;
/** A split this unlikely is an alarm. Source: PostHog behaviour. */
export const SRM_ALARM = 0.001;

export interface SplitTest {
  /** Exposures that each variant of the split would have, of as many as all of them have. */
  expected: Record<string, number>;
  chiSquare: number;
  /** Upper tail with one degree of freedom less than there are variants. */
  pValue: number;
  mismatch: boolean;
}

/** What a record holds of its own under a key, so that a variant called `constructor` is nobody's method. */
export function own(record: Readonly<Record<string, number>>, key: string): number | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}

/**
 * Sample ratio test: exposures against the configured split, Σ(observed − expected)²/expected. `split` gives each variant's
 * share on any scale (percent, weights); excluded variants are left out of it by the caller, and a holdout shrinks all variants
 * alike, so among the exposed their ratio is the same. Variants at 0% and keys outside of the split (`$multiple`, a
 * holdout's) count on neither side; a variant that nobody saw counts 0. Null under 100 exposures or with fewer than two variants.
 * Source: PostHog behaviour.
 */
export function testSplit(
  exposures: Readonly<Record<string, number>>,
  split: Readonly<Record<string, number>>,
): SplitTest | null {
  const served = Object.entries(split).filter(([key, share]) => {
    if (!(finite(share, `the share of ${key}`) >= 0)) {
      throw new StatsError('invalid_setting', `the share of ${key} is below 0`);
    }
    return share > 0;
  });
  const observed = served.map(([key, share]) => ({
    key,
    share,
    seen: count(own(exposures, key) ?? 0, `the exposures of ${key}`),
  }));
  const total = observed.reduce((sum, { seen }) => sum + seen, 0);
  if (observed.length < 2 || total < MIN_SRM_EXPOSURES) return null;
  const whole = observed.reduce((sum, { share }) => sum + share, 0);
  const rows = observed.map((row) => ({ ...row, expected: (row.share / whole) * total }));
  const chiSquare = rows.reduce((sum, { seen, expected }) => sum + (seen - expected) ** 2 / expected, 0);
  const pValue = chiSquareUpperTail(chiSquare, rows.length - 1);
  return {
    expected: Object.fromEntries(rows.map(({ key, expected }) => [key, expected])),
    chiSquare,
    pValue,
    mismatch: pValue < SRM_ALARM,
  };
}
