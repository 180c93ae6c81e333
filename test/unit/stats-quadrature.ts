/** Simpson's rule over [from, to]: a route to probabilities that shares nothing with the code under test. */
export function integrate(f: (x: number) => number, from: number, to: number, steps = 20_000): number {
  const width = (to - from) / steps;
  let sum = f(from) + f(to);
  for (let i = 1; i < steps; i++) sum += f(from + i * width) * (i % 2 === 0 ? 2 : 4);
  return (sum * width) / 3;
}

/** ln Γ(x), x > 0: recurrence up to 15, then Stirling's series (Abramowitz & Stegun 6.1.41). */
export function lnGamma(x: number): number {
  if (x < 15) return lnGamma(x + 1) - Math.log(x);
  const series = 1 / (12 * x) - 1 / (360 * x ** 3) + 1 / (1260 * x ** 5) - 1 / (1680 * x ** 7);
  return (x - 0.5) * Math.log(x) - x + Math.log(2 * Math.PI) / 2 + series;
}

export function normalDensityAt(x: number): number {
  return Math.exp(-x * x * 0.5) * 0.3989422804014327;
}

/** Density of Student's t. */
export function tDensityAt(x: number, df: number): number {
  const constant = lnGamma((df + 1) / 2) - lnGamma(df / 2) - Math.log(df * Math.PI) / 2;
  return Math.exp(constant - ((df + 1) / 2) * Math.log1p((x * x) / df));
}

/** P(T > t), t ≥ 0, by integration. */
export function tUpperTail(t: number, df: number): number {
  return 0.5 - integrate((x) => tDensityAt(x, df), 0, t);
}
