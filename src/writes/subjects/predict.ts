import type { Experiment } from '../../schema/experiment.js';
import { type Flag, type FlagFilters, isFrozen, thawed } from '../../schema/flag.js';

/** Stands in a prediction for a time that PostHog sets when it acts. */
export const NOW = 'now';

interface Prediction extends Partial<Experiment> {
  flag?: Partial<Flag> | undefined;
}

/** The experiment with these fields, its flag with those, and the status that follows from both. */
export function predicted(experiment: Experiment, { flag, ...fields }: Prediction): Experiment {
  const { feature_flag: now } = experiment;
  const next = { ...experiment, ...fields, feature_flag: now && flag ? { ...now, ...flag } : now };
  return { ...next, status: statusFrom(next) };
}

function statusFrom({ start_date, end_date, feature_flag }: Experiment): string {
  if (!start_date) return 'draft';
  if (end_date) return 'stopped';
  if (feature_flag && !feature_flag.active) return 'paused';
  return feature_flag && isFrozen(feature_flag.filters) ? 'exposure_frozen' : 'running';
}

/** Stands in a prediction for the cohort that a freeze makes. */
export const EXPOSED_SO_FAR = 'users exposed so far';

/** What a freeze makes of each release group; which cohort it will be is not known before. */
export function frozenFilters(filters: FlagFilters): FlagFilters {
  const condition = { key: 'id', type: 'cohort', operator: 'in', value: EXPOSED_SO_FAR };
  const groups = (filters.groups ?? []).map((group) => ({
    ...group,
    properties: [...(group.properties ?? []), condition],
    exposure_frozen: true,
  }));
  return { ...filters, groups };
}

/** One variant at 100, the others at 0; a freeze goes, and with `everyone` a catch-all comes first. */
export function shippedFilters(filters: FlagFilters, winner: string, everyone: boolean): FlagFilters {
  const { groups, ...rest } = thawed(filters);
  const variants = (filters.multivariate?.variants ?? []).map((variant) => ({
    ...variant,
    rollout_percentage: variant.key === winner ? 100 : 0,
  }));
  const catchAll = { properties: [], rollout_percentage: 100 };
  return { ...rest, groups: [...(everyone ? [catchAll] : []), ...(groups ?? [])], multivariate: { variants } };
}

/** The words that PostHog refuses an action with that needs a launched experiment that has not ended. */
export function refusedUnlessLive({ start_date, end_date }: Experiment): string | undefined {
  if (!start_date) return 'Experiment has not been launched yet.';
  return end_date ? 'Experiment has already ended.' : undefined;
}
