import {
  exposuresStopped,
  fewAsk,
  keptOut,
  nobodyExposed,
  variantMissing,
  variantNeverGiven,
} from './exposure-causes.js';
import { type Cause, type DiagnosisFacts, rowOf, sum } from './facts.js';
import { manyIds, severalVariants } from './identity-causes.js';
import { metricCauses } from './metric-causes.js';
import { mismatch } from './split-causes.js';

const RULES = [
  ...[nobodyExposed, variantNeverGiven, exposuresStopped, variantMissing, mismatch, severalVariants],
  ...[metricCauses, manyIds, keptOut, fewAsk],
];

/** What the data shows to be wrong; what speaks of exposure first, since nothing else counts without it. */
export function causesOf(facts: DiagnosisFacts): Cause[] {
  return RULES.flatMap((rule) => rule(facts));
}

export interface Step {
  step: string;
  people: number;
}

/** From traffic to those who count. */
export function exposureSteps({ traffic, segments, counting }: DiagnosisFacts): Step[] {
  const run = rowOf(traffic, 'phase:run');
  const all = (segments ?? []).filter(({ segment }) => segment === 'all:');
  const people = sum(all.map(({ people }) => people));
  const several = sum(all.filter(({ several }) => several).map(({ people }) => people));
  return [
    ...(traffic === null
      ? []
      : [
          { step: 'sent any event', people: run?.people ?? 0 },
          { step: counting.isCustom ? 'sent the exposure event' : 'asked for the flag', people: run?.asked ?? 0 },
          { step: 'got an analysed variant', people: run?.given ?? 0 },
        ]),
    ...(segments === null
      ? []
      : [
          { step: counting.testAccountsFiltered ? 'without internal and test accounts' : 'exposed', people },
          { step: 'counted', people: counting.severalExcluded ? people - several : people },
        ]),
  ];
}
