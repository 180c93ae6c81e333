import { count } from './errors.js';

/** Below this many successes, or failures, of an arm a share's distribution is counted out. Source: our choice; 5 to 30 are usual. */
export const EXACT_BELOW = 100;

/** From here on Stirling's series has all the digits of a double. */
const STIRLING_FROM = 16;

/** ln n!, by Stirling's series with its first terms. */
function logFactorial(n: number): number {
  if (n >= STIRLING_FROM) {
    const inverse = 1 / n;
    const series = inverse * (1 / 12 - inverse ** 2 * (1 / 360 - inverse ** 2 * (1 / 1260 - inverse ** 2 / 1680)));
    return n * Math.log(n) - n + Math.log(2 * Math.PI * n) / 2 + series;
  }
  let sum = 0;
  for (let factor = 2; factor <= n; factor++) sum += Math.log(factor);
  return sum;
}

const logChoose = (n: number, k: number) => logFactorial(n) - logFactorial(k) - logFactorial(n - k);

/** Terms this small a share of the largest add nothing to a sum of doubles. */
const NEGLIGIBLE = 1e-17;

export interface Share {
  n: number;
  successes: number;
}

/**
 * Fisher's exact test of two shares, two-sided as twice the smaller tail, so that each side alone keeps half the level. Given
 * all successes together, those of one arm are hypergeometric. Source: Fisher, "The Design of Experiments" (1935), §§ 5 to 10;
 * Fay, "Confidence intervals that match Fisher's exact or Blaker's exact tests" (Biostatistics 11, 2010), for the doubling.
 */
export function fisherTest(one: Share, other: Share): number {
  const [n, m] = [count(one.n, 'the number of samples', 1), count(other.n, 'the number of samples', 1)];
  const [x, y] = [count(one.successes, 'successes'), count(other.successes, 'successes')];
  const all = x + y;
  const mean = (all * n) / (n + m);
  const upwards = x >= mean;
  const [least, most] = [Math.max(0, all - m), Math.min(all, n)];
  let term = Math.exp(logChoose(n, x) + logChoose(m, y) - logChoose(n + m, all));
  let sum = term;
  for (let k = x; upwards ? k < most : k > least; k += upwards ? 1 : -1) {
    term *= upwards
      ? ((n - k) * (all - k)) / ((k + 1) * (m - all + k + 1))
      : (k * (m - all + k)) / ((n - k + 1) * (all - k + 1));
    sum += term;
    if (term < sum * NEGLIGIBLE) break;
  }
  return Math.min(1, 2 * sum);
}
