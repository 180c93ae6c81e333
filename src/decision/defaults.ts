import type { Defaults, Experiment } from '../schema/experiment.js';
import { settingsOf } from '../schema/settings-json.js';
import { alphaIn, DEFAULT_CI_LEVEL } from '../stats/settings.js';
import { baselineOf } from './compared.js';
import { statsOf, unsetOf } from './measure.js';

const OF_TEAM = 'team default';

/** What applies where the experiment stores nothing, by the names of the settings. Sequential tests are frequentist only. */
export function defaultsOf(experiment: Experiment): Defaults {
  const stored = settingsOf(experiment);
  const stats = statsOf(experiment);
  const unset = unsetOf(experiment);
  const level = Number((1 - alphaIn(stats)).toPrecision(12));
  const flag = experiment.feature_flag;
  return {
    ...(stored.stats_method === undefined ? { stats_method: stats.method } : {}),
    // A level stored in a form that no input has is no default.
    ...(stored.confidence_level === undefined && level === DEFAULT_CI_LEVEL ? { confidence_level: level * 100 } : {}),
    ...(stored.difference_type === undefined ? { difference_type: stats.differenceType.toLowerCase() } : {}),
    ...(unset.sequential ? { sequential_testing: OF_TEAM } : {}),
    ...(unset.cuped ? { cuped: OF_TEAM } : {}),
    ...(stored.baseline_variant === undefined ? { baseline_variant: baselineOf(experiment) } : {}),
    ...(stored.multiple_variant_handling === undefined ? { multiple_variant_handling: 'exclude' } : {}),
    ...(flag && flag.ensure_experience_continuity !== true ? { ensure_experience_continuity: false } : {}),
  };
}
