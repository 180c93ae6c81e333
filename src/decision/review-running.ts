import type { Recommendation } from '../schema/assessment.js';
import { isLive, statusOf } from '../schema/experiment.js';
import { flagProblem, variantsOf } from '../schema/flag.js';
import { idAndName, plainOrQuoted, quoted } from '../schema/quote.js';
import { entriesOf, isForced, soleVariant, whyNobody } from '../serving/served.js';
import { SRM_ALARM } from '../stats/srm.js';
import { comparedSplit, timesOfSplit } from './compared.js';
import { STALE_HOURS } from './results.js';
import { daysBetween, type ReviewFacts, type ReviewFinding, type ReviewRule, shownDays } from './review-facts.js';
import { SETTLING_DAYS } from './thresholds.js';

const ENROLLING: readonly string[] = ['running', 'exposure_frozen'];

/** Days since the launch of one that is live, with a flag that serves somebody; null for all others. */
export function daysServing({ experiment, now }: Pick<ReviewFacts, 'experiment' | 'now'>): number | null {
  const { start_date: start, feature_flag: flag } = experiment;
  const serves = ENROLLING.includes(statusOf(experiment)) && !(flag && whyNobody(flag));
  return start && serves ? daysBetween(start, now) : null;
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
  const why = flag && whyNobody(flag);
  if (!start || !isLive(experiment) || !flag || why === undefined) return null;
  return {
    severity: 'blocker',
    title: `Nobody can enter: ${why}. ${flag.deleted ? 'Restore the flag' : flag.active ? 'Change the flag' : 'Resume it'}, or end the experiment`,
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
  // Where nobody gets anything `flag_inactive` says so.
  if (daysServing(facts) === null || !flag || flagProblem(flag) !== undefined) return null;
  const sole = soleVariant(flag.filters);
  const variants = variantsOf(flag.filters).length;
  const forced = entriesOf(flag.filters).filter((entry) => entry.forced !== undefined && entry.hasConditions);
  if (sole === undefined && variants >= 2 && !isForced(flag.filters) && forced.length === 0) return null;
  return {
    severity: 'warning',
    title: notSplitTitle({ sole, variants, isForced: isForced(flag.filters), forced: forced[0]?.number }),
    evidence: { variants },
    next: { tool: 'experiment-activity', arguments: { id: experiment.id } },
  };
};

/** Recommendations that end a run. */
const VERDICTS: ReadonlySet<Recommendation> = new Set(['ship', 'keep_control', 'end_inconclusive']);

export function isVerdict(recommendation: Recommendation): boolean {
  return VERDICTS.has(recommendation);
}

export const verdictReady: ReviewRule = ({ experiment: { id }, assessment }) => {
  if (!assessment || !isVerdict(assessment.recommendation)) return null;
  const { recommendation, variant_key: variant, baseline } = assessment;
  const words: Partial<Record<Recommendation, string>> = {
    ship: `ship ${plainOrQuoted(variant ?? '')}`,
    keep_control: `keep ${plainOrQuoted(baseline)}`,
    end_inconclusive: 'end it as inconclusive',
  };
  return {
    severity: 'warning',
    title: `Ready to decide: ${words[recommendation]}`,
    evidence: { recommendation, ...(variant === null ? {} : { variant_key: variant }) },
    next: { tool: 'experiment-assess', arguments: { id } },
  };
};

export const noMetrics: ReviewRule = ({ experiment, primaryMetrics }) => {
  if (!isLive(experiment) || !experiment.start_date || primaryMetrics !== 0) return null;
  return {
    severity: 'blocker',
    title: 'Runs without a primary metric',
    evidence: {},
    next: { tool: 'event-search', arguments: {} },
  };
};
interface NotSplit {
  sole: string | undefined;
  variants: number;
  isForced: boolean;
  /** Number of a release group that forces a variant. */
  forced: number | undefined;
}

function notSplitTitle({ sole, variants, isForced, forced }: NotSplit): string {
  if (sole !== undefined) return `Runs, but everybody gets ${quoted(sole)}: there is nothing to compare`;
  if (variants < 2) return 'Runs with fewer than two variants: there is nothing to compare';
  return isForced
    ? 'Runs, but every release condition names its variant: nobody gets one by chance'
    : `Release group ${forced} forces a variant: the people in it are not randomized`;
}

export const plannedSampleReached: ReviewRule = (facts) => {
  const { experiment, exposures, assessment } = facts;
  const planned = experiment.running_time_calculation?.recommended_sample_size;
  if (daysServing(facts) === null || !exposures || !planned || exposures.total < planned) return null;
  // A sample that was not split as configured decides nothing, however large.
  if (exposures.sample_ratio_mismatch || (assessment && isVerdict(assessment.recommendation))) return null;
  const times = timesOfSplit(comparedSplit(experiment));
  const uneven =
    times > 1
      ? `; the split is uneven and shows only effects ${Number(Math.sqrt(times).toPrecision(2))} times those of an even one`
      : '';
  return {
    severity: 'warning',
    title: assessment
      ? `The planned sample is reached, and the assessment is still ${assessment.recommendation}: see why${uneven}`
      : `The planned sample is reached: see whether it can be decided${uneven}`,
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
  // A day that has only begun is none: 21 of 21 planned days are as planned.
  if (days === null || !planned || Math.floor(days) <= planned) return null;
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
