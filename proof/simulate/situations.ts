import type { Recommendation } from '../../src/schema/assessment.js';
import type { StatsSettings } from '../../src/stats/settings.js';
import { BROKEN } from './damage.js';
import { conversion, type Kind, perOrder, retention, revenue } from './metrics.js';
import { type SimulatedMetric, SOUND, type World } from './world.js';

/** What must hold: a recommendation comes in at most, or at least, so many of a hundred runs. */
export interface Mark {
  of: Recommendation;
  at: 'most' | 'least';
  percent: number;
}

export interface Situation {
  group: string;
  name: string;
  world: World;
  /** Days at whose end somebody looks, or the first day on which the plan is carried out. */
  looks: 'plan' | readonly number[];
  marks: readonly Mark[];
}

type Change = Partial<Omit<World, 'metrics'>>;

const BAYESIAN: StatsSettings = { method: 'bayesian', differenceType: 'RELATIVE', cuped: false, ciLevel: 0.95 };
const SEQUENTIAL: StatsSettings = {
  method: 'frequentist',
  differenceType: 'RELATIVE',
  cuped: false,
  alpha: 0.05,
  sequentialTuningParameter: 5_000,
};

function primary(kind: Kind, lifts: readonly number[], name = 'Goal'): SimulatedMetric {
  return { name, role: 'primary', kind, lifts };
}

function guardrail(kind: Kind, lift: number): SimulatedMetric {
  return { name: 'Guardrail', role: 'secondary', kind, lifts: [lift] };
}

function world(metrics: readonly SimulatedMetric[], change: Change = {}): World {
  return { ...SOUND, ...change, metrics };
}

const atMost = (of: Recommendation, percent: number): Mark => ({ of, at: 'most', percent });
const atLeast = (of: Recommendation, percent: number): Mark => ({ of, at: 'least', percent });

const everyDay = (last: number) => Array.from({ length: last }, (_, at) => at + 1);

const COMMON = conversion(0.1);
const HEAVY = revenue(0.1, 1.5);
const HEAVIEST = revenue(0.05, 2.2);
const THREE: Change = { split: [34, 33, 33] };

const NULL_AT_PLAN: readonly (readonly [name: string, metrics: readonly SimulatedMetric[], change?: Change])[] = [
  ['conversion of 10%', [primary(COMMON, [0])]],
  ['conversion of 10%, Bayesian', [primary(COMMON, [0])], { stats: BAYESIAN }],
  ['conversion of 10%, sequential testing', [primary(COMMON, [0])], { stats: SEQUENTIAL }],
  ['conversion of 97%', [primary(conversion(0.97), [0])], { effectPercent: 1 }],
  ['weekly seasonality', [primary(COMMON, [0])], { weekly: true }],
  ['rare event, 1 in 1,000', [primary(conversion(1e-3), [0])], { effectPercent: 20 }],
  ['rare event, 1 in 100,000', [primary(conversion(1e-5), [0])], { effectPercent: 100 }],
  ['rare event, 1 in 100,000, Bayesian', [primary(conversion(1e-5), [0])], { effectPercent: 100, stats: BAYESIAN }],
  ['rare event, 7 expected conversions an arm', [primary(conversion(1e-5), [0])], { effectPercent: 150 }],
  ['rare event, split 90/10', [primary(conversion(1e-4), [0])], { effectPercent: 50, split: [90, 10] }],
  ['rare event, split 10/90', [primary(conversion(1e-4), [0])], { effectPercent: 50, split: [10, 90] }],
  ['revenue, heavy tail', [primary(HEAVY, [0])], { effectPercent: 20 }],
  ['revenue, heavy tail, Bayesian', [primary(HEAVY, [0])], { effectPercent: 20, stats: BAYESIAN }],
  ['revenue, heaviest tail', [primary(HEAVIEST, [0])], { effectPercent: 100 }],
  ['revenue, heavy tail, split 90/10', [primary(HEAVY, [0])], { effectPercent: 20, split: [90, 10] }],
  ['revenue, heavy tail, split 10/90', [primary(HEAVY, [0])], { effectPercent: 20, split: [10, 90] }],
  ['revenue, heaviest tail, split 10/90', [primary(HEAVIEST, [0])], { effectPercent: 100, split: [10, 90] }],
  ['ratio: revenue per order', [primary(perOrder(0.2, 0.3, 1), [0])]],
  ['retention', [primary(retention(0.4, 0.3), [0])]],
  ['five metrics', [1, 2, 3, 4, 5].map((place) => primary(conversion(0.05 * place), [0], `Goal ${place}`))],
  ['three variants', [primary(COMMON, [0, 0])], THREE],
  ['conversion of 10%, split 80/20', [primary(COMMON, [0])], { split: [80, 20] }],
];

const PEEKING: readonly (readonly [name: string, world: World, days: number])[] = [
  ['to 3 × the plan', world([primary(COMMON, [0])]), 42],
  ['to 3 × the plan, Bayesian', world([primary(COMMON, [0])], { stats: BAYESIAN }), 42],
  ['to 3 × a plan of 7 days', world([primary(COMMON, [0])], { days: 7 }), 21],
  ['to 3 × the plan, weekly seasonality', world([primary(COMMON, [0])], { weekly: true }), 42],
  ['to 3 × the plan, three variants', world([primary(COMMON, [0, 0])], THREE), 42],
  ['to 3 × the plan, sequential testing', world([primary(COMMON, [0])], { stats: SEQUENTIAL }), 42],
  [
    'sequential testing, read before the planned sample is in',
    world([primary(COMMON, [0])], { stats: SEQUENTIAL, traffic: 0.4 }),
    35,
  ],
  ['42 days without a plan', world([primary(COMMON, [0])], { isPlanned: false }), 42],
  ['42 days without a plan, Bayesian', world([primary(COMMON, [0])], { isPlanned: false, stats: BAYESIAN }), 42],
  [
    '42 days without a plan, rare event',
    world([primary(conversion(1e-4), [0])], { isPlanned: false, effectPercent: 50 }),
    42,
  ],
  [
    '42 days without a plan, heavy tail',
    world([primary(revenue(0.05, 1.5), [0])], { isPlanned: false, effectPercent: 50 }),
    42,
  ],
];

const GAINS: readonly (readonly [
  name: string,
  metrics: (lift: number) => readonly SimulatedMetric[],
  change?: Change,
])[] = [
  ['conversion of 10%', (lift) => [primary(COMMON, [lift])]],
  ['conversion of 10%, Bayesian', (lift) => [primary(COMMON, [lift])], { stats: BAYESIAN }],
  ['conversion of 10%, split 80/20', (lift) => [primary(COMMON, [lift])], { split: [80, 20] }],
  ['conversion of 50%', (lift) => [primary(conversion(0.5), [lift])], { effectPercent: 5 }],
  ['rare event, 1 in 1,000', (lift) => [primary(conversion(1e-3), [lift])]],
  ['revenue, heavy tail', (lift) => [primary(HEAVY, [lift])]],
  ['retention', (lift) => [primary(retention(0.4, 0.3), [lift])]],
  ['ratio: revenue per order', (lift) => [primary(perOrder(0.2, 0.3, 1), [lift])]],
];

function gained(direction: 1 | -1, marks: readonly Mark[], share = 1): Situation[] {
  return GAINS.map(([name, metrics, change = {}]) => ({
    group: `true ${direction > 0 ? 'gain' : 'loss'} of ${share === 1 ? 'one MDE' : 'half an MDE'}, one look at the plan`,
    name,
    world: world(metrics((direction * share * (change.effectPercent ?? SOUND.effectPercent)) / 100), change),
    looks: 'plan',
    marks,
  }));
}

/** Traffic at which the sample for 10% takes about seven weeks: a look after two weeks is undersized. */
const UNDERSIZED: Change = { isPlanned: false, traffic: 14 / 50 };

const UNDERSIZED_TRUTHS: readonly (readonly [name: string, lift: number])[] = [
  ['no effect', 0],
  ['gain of 10%', 0.1],
  ['loss of 10%', -0.1],
  ['gain of 5%', 0.05],
];

function undersized(): Situation[] {
  return UNDERSIZED_TRUTHS.flatMap(([name, lift]) =>
    [7, 14].map(
      (day): Situation => ({
        group: 'undersized, without a plan, resolvable within 90 days',
        name: `${name}, looked at on day ${day}`,
        world: world([primary(COMMON, [lift])], UNDERSIZED),
        looks: [day],
        marks: [atMost('end_inconclusive', 5)],
      }),
    ),
  );
}

function broken(): Situation[] {
  return BROKEN.flatMap(([name, damage]) =>
    [0, 0.2, -0.2].map(
      (lift): Situation => ({
        group: 'integrity broken, after the plan',
        name: `${name}, ${lift === 0 ? 'no effect' : lift > 0 ? 'gain of one MDE' : 'loss of one MDE'}`,
        world: world([primary(COMMON, [lift])], { damage, effectPercent: 20, traffic: 1.2 }),
        looks: [20],
        marks: [atMost('ship', 0), atMost('end_inconclusive', 0)],
      }),
    ),
  );
}

const HARMED: readonly (readonly [name: string, kind: Kind, lift: number])[] = [
  ['conversion of 30%', conversion(0.3), -0.2],
  ['conversion of 2%', conversion(0.02), -0.2],
  ['revenue, heavy tail', HEAVY, -0.2],
];

function harmed(): Situation[] {
  return HARMED.map(([name, kind, lift]) => ({
    group: 'gain of one MDE with a guardrail harmed by twice its margin, one look at the plan',
    name,
    world: world([primary(COMMON, [0.1]), guardrail(kind, lift)]),
    looks: 'plan',
    marks: [atMost('ship', 2.5)],
  }));
}

/** Without marks: to be known. */
const SHOWN: readonly Situation[] = [
  {
    group: 'to be known',
    name: 'gain of one MDE and a guardrail without any effect, conversion of 30%, one look at the plan',
    world: world([primary(COMMON, [0.1]), guardrail(conversion(0.3), 0)]),
    looks: 'plan',
    marks: [],
  },
  {
    group: 'to be known',
    name: 'novelty: a gain of two MDE that falls to a third every 5 days, daily looks to 3 × the plan',
    world: world([primary(COMMON, [0.2])], { fadesIn: 5 }),
    looks: everyDay(42),
    marks: [],
  },
  {
    group: 'to be known',
    name: 'gain of one MDE, daily looks to 3 × the plan',
    world: world([primary(COMMON, [0.1])]),
    looks: everyDay(42),
    marks: [],
  },
  {
    group: 'to be known',
    name: 'gain of 10%, daily looks for 42 days without a plan',
    world: world([primary(COMMON, [0.1])], { isPlanned: false }),
    looks: everyDay(42),
    marks: [],
  },
  {
    group: 'to be known',
    name: 'five metrics, one of which gains one MDE, one look at the plan',
    world: world([0.1, 0, 0, 0, 0].map((lift, at) => primary(COMMON, [lift], `Goal ${at + 1}`))),
    looks: 'plan',
    marks: [],
  },
  {
    group: 'to be known',
    name: 'three variants, one of which gains one MDE, one look at the plan',
    world: world([primary(COMMON, [0.1, 0])], THREE),
    looks: 'plan',
    marks: [],
  },
];

export const SITUATIONS: readonly Situation[] = [
  ...NULL_AT_PLAN.map(
    ([name, metrics, change]): Situation => ({
      group: 'no effect, one look at the plan',
      name,
      world: world(metrics, change),
      looks: 'plan',
      marks: [atMost('ship', 2.5), atMost('keep_control', 4)],
    }),
  ),
  ...PEEKING.map(
    ([name, given, days]): Situation => ({
      group: 'no effect, a look every day',
      name,
      world: given,
      looks: everyDay(days),
      marks: [atMost('ship', 5)],
    }),
  ),
  ...gained(1, [atLeast('ship', 75)]),
  ...gained(-1, [atMost('ship', 0), atLeast('keep_control', 75)]),
  ...gained(1, [], 0.5),
  ...gained(-1, [], 0.5),
  ...undersized(),
  ...harmed(),
  ...broken(),
  ...SHOWN,
];
