import { normalCdf, normalDensity, normalQuantile } from './distributions.js';
import { type Effect, standardError } from './effect.js';
import { finite, fraction, positive } from './errors.js';

/** Normal distribution of belief about an effect, in the effect's unit. */
export interface NormalPrior {
  mean: number;
  variance: number;
}

export interface BayesianResult {
  /** Normal posterior of the effect. */
  posterior: Effect;
  /** P(effect > 0); not inverted where a decrease is the goal. */
  chanceToWin: number;
  /** Central interval that holds the effect with probability `ciLevel`. */
  credibleInterval: [low: number, high: number];
  /** One-sided: the chance to win is above the level or below 1 − level, so the interval may still contain 0. */
  significant: boolean;
}

/**
 * Posterior of an effect. Without a prior it is flat and the posterior is the estimate itself (what PostHog does); with one,
 * precisions add and means weigh by them.
 */
export function posteriorOf(effect: Effect, prior?: NormalPrior): Effect {
  const precision = 1 / standardError(effect) ** 2;
  if (prior === undefined) return effect;
  const priorPrecision = 1 / positive(prior.variance, 'the variance of the prior');
  const total = priorPrecision + precision;
  return {
    value: (priorPrecision * finite(prior.mean, 'the mean of the prior') + precision * effect.value) / total,
    variance: 1 / total,
  };
}

/** Φ(mean/sd), the interval mean ± z·sd, and PostHog's rule of significance. Source: PostHog behaviour. */
export function bayesianTest(effect: Effect, ciLevel: number, prior?: NormalPrior): BayesianResult {
  fraction(ciLevel, 'the level of the interval');
  const posterior = posteriorOf(effect, prior);
  const deviation = standardError(posterior);
  const chanceToWin = normalCdf(posterior.value / deviation);
  const margin = -normalQuantile((1 - ciLevel) / 2) * deviation;
  return {
    posterior,
    chanceToWin,
    credibleInterval: [posterior.value - margin, posterior.value + margin],
    significant: chanceToWin > ciLevel || chanceToWin < 1 - ciLevel,
  };
}

/** What each choice costs on average where it is the wrong one, in the effect's unit; never below 0. */
export interface ExpectedLoss {
  /** E[max(effect, 0)] = μΦ(μ/σ) + σφ(μ/σ). */
  choosingBaseline: number;
  /** E[max(−effect, 0)] = σφ(μ/σ) − μΦ(−μ/σ). */
  choosingVariant: number;
}

/** Expected loss of either choice under a posterior, for metrics that are to rise. */
export function expectedLoss(posterior: Effect): ExpectedLoss {
  const deviation = standardError(posterior);
  const z = posterior.value / deviation;
  // The two terms cancel far out in a tail, where rounding could leave a loss below nothing.
  const lossAt = (x: number) => Math.max(0, deviation * (x * normalCdf(x) + normalDensity(x)));
  return { choosingBaseline: lossAt(z), choosingVariant: lossAt(-z) };
}
