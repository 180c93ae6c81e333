import { powerPercent } from '../stats/power.js';
import { exposedPeople, type Facts, isFrozen, isIdle, isLaunched, isOver, MS_PER_DAY, whyNobody } from './facts.js';
import { dayOf, type Rule, shown, shownDays } from './finding.js';
import { judge } from './judge.js';
import { lookOf, peopleCovered } from './look.js';
import { settledOn } from './needs.js';
import { daysToSample, detectablePercent, exposedPerDay } from './rate.js';
import { howToCalculate } from './results.js';
import { pausedMs, runDays } from './run-log.js';
import { DEFAULT_EFFECT_PERCENT, MAX_MORE_DAYS, MIN_POWER_PERCENT, MIN_RUN_DAYS } from './thresholds.js';

export function waitAdvice(facts: Facts): string {
  if (isOver(facts)) return 'The run is over; to learn more, run it again for the planned time.';
  const ready = settledOn(facts);
  if (ready === null) {
    if (isIdle(facts)) return `No date can be told, since ${whyNobody(facts)} and nobody enrols.`;
    return isFrozen(facts)
      ? 'Let people in again with experiment-unfreeze-exposure, or end it with what there is.'
      : 'Wait; no date can be told from what is known of today’s exposures.';
  }
  const days = (ready - facts.now) / MS_PER_DAY;
  if (days > MAX_MORE_DAYS) {
    return `At today’s rate that takes ${Math.ceil(days)} more days. More traffic, a metric that moves more or a larger effect to look for would shorten it.`;
  }
  return ready <= facts.now
    ? `The stored results are from before that; calculate them anew ${howToCalculate(facts.readOnly)}.`
    : `Look again on ${dayOf(ready)}.`;
}

/** Fewer whole days than a week, or fewer than planned. */
export function isTooEarly(facts: Facts): boolean {
  const days = runDays(facts);
  return isLaunched(facts) && (Math.floor(days) < MIN_RUN_DAYS || days < (facts.plan.days ?? 0));
}

export function isShortOfSample(facts: Facts): boolean {
  const people = peopleCovered(facts);
  const { sampleSize } = facts.plan;
  return isLaunched(facts) && people !== null && sampleSize !== null && people < sampleSize;
}

export const tooEarly: Rule = (facts) => {
  if (!isTooEarly(facts)) return [];
  const days = shownDays(runDays(facts));
  return [
    {
      code: 'too_early',
      severity: 'warning',
      title: `It has run ${days} of ${Math.max(MIN_RUN_DAYS, facts.plan.days ?? 0)} days${pausedMs(facts) > 0 ? ', pauses left out' : ''}.`,
      evidence: {
        days_run: days,
        needed_days: MIN_RUN_DAYS,
        ...(facts.plan.days === null ? {} : { planned_days: facts.plan.days }),
      },
      advice: waitAdvice(facts),
    },
  ];
};

/** PostHog's sequential test may be read before the planned sample is in; it holds at any look. */
function isSettledSequentially(facts: Facts): boolean {
  return lookOf(facts).kind === 'any' && judge(facts, 'primary').some(({ corrected }) => corrected !== 'unclear');
}

export const plannedSampleNotReached: Rule = (facts) => {
  const people = peopleCovered(facts) ?? 0;
  const exposed = exposedPeople(facts) ?? 0;
  const { sampleSize } = facts.plan;
  if (!isShortOfSample(facts) || sampleSize === null) return [];
  return [
    {
      code: 'planned_sample_not_reached',
      severity: isSettledSequentially(facts) ? 'info' : 'warning',
      title: `${people} of ${sampleSize} planned people are in${people < exposed ? ' the results' : ''}, ${Math.floor((people / sampleSize) * 100)}%${isFrozen(facts) ? '; exposure is frozen, so no more will come' : ''}.`,
      evidence: { exposed, ...(people < exposed ? { in_results: people } : {}), planned: sampleSize },
      advice: waitAdvice(facts),
    },
  ];
};

export const noSamplePlan: Rule = ({ plan }) =>
  plan.sampleSize === null
    ? [
        {
          code: 'no_sample_plan',
          severity: 'info',
          title: 'No sample size was planned, so nothing says when enough is enough.',
          evidence: { planned: 0 },
          advice: 'Plan with experiment-calculate-running-time and store it with experiment-update.',
        },
      ]
    : [];

export const defaultPlan: Rule = ({ plan: { sampleSize, effectPercent } }) =>
  sampleSize !== null && (effectPercent === null || effectPercent === DEFAULT_EFFECT_PERCENT)
    ? [
        {
          code: 'default_plan',
          severity: 'info',
          title: `The plan rests on PostHog’s default effect of ${DEFAULT_EFFECT_PERCENT}%, which few changes reach.`,
          evidence: { effect_percent: DEFAULT_EFFECT_PERCENT, planned: sampleSize },
          advice: 'Set the smallest effect that matters to you and plan anew; the sample will be larger.',
        },
      ]
    : [];

/** What the planned effect asks for, against what the plan or the run has. */
interface Weakness {
  people: number;
  detectable: number;
  effect: number;
  /** Chance to see the planned effect, per cent. */
  power: number;
  /** People that the planned effect takes. */
  needed: number;
  /** Whether it is the whole plan that is too small, and not a run that has less. */
  wholePlan: boolean;
}

/** Of the whole plan while people enrol: part of it shows only large effects, which says nothing about the plan. */
function weaknessOf(facts: Facts): Weakness | null {
  const { effectPercent: effect, sampleSize } = facts.plan;
  const exposed = exposedPeople(facts);
  const people = isOver(facts) ? exposed : Math.max(exposed ?? 0, sampleSize ?? 0);
  const detectable = detectablePercent(facts, people);
  if (!people || detectable === null || effect === null || detectable === 0) return null;
  const power = powerPercent(effect, detectable);
  if (power >= MIN_POWER_PERCENT) return null;
  const needed = people * (detectable / effect) ** 2;
  return { people, detectable, effect, power, needed, wholePlan: sampleSize !== null && people >= sampleSize };
}

function weaknessText({ people, detectable, effect, power, wholePlan }: Weakness): string {
  const all = wholePlan ? `Even with all ${people} people` : `With ${people} people`;
  return `${all} it can show effects of ${shown(detectable)}% and more, far above the planned ${effect}%, which would be seen in ${Math.floor(power)} of 100 such runs.`;
}

export const underpowered: Rule = (facts) => {
  if (!isLaunched(facts)) return [];
  const more = isOver(facts) ? null : daysToSample(facts);
  const slow = more !== null && more > MAX_MORE_DAYS;
  const weak = weaknessOf(facts);
  if (!slow && weak === null) return [];
  return [
    {
      code: 'underpowered',
      severity: 'info',
      title: [
        ...(slow ? [`At today’s rate the planned sample takes ${Math.ceil(more)} more days.`] : []),
        ...(weak ? [weaknessText(weak)] : []),
      ].join(' '),
      evidence: {
        ...(more === null ? {} : { more_days: Math.ceil(more), exposed_per_day: shown(exposedPerDay(facts) ?? 0) }),
        ...(weak
          ? {
              people: weak.people,
              detectable_percent: shown(weak.detectable),
              planned_percent: weak.effect,
              power_percent: shown(weak.power),
              needed_people: shown(weak.needed),
            }
          : {}),
      },
      advice: isOver(facts)
        ? 'That it shows no difference says little. To learn more, plan anew for the effect that matters.'
        : 'Let more users in, choose a metric that moves more, or look for a larger effect.',
    },
  ];
};

export const TIME_RULES: readonly Rule[] = [tooEarly, plannedSampleNotReached, noSamplePlan, defaultPlan, underpowered];
