import { roundedP } from '../render/digits.js';
import { type FlagFilters, variantsOf } from '../schema/flag.js';
import type { ExposureReading, Exposures } from '../schema/results.js';

/** Below this p-value the split of exposures is not what was configured. Source: PostHog's own health check. */
export const SRM_ALARM_P = 0.001;

/** Key under which PostHog counts users that were seen in several variants. */
const MULTIPLE = '$multiple';

/** What PostHog calls those whom a holdout keeps out; older builds count them among the exposed. */
const HELD_OUT = /^holdout-\d+$/;

/** Exposures beside the configured split. Shares are of the users seen in one variant only. */
export function readExposureCounts(
  exposures: Omit<Exposures, 'problems'>,
  filters: FlagFilters | undefined,
): ExposureReading {
  const counts = Object.entries(exposures.total_exposures ?? {}).filter(
    ([key]) => key !== MULTIPLE && !HELD_OUT.test(key),
  );
  const total = counts.reduce((sum, [, count]) => sum + count, 0);
  const configured = new Map(
    (filters ? variantsOf(filters) : []).map(({ key, split_percent }) => [key, split_percent]),
  );
  const several = exposures.total_exposures?.[MULTIPLE] ?? 0;
  const p = exposures.sample_ratio_mismatch?.p_value;
  return {
    total,
    variants: counts.map(([key, exposed]) => {
      const split = configured.get(key);
      return {
        key,
        exposed,
        share_percent: total > 0 ? Math.round((exposed / total) * 10_000) / 100 : 0,
        ...(split === undefined ? {} : { configured_percent: split }),
      };
    }),
    ...(several > 0 ? { seen_in_several: several } : {}),
    ...(typeof p === 'number' ? { srm_p_value: roundedP(p), sample_ratio_mismatch: p < SRM_ALARM_P } : {}),
  };
}
