import { finite } from './errors.js';
import { sampleCovariance, sampleVariance } from './moments.js';
import type { Summary } from './summary.js';

/** Variances below this count as none: no adjustment by such a covariate, and none adjusted below it. Source: PostHog behaviour. */
export const VARIANCE_FLOOR = 1e-10;

/** One arm's outcome with what its entities did before they were exposed (the covariate, over the same entities). */
export interface CovariateArm {
  /** The outcome before adjustment: a mean or a share. */
  outcome: Summary;
  covariateSum: number;
  covariateSumSquares: number;
  /** Σ outcome × covariate. */
  productSum: number;
}

export interface CupedResult {
  /** Slope of the outcome on the covariate, pooled over the two arms; 0 where the covariate does not vary. */
  theta: number;
  variant: Summary;
  baseline: Summary;
  /** The baseline's mean before adjustment, which relative effects divide by. */
  unadjustedMean: number;
}

/** cov(outcome, covariate) / var(covariate) over both arms taken as one sample. With three arms each pair has its own. */
export function pooledTheta(variant: CovariateArm, baseline: CovariateArm): number {
  const arms = [variant, baseline];
  const total = (of: (arm: CovariateArm) => number) => arms.reduce((sum, arm) => sum + of(arm), 0);
  const n = total(({ outcome }) => outcome.n);
  const covariateSum = total((arm) => finite(arm.covariateSum, 'the covariate'));
  const sumSquares = total((arm) => finite(arm.covariateSumSquares, 'the covariate'));
  const covariate = { n, sum: covariateSum, sumSquares };
  if (sampleVariance(covariate, 'the covariate') < VARIANCE_FLOOR) return 0;
  const outcomeSum = total(({ outcome }) => outcome.n * outcome.mean);
  const products = total((arm) => finite(arm.productSum, 'the sum of products'));
  return finite((products * n - outcomeSum * covariateSum) / (sumSquares * n - covariateSum ** 2), 'theta');
}

/** Mean and variance of outcome − theta × covariate: m − θ·mx and v + θ²·vx − 2θ·cov. Source: PostHog behaviour. */
export function adjustArm(arm: CovariateArm, theta: number): Summary {
  const { n, mean, variance } = arm.outcome;
  const covariate = { n, sum: arm.covariateSum, sumSquares: arm.covariateSumSquares };
  // A share's p(1 − p) is its sample variance times (n − 1)/n, so n is the factor that leaves either kind its full reach.
  const outcome = { n, sum: n * mean, sumSquares: n * variance + n * mean * mean };
  const covariance = sampleCovariance(outcome, covariate, arm.productSum);
  const adjusted = variance + theta ** 2 * sampleVariance(covariate, 'the covariate') - 2 * theta * covariance;
  return {
    n,
    mean: finite(mean - (theta * arm.covariateSum) / n, 'the adjusted mean'),
    variance: n === 1 ? 0 : Math.max(VARIANCE_FLOOR, finite(adjusted, 'the adjusted variance')),
  };
}

/**
 * CUPED (Deng, Xu, Kohavi & Walker, "Improving the Sensitivity of Online Controlled Experiments by Utilizing Pre-Experiment
 * Data", WSDM 2013): both arms less theta times their covariate, which removes what could be foretold. The means shift, so
 * they are for comparing, not for showing.
 */
export function cupedAdjust(variant: CovariateArm, baseline: CovariateArm): CupedResult {
  const theta = pooledTheta(variant, baseline);
  const unadjustedMean = baseline.outcome.mean;
  if (theta === 0) return { theta, variant: variant.outcome, baseline: baseline.outcome, unadjustedMean };
  return { theta, variant: adjustArm(variant, theta), baseline: adjustArm(baseline, theta), unadjustedMean };
}
