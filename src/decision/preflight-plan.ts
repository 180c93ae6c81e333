import type { Experiment } from '../schema/experiment.js';
import { rolloutOf } from '../schema/flag.js';
import { quoted } from '../schema/quote.js';
import { fractionDoubt } from '../schema/settings.js';
import { comparedSplit, timesOfSplit } from './compared.js';
import { MS_PER_DAY } from './facts.js';
import type { Check, Estimate, PreflightFacts } from './preflight-facts.js';
import { metricsOf } from './results.js';
import { DEFAULT_EFFECT_PERCENT, MAX_MORE_DAYS, MIN_RUN_DAYS, WINDOWS_ENOUGH_PERCENT } from './thresholds.js';
import { windowText } from './windows.js';

export function planChecks(facts: PreflightFacts): Check[] {
  return [sampleCheck(facts), trafficCheck(facts), ...endDateChecks(facts), ...archivedChecks(facts)];
}

function calculator(id: number) {
  return `Plan with experiment-calculate-running-time and store it with experiment-update (id ${id}): minimum_detectable_effect, recommended_sample_size, recommended_running_time.`;
}

function sampleCheck(facts: PreflightFacts): Check {
  const { experiment } = facts;
  const code = 'sample_plan';
  const plan = experiment.running_time_calculation;
  const effect = plan?.minimum_detectable_effect;
  const size = plan?.recommended_sample_size;
  const days = plan?.recommended_running_time;
  if (!size) {
    const title = effect
      ? `No planned sample size: only the effect to detect, ${effect}%, is set`
      : 'No sample plan: nothing will say when it has run long enough';
    return { code, status: 'warning', title, advice: calculator(experiment.id) };
  }
  const evidence = {
    recommended_sample_size: size,
    ...(effect ? { minimum_detectable_effect: effect } : {}),
    ...(days ? { recommended_running_time: days } : {}),
  };
  const goal = effect ? ` to see a change of ${effect}%` : '';
  const title = `${size} users in all${goal}${days ? `, planned for ${days} days` : ''}`;
  const doubts = [...planDoubts(effect, days), ...windowDoubts(experiment, days), ...splitDoubts(facts, size)];
  if (doubts.length === 0) return { code, status: 'ok', title, evidence };
  return { code, status: 'warning', title, evidence, advice: doubts.join(' ') };
}

function planDoubts(effect: number | null | undefined, days: number | null | undefined): string[] {
  const doubt = fractionDoubt(effect);
  return [
    ...(doubt ? [doubt] : []),
    ...(effect === DEFAULT_EFFECT_PERCENT
      ? [`${effect}% is PostHog's default: is it the smallest effect that matters here?`]
      : []),
    ...(days && days < MIN_RUN_DAYS ? [`Run at least ${MIN_RUN_DAYS} days, so that each weekday counts once.`] : []),
  ];
}

/** Metrics whose window will not be over for enough people when the planned days are. */
function windowDoubts(experiment: Experiment, days: number | null | undefined): string[] {
  if (!days) return [];
  const isShort = (window: number) => (days - window / MS_PER_DAY) * 100 < days * WINDOWS_ENOUGH_PERCENT;
  return metricsOf(experiment)
    .filter(({ window }) => window !== undefined && isShort(window))
    .map(
      ({ name, uuid, window }) =>
        `${quoted(name ?? uuid)} counts what people do in the ${windowText(window ?? 0)} after exposure, and after ${days} days too few will have had them: plan more days, or count a shorter window.`,
    );
}

/** A stored size is one for an even split unless today's calculation asks for no more. */
function splitDoubts({ experiment, estimate }: PreflightFacts, size: number): string[] {
  const split = comparedSplit(experiment);
  const times = timesOfSplit(split);
  const needed = 'problem' in estimate ? undefined : estimate.value?.sample_size;
  if (times <= 1 || (needed !== undefined && size >= needed)) return [];
  return [
    `PostHog plans for even splits; this one needs ${Number(times.toPrecision(4))} times the users${needed === undefined ? '' : ` (${needed})`}. Plan with experiment-calculate-running-time and split [${split.join(', ')}].`,
  ];
}

/** Whether the traffic finishes the plan; a draft has no traffic of its own, so only a stored estimate can tell. */
function trafficCheck(facts: PreflightFacts): Check {
  const { experiment, estimate } = facts;
  const code = 'traffic';
  const advice =
    'Compare with the users who see the place per day, or give these to experiment-calculate-running-time as exposure_rate_per_day.';
  if ('problem' in estimate) {
    return { code, status: 'unknown', title: `The running time could not be calculated: ${estimate.problem}`, advice };
  }
  const { value } = estimate;
  if (value?.days === undefined) return { code, status: 'unknown', ...untold(facts, value), advice };
  const planned = experiment.running_time_calculation?.recommended_running_time;
  const evidence = { ...value, ...(planned ? { planned_days: planned } : {}) };
  const needs = `Needs ${value.sample_size} users: ${value.days} days at the stored exposure rate`;
  if (value.days > MAX_MORE_DAYS || (planned && value.days > planned)) {
    const against = planned && value.days > planned ? `, ${planned} planned` : '';
    return {
      code,
      status: 'warning',
      title: `${needs}${against}`,
      evidence,
      advice: 'Plan for a larger effect, a higher rollout, fewer variants or more time.',
    };
  }
  return { code, status: 'ok', title: needs, evidence };
}

/** What can be said without knowing how many users enter per day. */
function untold({ experiment }: PreflightFacts, value: Estimate | null): Pick<Check, 'title' | 'evidence'> {
  const { recommended_sample_size: planned, recommended_running_time: days } =
    experiment.running_time_calculation ?? {};
  const size = value?.sample_size ?? planned;
  if (!size) return { title: 'Whether traffic suffices cannot be told: there is no sample size' };
  if (!days) return { title: `Whether traffic suffices for ${size} users cannot be told: no exposure rate is stored` };
  const rate = Math.ceil(size / days);
  const rollout = experiment.feature_flag ? rolloutOf(experiment.feature_flag.filters) : 100;
  // Of those who come only the rollout enters.
  const share =
    rollout > 0 && rollout < 100
      ? `, so ${Math.ceil((rate * 100) / rollout)} who see the place at a rollout of ${rollout}%`
      : '';
  return {
    title: `The plan needs about ${rate} new users a day${share}; whether so many come cannot be told of a draft`,
    evidence: { sample_size: size, planned_days: days, needed_per_day: rate },
  };
}

/** PostHog takes an experiment with an end date, even a future one, for stopped as soon as it starts. */
function endDateChecks({ experiment }: PreflightFacts): Check[] {
  const { end_date: end, id } = experiment;
  if (!end) return [];
  return [
    {
      code: 'end_date',
      status: 'blocker',
      title: `It has the end date ${end}: it would count as stopped the moment it starts`,
      evidence: { end_date: end },
      advice: 'Clear it with experiment-update clear: ["end_date"].',
      fix: { tool: 'experiment-update', arguments: { id, clear: ['end_date'] } },
    },
  ];
}

function archivedChecks({ experiment: { archived, id } }: PreflightFacts): Check[] {
  if (!archived) return [];
  const title = 'It is archived: it would run hidden from the default list';
  return [{ code: 'archived', status: 'warning', title, advice: `experiment-unarchive with id ${id} brings it back.` }];
}
