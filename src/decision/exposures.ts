import { roundedP } from '../render/digits.js';
import type { Experiment } from '../schema/experiment.js';
import { hasUnknownFormat, variantsOf } from '../schema/flag.js';
import type { ExposureReading, Exposures } from '../schema/results.js';
import { MIN_SRM_EXPOSURES, own, testSplit } from '../stats/srm.js';

/** Key under which PostHog counts users that were seen in several variants. */
const MULTIPLE = '$multiple';

/** People by variant, with what they are held against. */
export interface Counted {
  counts: Readonly<Record<string, number>>;
  /** As configured, per cent; null where it could not be read. */
  split: readonly { key: string; percent: number }[] | null;
  /** Variants left out of the analysis. */
  excluded: readonly string[];
  /** The split that the people are tested against. */
  tested: Readonly<Record<string, number>>;
}

/** Share of each variant that is served and not excluded from the analysis. Per cent by key. */
export function servedOf(split: Counted['split'], excluded: readonly string[]): Record<string, number> {
  const served = (split ?? []).filter(({ key, percent }) => percent > 0 && !excluded.includes(key));
  return Object.fromEntries(served.map(({ key, percent }) => [key, percent]));
}

/** Why there is no test of the split. */
export function whyUntested(split: Counted['split'], total: number): string {
  if (split === null) return 'the configured split could not be read';
  return total < MIN_SRM_EXPOSURES
    ? `fewer than ${MIN_SRM_EXPOSURES} people were exposed`
    : 'fewer than two of the variants compared are served';
}

/** The same for every tool: holdouts, excluded variants and people seen in several of them are not compared. */
export function readCounts({ counts, split, excluded, tested }: Counted): ExposureReading {
  const isHoldout = (key: string) => split === null && key.startsWith('holdout-');
  const known = split?.map(({ key }) => key) ?? Object.keys(counts).filter((key) => key !== MULTIPLE);
  const compared = known.filter((key) => !excluded.includes(key) && !isHoldout(key));
  const seen = (key: string) => own(counts, key) ?? 0;
  const total = compared.reduce((sum, key) => sum + seen(key), 0);
  const others = Object.keys(counts).filter((key) => key !== MULTIPLE && !compared.includes(key) && seen(key) > 0);
  const several = seen(MULTIPLE);
  const test = testSplit(counts, tested);
  return {
    total,
    variants: compared.map((key) => {
      const percent = split?.find((one) => one.key === key)?.percent;
      return {
        key,
        exposed: seen(key),
        share_percent: total > 0 ? Math.round((seen(key) / total) * 10_000) / 100 : 0,
        ...(percent === undefined ? {} : { configured_percent: percent }),
      };
    }),
    ...(others.length > 0 ? { not_compared: others.map((key) => ({ key, exposed: seen(key) })) } : {}),
    ...(several > 0 ? { seen_in_several: several } : {}),
    ...(test
      ? { srm_p_value: roundedP(test.pValue), sample_ratio_mismatch: test.mismatch }
      : { srm_untested: whyUntested(split, total) }),
  };
}

/** Exposures beside the configured split. */
export function readExposureCounts(exposures: Omit<Exposures, 'problems'>, experiment: Experiment): ExposureReading {
  const { feature_flag: flag, excluded_variants } = experiment;
  const excluded = excluded_variants ?? [];
  const split =
    flag && !hasUnknownFormat(flag)
      ? variantsOf(flag.filters).map(({ key, split_percent }) => ({ key, percent: split_percent }))
      : null;
  const counts = exposures.total_exposures ?? {};
  return readCounts({ counts, split, excluded, tested: servedOf(split, excluded) });
}
