/** A seeded stream of random numbers, so that a simulation can be repeated exactly. */
export interface Random {
  /** Uniform on (0, 1). */
  uniform(): number;
  normal(): number;
  /** Successes among n trials. */
  binomial(n: number, p: number): number;
}

/** Expected successes (and failures) from which a normal draw with its skew corrected is as good as an exact one. */
const NORMAL_FROM = 100;
const UINT32 = 2 ** 32;

/** Source of the generator: "sfc32", Chris Doty-Humphrey's Small Fast Counting generator (PractRand). */
function sfc32(seed: number): () => number {
  let [a, b, c, counter] = [0x9e3779b9, 0x243f6a88, 0xb7e15162 ^ seed, 1];
  const next = () => {
    const sum = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (c << 21) | (c >>> 11);
    c = (c + sum) | 0;
    return sum >>> 0;
  };
  for (let warm = 0; warm < 16; warm++) next();
  return next;
}

export function randomOf(seed: number): Random {
  const next = sfc32(seed);
  const uniform = () => (next() + 0.5) / UINT32;
  let spare: number | undefined;
  const normal = () => {
    if (spare !== undefined) {
      const kept = spare;
      spare = undefined;
      return kept;
    }
    const radius = Math.sqrt(-2 * Math.log(uniform()));
    const angle = 2 * Math.PI * uniform();
    spare = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  };
  /** Gaps between successes are geometric: one draw for each success, whatever n. */
  const counted = (n: number, p: number) => {
    const step = Math.log1p(-p);
    let [successes, at] = [-1, 0];
    do {
      successes += 1;
      at += Math.floor(Math.log(uniform()) / step) + 1;
    } while (at <= n);
    return successes;
  };
  const approximate = (n: number, p: number) => {
    const deviation = Math.sqrt(n * p * (1 - p));
    const z = normal();
    // Cornish and Fisher: the third cumulant of a binomial.
    const skew = (1 - 2 * p) / deviation;
    const drawn = Math.round(n * p + deviation * (z + (skew * (z * z - 1)) / 6));
    return Math.min(n, Math.max(0, drawn));
  };
  const binomial = (n: number, p: number): number => {
    if (n <= 0 || p <= 0) return 0;
    if (p >= 1) return n;
    if (p > 0.5) return n - binomial(n, 1 - p);
    return n * p < NORMAL_FROM ? counted(n, p) : approximate(n, p);
  };
  return { uniform, normal, binomial };
}
