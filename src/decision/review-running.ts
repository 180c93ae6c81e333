import { isLive, statusOf } from '../schema/experiment.js';
import { shippedVariant, variantsOf } from '../schema/flag.js';
import { idAndName, plainOrQuoted, quoted } from '../schema/quote.js';
import { SRM_ALARM } from '../stats/srm.js';
import { comparedSplit, timesOfSplit } from './compared.js';
import { STALE_HOURS } from './results.js';
import { daysBetween, type ReviewFacts, type ReviewFinding, type ReviewRule, shownDays } from './review-facts.js';
import { SETTLING_DAYS } from './thresholds.js';

const ENROLLING: readonly string[] = ['running', 'exposure_frozen'];

/** Days since the launch of one that is live, with its flag on; null for all others. */
function daysServing({ experiment, now }: ReviewFacts): number | null {
  const { start_date: start } = experiment;
  return start && ENROLLING.includes(statusOf(experiment)) ? daysBetween(start, now) : null;
}

export const sampleRatioMismatch: ReviewRule = ({ experiment, exposures }) => {
  if (!exposures?.sample_ratio_mismatch) return null;
  return {
    severity: 'blocker',
    title: `Exposures do not fit the split (p below ${SRM_ALARM}): find the cause, its results cannot be trusted`,
    evidence: {
      srm_p_value: exposures.srm_p_value,
      exposed: exposures.variants
        .map(
          ({ key, exposed, share_percent: share, configured_percent: split }) =>
            `${plainOrQuoted(key)} ${exposed} (${share}%${split === undefined ? '' : `, split ${split}%`})`,
        )
        .join(', '),
    },
    next: { tool: 'experiment-assess', arguments: { id: experiment.id } },
  };
};

export const noExposures: ReviewRule = (facts) => {
  const days = daysServing(facts);
  if (days === null || days < SETTLING_DAYS || facts.exposures?.total !== 0) return null;
  const { id, feature_flag: flag } = facts.experiment;
  return {
    severity: 'blocker',
    title: 'Runs, but nobody was exposed: is the flag in the code, and who can enter?',
    evidence: { days_running: shownDays(days), exposed: 0 },
    next: flag
      ? { tool: 'feature-flag-get', arguments: { id: flag.id, detail: 'full' } }
      : { tool: 'experiment-get', arguments: { id } },
  };
};

export const flagInactive: ReviewRule = ({ experiment, exposures, now }) => {
  const { id, start_date: start, feature_flag: flag } = experiment;
  if (!start || !isLive(experiment) || !flag || (flag.active && !flag.deleted)) return null;
  return {
    severity: 'blocker',
    title: `Paused: its flag is ${flag.deleted ? 'deleted' : 'off'}, so nobody is enrolled; resume or end it`,
    evidence: {
      days_since_launch: shownDays(daysBetween(start, now)),
      ...(exposures ? { exposed: exposures.total } : {}),
    },
    next: { tool: 'experiment-activity', arguments: { id } },
  };
};

export const exposureFrozen: ReviewRule = ({ experiment, exposures }) => {
  if (statusOf(experiment) !== 'exposure_frozen') return null;
  const planned = experiment.running_time_calculation?.recommended_sample_size;
  if (planned && exposures && exposures.total >= planned) return null;
  return {
    severity: 'info',
    title: 'Exposure is frozen: nobody new enters; let people in again or decide',
    evidence: {
      ...(exposures ? { exposed: exposures.total } : {}),
      ...(planned ? { planned_sample: planned } : {}),
    },
    next: { tool: 'experiment-assess', arguments: { id: experiment.id } },
  };
};

export const flagNotSplit: ReviewRule = (facts) => {
  const { experiment } = facts;
  const flag = experiment.feature_flag;
  // Of one that is off or deleted nobody gets anything; `flag_inactive` tells it.
  if (daysServing(facts) === null || !flag?.active || flag.deleted) return null;
  const shipped = shippedVariant(flag.filters);
  const variants = variantsOf(flag.filters).length;
  if (shipped === undefined && variants >= 2) return null;
  return {
    severity: 'warning',
    title: shipped
      ? `Runs, but everybody gets ${quoted(shipped)}: there is nothing to compare`
      : 'Runs with fewer than two variants: there is nothing to compare',
    evidence: { variants },
    next: { tool: 'experiment-activity', arguments: { id: experiment.id } },
  };
};

export const plannedSampleReached: ReviewRule = (facts) => {
  const { experiment, exposures } = facts;
  const planned = experiment.running_time_calculation?.recommended_sample_size;
  if (daysServing(facts) === null || !exposures || !planned || exposures.total < planned) return null;
  // A sample that was not split as configured decides nothing, however large.
  if (exposures.sample_ratio_mismatch) return null;
  const times = timesOfSplit(comparedSplit(experiment));
  return {
    severity: 'warning',
    title: `The planned sample is reached: decide${times > 1 ? `; the split is uneven and shows only effects ${Number(Math.sqrt(times).toPrecision(2))} times those of an even one` : ''}`,
    evidence: {
      exposed: exposures.total,
      planned_sample: planned,
      ...(times > 1 ? { people_times_even: Number(times.toPrecision(4)) } : {}),
    },
    next: { tool: 'experiment-assess', arguments: { id: experiment.id } },
  };
};

export const overdue: ReviewRule = (facts) => {
  const { experiment, exposures } = facts;
  const plan = experiment.running_time_calculation;
  const planned = plan?.recommended_running_time;
  const days = daysServing(facts);
  if (days === null || !planned || days <= planned) return null;
  return {
    severity: 'warning',
    title: 'Runs longer than planned',
    evidence: {
      days_running: shownDays(days),
      planned_days: planned,
      ...(exposures ? { exposed: exposures.total } : {}),
      ...(plan?.recommended_sample_size ? { planned_sample: plan.recommended_sample_size } : {}),
    },
    next: { tool: 'experiment-assess', arguments: { id: experiment.id } },
  };
};

/** Told once for each flag: at the first of its live experiments. */
export const sharedFlag: ReviewRule = ({ experiment, liveSharers }) => {
  const { id, feature_flag: flag } = experiment;
  if (!isLive(experiment) || !flag || liveSharers.length === 0) return null;
  if (liveSharers.some((other) => other.id < id)) return null;
  return {
    severity: 'warning',
    title: `Shares its flag with ${liveSharers.map(idAndName).join(', ')}: pausing or shipping one acts on all`,
    evidence: { feature_flag_key: flag.key, live_experiments: liveSharers.length + 1 },
    next: { tool: 'feature-flag-get', arguments: { id: flag.id } },
  };
};

/** The stored results say what to do where none can be calculated from here. */
function calculation({ experiment: { id }, readOnly }: ReviewFacts): ReviewFinding['next'] {
  return { tool: 'experiment-results', arguments: readOnly ? { id } : { id, refresh: true } };
}

export const noResults: ReviewRule = (facts) => {
  const days = daysServing(facts);
  if (days === null || days < SETTLING_DAYS || facts.freshness?.source !== 'none') return null;
  return {
    severity: 'info',
    title: 'Its results were never calculated',
    evidence: { days_running: shownDays(days) },
    next: calculation(facts),
  };
};

export const staleResults: ReviewRule = (facts) => {
  const { freshness } = facts;
  if (daysServing(facts) === null || !freshness?.stale) return null;
  return {
    severity: 'info',
    title: `Its results are older than ${STALE_HOURS} hours`,
    evidence: { age_hours: freshness.age_hours ?? 'unknown' },
    next: calculation(facts),
  };
};
