import { assess } from '../../src/decision/assess.js';
import { RECOMMENDATIONS, type Recommendation } from '../../src/schema/assessment.js';
import { randomOf } from './random.js';
import type { Mark, Situation } from './situations.js';
import { Run } from './world.js';

/** In how many runs of a situation each recommendation came, at whichever look. */
export interface Outcome {
  situation: Situation;
  runs: number;
  counts: Readonly<Record<Recommendation, number>>;
}

export interface MarkResult {
  mark: Mark;
  /** Per cent of the runs. */
  found: number;
  /** Standard error of that, in points: of the simulation, not of any experiment. */
  error: number;
  isHeld: boolean;
}

const LARGE_PRIME = 7_919;

/** Distinct for each situation, so that what one draws is independent of the others. */
function seedOf({ group, name }: Situation, run: number): number {
  let hash = 17;
  for (const letter of `${group}/${name}`) hash = (Math.imul(hash, 31) + (letter.codePointAt(0) ?? 0)) | 0;
  return (hash + Math.imul(run + 1, LARGE_PRIME)) | 0;
}

/** One experiment of a situation, as it stands at each look at it. */
export function* looksAt(situation: Situation, at: number): Generator<Run> {
  const run = new Run(situation.world, randomOf(seedOf(situation, at)));
  if (situation.looks === 'plan') {
    run.toPlan();
    yield run;
    return;
  }
  for (const day of situation.looks) {
    run.to(day);
    yield run;
  }
}

function saidIn(situation: Situation, at: number): Set<Recommendation> {
  const said = new Set<Recommendation>();
  for (const run of looksAt(situation, at)) said.add(assess(run.facts()).recommendation);
  return said;
}

export function simulate(situation: Situation, runs: number): Outcome {
  const counts = Object.fromEntries(RECOMMENDATIONS.map((one) => [one, 0])) as Record<Recommendation, number>;
  for (let at = 0; at < runs; at++) for (const said of saidIn(situation, at)) counts[said] += 1;
  return { situation, runs, counts };
}

/** Two standard errors of the simulation are allowed for. */
const ERRORS_ALLOWED = 2;

export function markResults({ situation, runs, counts }: Outcome): MarkResult[] {
  return situation.marks.map((mark) => {
    const share = counts[mark.of] / runs;
    const error = 100 * Math.sqrt((share * (1 - share)) / runs);
    const found = 100 * share;
    const slack = ERRORS_ALLOWED * error;
    const isHeld = mark.at === 'most' ? found - slack <= mark.percent : found + slack >= mark.percent;
    return { mark, found, error, isHeld };
  });
}
