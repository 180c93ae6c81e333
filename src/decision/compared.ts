import type { Experiment } from '../schema/experiment.js';
import { variantsOf } from '../schema/flag.js';
import { isEvenSplit } from '../stats/bias-risk.js';
import { timesEvenSplit } from '../stats/power.js';

/** Key of the variant that the others are compared with. */
export function baselineOf({ stats_config, feature_flag }: Experiment): string {
  const pinned = stats_config?.baseline_variant_key;
  if (typeof pinned === 'string') return pinned;
  const keys = variantsOf(feature_flag?.filters).map(({ key }) => key);
  return keys.includes('control') ? 'control' : (keys[0] ?? 'control');
}

/** Shares of the variants that are served and analysed, the baseline's first; empty where the baseline is none of them. */
export function comparedSplit(experiment: Experiment): number[] {
  const baseline = baselineOf(experiment);
  const excluded = experiment.excluded_variants ?? [];
  const served = variantsOf(experiment.feature_flag?.filters).filter(
    ({ key, split_percent: share }) => share > 0 && !excluded.includes(key),
  );
  const share = (isBaseline: boolean) =>
    served.filter(({ key }) => (key === baseline) === isBaseline).map(({ split_percent }) => split_percent);
  const [first] = share(true);
  return first === undefined ? [] : [first, ...share(false)];
}

/** How many times the people of an even split a split needs, the baseline's share first; 1 for one that is even or not known. */
export function timesOfSplit([baseline, ...variants]: readonly number[] = []): number {
  return baseline === undefined || variants.length === 0 || isEvenSplit([baseline, ...variants])
    ? 1
    : timesEvenSplit(baseline, variants);
}
