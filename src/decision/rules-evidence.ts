import { roundedP } from '../render/digits.js';
import { betterText } from '../render/effect.js';
import { plainOrQuoted, quoted } from '../schema/quote.js';
import { guardrailsOf } from './evidence.js';
import { type Facts, isLaunched } from './facts.js';
import { effectTextsOf, type Finding, type Rule, shown } from './finding.js';
import { alphaOf, chanceOf, type Judged, judge } from './judge.js';
import { isShortOfSample, isTooEarly, waitAdvice } from './rules-time.js';
import { GUARDRAIL_MARGIN_PERCENT } from './thresholds.js';

function label({ metric, comparison }: Judged): string {
  return `${quoted(metric.name)} of ${plainOrQuoted(comparison.variant)}`;
}

/** `"Returns" of test: +1.2% (-3% to +5%; lower is better)`. */
function withNumbers(one: Judged): string {
  const { effect, low, high } = effectTextsOf(one);
  return `${label(one)}: ${effect} (${low} to ${high}; ${betterText(one.metric.reading.goal)})`;
}

/** How strong each is in the terms of the method; `corrected` too where the method has p-values. */
function strengths({ stats }: Facts, found: readonly Judged[], withCorrected = false): Finding['evidence'] {
  if (stats.method === 'bayesian') {
    const chances = found.flatMap((one) => chanceOf(one) ?? []);
    return chances.length > 0 ? { chances_to_be_better: chances } : {};
  }
  return {
    p_values: found.map(({ p }) => roundedP(p)),
    ...(withCorrected ? { corrected_p_values: found.map(({ correctedP }) => roundedP(correctedP)) } : {}),
  };
}

function includesZero({ comparison: { interval } }: Judged): boolean {
  return interval !== null && interval[0] <= 0 && interval[1] >= 0;
}

const isSequential = ({ stats }: Facts) => stats.method === 'frequentist' && stats.sequentialTuningParameter !== null;

export const earlySignificance: Rule = (facts) => {
  if (isSequential(facts) || !isLaunched(facts) || !(isTooEarly(facts) || isShortOfSample(facts))) return [];
  const found = judge(facts, 'primary').filter(
    ({ alone, comparison }) => alone !== 'unclear' || comparison.significant,
  );
  if (found.length === 0) return [];
  return [
    {
      code: 'early_significance',
      severity: 'warning',
      title: `"Significant" before the plan is reached: ${found.map(label).join(', ')}.`,
      evidence: strengths(facts, found),
      advice:
        'Who looks often finds such moments by chance, and the effect is overstated then. Wait for the plan, or use sequential testing.',
    },
  ];
};

export const intervalIncludesZero: Rule = (facts) => {
  const found = judge(facts, 'primary').filter((one) => one.comparison.significant && includesZero(one));
  if (found.length === 0) return [];
  return [
    {
      code: 'interval_includes_zero',
      severity: 'info',
      title: `Called significant while the interval contains zero: ${found.map(label).join(', ')}.`,
      evidence: { effects: found.map(withNumbers) },
      advice: 'PostHog’s Bayesian call is one-sided; take the two-sided interval: no clear difference yet.',
    },
  ];
};

export const notSignificantAfterCorrection: Rule = (facts) => {
  const judged = judge(facts, 'primary');
  const found = judged.filter(({ alone, amongAll }) => alone !== 'unclear' && amongAll === 'unclear');
  if (found.length === 0) return [];
  return [
    {
      code: 'not_significant_after_correction',
      severity: 'info',
      title: `Significant alone, not among ${judged.length} comparisons: ${found.map(label).join(', ')}.`,
      evidence: {
        comparisons: judged.length,
        ...strengths(facts, found, true),
        ...(facts.stats.method === 'frequentist'
          ? { alpha: shown(alphaOf(facts)) }
          : { ci_level: shown(1 - alphaOf(facts)) }),
      },
      advice: 'With so many looks one is likely to stand out by chance; decide by fewer primary metrics.',
    },
  ];
};

export const guardrailRegression: Rule = (facts) => {
  const judged = guardrailsOf(facts);
  const worse = judged.filter(({ guard }) => guard === 'harm');
  const open = judged.filter(({ guard }) => guard === 'open' || guard === 'too_close');
  if (worse.length + open.length === 0) return [];
  const parts = [
    ...(worse.length > 0 ? [`Worse on a secondary metric: ${worse.map(label).join(', ')}`] : []),
    ...(open.length > 0 ? [`May be worse by over ${GUARDRAIL_MARGIN_PERCENT}%: ${open.map(label).join(', ')}`] : []),
  ];
  return [
    {
      code: 'guardrail_regression',
      severity: 'warning',
      title: `${parts.join('; ')}.`,
      evidence: { effects: [...worse, ...open].map(withNumbers), margin_percent: GUARDRAIL_MARGIN_PERCENT },
      advice:
        worse.length > 0
          ? 'Weigh this cost against the gain before anybody ships; better, fix the cause and test again.'
          : open.every(({ guard }) => guard === 'too_close')
            ? 'The sample could have ruled such a loss out and did not. Fix the cause, or decide that the loss is acceptable.'
            : `More people narrow the interval. ${waitAdvice(facts)}`,
    },
  ];
};

/** Variants that are clearly better on one metric and worse on another, at least one of them after all corrections. */
export function conflictsOf(judged: readonly Judged[]): string[] {
  const saying = (how: 'alone' | 'corrected', wanted: 'better' | 'worse') =>
    judged.filter((one) => one[how] === wanted).map(({ comparison }) => comparison.variant);
  const both = (one: readonly string[], other: readonly string[]) => one.filter((variant) => other.includes(variant));
  return [
    ...both(saying('corrected', 'better'), saying('alone', 'worse')),
    ...both(saying('corrected', 'worse'), saying('alone', 'better')),
  ];
}

export const metricsConflict: Rule = (facts) => {
  const judged = judge(facts, 'primary');
  const conflicting = new Set(conflictsOf(judged));
  if (conflicting.size === 0) return [];
  const involved = judged.filter((one) => one.alone !== 'unclear' && conflicting.has(one.comparison.variant));
  return [
    {
      code: 'metrics_conflict',
      severity: 'warning',
      title: `Primary metrics disagree about ${[...conflicting].map(plainOrQuoted).join(', ')}.`,
      evidence: { effects: involved.map(withNumbers) },
      advice:
        'Statistics cannot weigh one metric against another: decide which counts more, and say so in the conclusion.',
    },
  ];
};

export const EVIDENCE_RULES: readonly Rule[] = [
  earlySignificance,
  intervalIncludesZero,
  notSignificantAfterCorrection,
  guardrailRegression,
  metricsConflict,
];
