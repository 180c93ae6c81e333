import { errorsOf } from './difference.js';
import { normalCdf, normalDensity, normalQuantile } from './distributions.js';

/**
 * Where somebody looks again and again, a p-value falls below any level sooner or later. Robbins' boundary bounds the chance
 * of that: with W(t) the sum of what came in up to information t, and t = 1 at the first look,
 * P(|W(t)| ≥ √(t·(c² + ln t)) for some t ≥ 1) = 2·(1 − Φ(c) + c·φ(c)), and where |W(1)| < b is known, the part after the
 * first look is 2·b·φ(c). Source: Robbins, "Statistical methods related to the law of the iterated logarithm" (Ann. Math.
 * Statist. 41, 1970); the same mixture, asymptotically for any data with a variance: Waudby-Smith et al. (arXiv 2103.06476).
 */
export type Look =
  /** The one that was planned. */
  | { kind: 'planned' }
  /** One after it; `growth` is how many times the people it has. */
  | { kind: 'late'; growth: number }
  /** One of a run without a plan; `growth` is how many times the people of the first look it has. */
  | { kind: 'unplanned'; growth: number }
  /** One of a test that allows looks at any time. */
  | { kind: 'any' };

/**
 * What a two-sided p-value is worth at a look, to be held against alpha: the planned look errs in alpha/2 on either side, all
 * looks together in no more than alpha. `comparisons` are those that alpha is shared among.
 */
export function pAtLook(p: number, look: Look, { alpha, comparisons }: { alpha: number; comparisons: number }): number {
  if (look.kind === 'planned' || look.kind === 'any') return p;
  const squared = errorsOf(p) ** 2 - Math.log(Math.max(1, look.growth));
  if (squared <= 0) return 1;
  const c = Math.sqrt(squared);
  const crossing =
    look.kind === 'late'
      ? 2 * -normalQuantile(alpha / 2 / Math.max(1, comparisons)) * normalDensity(c)
      : normalCdf(-c) + c * normalDensity(c);
  return Math.min(1, Math.max(p, crossing));
}

/** Newton's method from the right, on a function that is convex there; each step doubles the digits. */
const NEWTON_STEPS = 12;

/** The c at which 1 − Φ(c) + c·φ(c) is alpha. */
function unplannedConstant(alpha: number): number {
  // The sum is below (1 + c)·φ(c), so a start far out is on the convex side for any alpha in use.
  let c = errorsOf(alpha) + 1;
  for (let step = 0; step < NEWTON_STEPS; step++) {
    const density = normalDensity(c);
    c += (normalCdf(-c) + c * density - alpha) / (c * c * density);
  }
  return c;
}

/** The standard errors from zero that a look asks for before a single comparison counts at alpha; `pAtLook` turned round. */
export function boundAtLook(look: Look, alpha: number): number {
  const once = errorsOf(alpha);
  if (look.kind === 'planned' || look.kind === 'any') return once;
  const c =
    look.kind === 'late'
      ? Math.sqrt(-2 * Math.log((alpha * Math.sqrt(2 * Math.PI)) / (2 * once)))
      : unplannedConstant(alpha);
  return Math.max(once, Math.sqrt(c ** 2 + Math.log(Math.max(1, look.growth))));
}
