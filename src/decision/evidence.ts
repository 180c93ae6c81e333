import { errorsOf } from '../stats/difference.js';
import { boundAtLook, type Look } from '../stats/looks.js';
import { sequentialMargin } from '../stats/sequential.js';
import type { Facts } from './facts.js';
import { alphaOf, type Judged, judge } from './judge.js';
import { lookOf } from './look.js';
import { ASSUMED_EFFECT_PERCENT, ENOUGH_PEOPLE, GUARDRAIL_MARGIN_PERCENT, POWER_QUANTILE } from './thresholds.js';

/** The smallest effect that matters, and who says so. */
export interface EffectThatMatters {
  percent: number;
  from: 'plan' | 'team' | 'assumption';
}

export function effectThatMatters({ plan, teamEffectPercent }: Facts): EffectThatMatters {
  if (plan.effectPercent !== null) return { percent: plan.effectPercent, from: 'plan' };
  if (teamEffectPercent) return { percent: teamEffectPercent, from: 'team' };
  return { percent: ASSUMED_EFFECT_PERCENT, from: 'assumption' };
}

/** "the planned 10%", "10%, which is our assumption". */
export function effectText({ percent, from }: EffectThatMatters): string {
  if (from === 'plan') return `the planned ${percent}%`;
  return from === 'team' ? `the team’s ${percent}%` : `${percent}% (our assumption, as no plan names an effect)`;
}

/**
 * What one variant shows on one metric. `nothing`: neither gain nor loss, although the sample would show the smallest effect
 * that matters in 80 of 100 runs, or the interval holds only smaller ones. `unresolved`: the sample is too small to tell.
 */
export type Standing = 'gain' | 'loss' | 'nothing' | 'unresolved';

export interface Evidence extends Judged {
  standing: Standing;
  /** How many times today's people settle it; 1 or less where they do already, null where that cannot be told. */
  growth: number | null;
}

/** What a guardrail shows of one variant: worse, by less than its margin at the worst, or neither yet. */
export type Guard = 'harm' | 'safe' | 'open' | 'too_close';

export interface GuardEvidence extends Judged {
  guard: Guard;
  growth: number | null;
}

function peopleIn({ metric, comparison }: Judged, { baseline }: Facts): number {
  return metric.arms
    .filter(({ key }) => key === baseline || key === comparison.variant)
    .reduce((sum, { samples }) => sum + samples, 0);
}

/** The standard errors from zero that count as clear, at so many times today's people. */
function boundAt(one: Judged, facts: Facts, look: Look, times = 1): number {
  const alpha = alphaOf(facts);
  const { stats } = facts;
  if (stats.method === 'frequentist' && stats.sequentialTuningParameter !== null) {
    return sequentialMargin(Math.max(1, peopleIn(one, facts) * times), alpha, stats.sequentialTuningParameter);
  }
  if (look.kind === 'planned' || look.kind === 'any') return errorsOf(alpha);
  return boundAtLook({ ...look, growth: look.growth * times }, alpha);
}

/** Standard error of the gain, as a fraction of the baseline; null where nothing tells it. */
function errorOf(one: Judged, facts: Facts): number | null {
  const { tested, interval } = one.comparison;
  if (tested) return tested.error;
  const half = interval ? (interval[1] - interval[0]) / 2 : 0;
  return half > 0 ? half / boundAt(one, facts, { kind: 'planned' }) : null;
}

/** How many times today's people show an effect in 80 of 100 runs, where it has to be so many standard errors from zero. */
function growthFor(effect: number, error: number, bound: number): number {
  return (((bound + POWER_QUANTILE) * error) / effect) ** 2;
}

/** A bound rises with the people, and the people with the bound: a few rounds settle both. */
const ROUNDS = 4;

function settledGrowth(effect: number, error: number, bound: (times: number) => number): number {
  let growth = 1;
  for (let round = 0; round < ROUNDS; round++) growth = Math.max(1, growthFor(effect, error, bound(growth)));
  return growth;
}

function weigh(one: Judged, facts: Facts, look: Look): Evidence {
  if (one.corrected !== 'unclear') return { ...one, standing: one.corrected === 'better' ? 'gain' : 'loss', growth: 1 };
  const error = errorOf(one, facts);
  if (error === null) return { ...one, standing: 'unresolved', growth: null };
  const effect = effectThatMatters(facts).percent / 100;
  // What is clear but for the number of looks is a hint, which the stricter bound settles for an effect as large as it hints.
  const isHint = one.amongAll !== 'unclear';
  const sought = isHint ? Math.max(effect, Math.abs(one.comparison.gain ?? 0)) : effect;
  const bound = (times: number) => (isHint ? boundAt(one, facts, look, times) : errorsOf(alphaOf(facts)));
  const isInside = Math.abs(one.comparison.gain ?? 0) + boundAt(one, facts, look) * error < effect;
  if (isInside || growthFor(sought, error, bound(1)) * ENOUGH_PEOPLE <= 1)
    return { ...one, standing: 'nothing', growth: 1 };
  return { ...one, standing: 'unresolved', growth: settledGrowth(sought, error, bound) };
}

/** Every variant on every primary metric that has statistics. */
export function evidenceOf(facts: Facts): Evidence[] {
  const look = lookOf(facts);
  return judge(facts, 'primary').map((one) => weigh(one, facts, look));
}

function guarded(one: Judged, facts: Facts): GuardEvidence {
  if (one.corrected === 'worse') return { ...one, guard: 'harm', growth: 1 };
  const { interval } = one.comparison;
  if (interval === null || interval[0] * 100 >= -GUARDRAIL_MARGIN_PERCENT) return { ...one, guard: 'safe', growth: 1 };
  const error = errorOf(one, facts);
  if (error === null) return { ...one, guard: 'open', growth: null };
  const growth = growthFor(GUARDRAIL_MARGIN_PERCENT / 100, error, boundAt(one, facts, { kind: 'planned' }));
  const isEnough = growth * ENOUGH_PEOPLE <= 1;
  return { ...one, guard: isEnough ? 'too_close' : 'open', growth: Math.max(1, growth) };
}

/** Every variant on every guardrail that has statistics. */
export function guardrailsOf(facts: Facts): GuardEvidence[] {
  return judge(facts, 'secondary').map((one) => guarded(one, facts));
}
