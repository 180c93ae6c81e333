import type { MetricRow } from '../../src/stats/compare.js';
import type { MetricType } from '../../src/stats/validity.js';
import type { Random } from './random.js';

/** How people behave on a metric. A lift is a fraction of the baseline; what it multiplies is the kind's own. */
export interface Kind {
  type: MetricType;
  /** Sums over n people who came on one day. */
  draw: (random: Random, n: number, lift: number) => MetricRow;
  /** Of one person of the baseline: what a plan is calculated from. */
  mean: number;
  variance: number;
}

/** A share of people converts. */
export function conversion(rate: number): Kind {
  return {
    type: 'funnel',
    mean: rate,
    variance: rate * (1 - rate),
    draw: (random, n, lift) => {
      const sum = random.binomial(n, Math.min(1, rate * (1 + lift)));
      return { number_of_samples: n, sum, sum_squares: sum };
    },
  };
}

/** A share of people buys once for a log-normal amount of mean 1: the larger sigma, the heavier the tail. */
export function revenue(buyers: number, sigma: number): Kind {
  const location = -(sigma ** 2) / 2;
  return {
    type: 'mean',
    mean: buyers,
    variance: buyers * Math.exp(sigma ** 2) - buyers ** 2,
    draw: (random, n, lift) => {
      let [sum, squares] = [0, 0];
      for (let left = random.binomial(n, buyers); left > 0; left--) {
        const amount = (1 + lift) * Math.exp(location + sigma * random.normal());
        sum += amount;
        squares += amount * amount;
      }
      return { number_of_samples: n, sum, sum_squares: squares };
    },
  };
}

/** Revenue per order: buyers place one order or more, each of an amount that differs by person. */
export function perOrder(buyers: number, again: number, sigma: number): Kind {
  const location = -(sigma ** 2) / 2;
  const orders = buyers / (1 - again);
  const spread = Math.exp(sigma ** 2) - 1;
  // M − R·D of a buyer is D·(amount − 1), and E[D²] of a geometric count is (1 + again) / (1 − again)².
  const variance = (buyers * spread * (1 + again)) / (1 - again) ** 2 / orders ** 2;
  return {
    type: 'ratio',
    mean: 1,
    variance,
    draw: (random, n, lift) => {
      const row = { number_of_samples: n, sum: 0, sum_squares: 0 };
      let [below, belowSquares, products] = [0, 0, 0];
      for (let left = random.binomial(n, buyers); left > 0; left--) {
        const count = 1 + Math.floor(Math.log(random.uniform()) / Math.log(again));
        const amount = count * (1 + lift) * Math.exp(location + sigma * random.normal());
        row.sum += amount;
        row.sum_squares += amount * amount;
        below += count;
        belowSquares += count * count;
        products += amount * count;
      }
      return {
        ...row,
        denominator_sum: below,
        denominator_sum_squares: belowSquares,
        numerator_denominator_sum_product: products,
      };
    },
  };
}

/** Of those who start, a share comes back. */
export function retention(starts: number, rate: number): Kind {
  return {
    type: 'retention',
    mean: rate,
    variance: (rate * (1 - rate)) / starts,
    draw: (random, n, lift) => {
      const started = random.binomial(n, starts);
      const back = random.binomial(started, rate * (1 + lift));
      return {
        number_of_samples: n,
        sum: back,
        sum_squares: back,
        denominator_sum: started,
        denominator_sum_squares: started,
        numerator_denominator_sum_product: back,
      };
    },
  };
}

/** Two periods of the same arm as one. */
export function added(one: MetricRow, other: MetricRow): MetricRow {
  const sum = (key: keyof MetricRow) => (one[key] ?? 0) + (other[key] ?? 0);
  return {
    number_of_samples: sum('number_of_samples'),
    sum: sum('sum'),
    sum_squares: sum('sum_squares'),
    ...(other.denominator_sum === undefined
      ? {}
      : {
          denominator_sum: sum('denominator_sum'),
          denominator_sum_squares: sum('denominator_sum_squares'),
          numerator_denominator_sum_product: sum('numerator_denominator_sum_product'),
        }),
  };
}
