import { betterText, isAbsolute } from '../render/effect.js';
import type { Finding } from '../schema/assessment.js';
import { plainOrQuoted, quoted } from '../schema/quote.js';
import { effectText, effectThatMatters } from './evidence.js';
import { type Facts, isFrozen } from './facts.js';
import { dayOf, effectTextsOf, shown } from './finding.js';
import { alphaOf, type Judged, judge, testVariants } from './judge.js';
import { daysOfGuardrails, daysOfPeople, settledOn } from './needs.js';
import { conflictsOf } from './rules-evidence.js';
import { MAX_MORE_DAYS } from './thresholds.js';
import { notesOf, type Verdict } from './verdict.js';

/** Findings and numbers named in the summary; the rest stands below it. */
const NAMED = 3;

function listed(texts: readonly string[]): string {
  const more = texts.length - NAMED;
  return `${texts.slice(0, NAMED).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

const effectOn = ({ metric, comparison }: Judged, effect: string) =>
  `${plainOrQuoted(comparison.variant)} ${effect} on ${quoted(metric.name)}`;

/** `test +12% on "Purchases" (+3% to +21%; higher is better)`. */
function numbers(one: Judged): string {
  const { effect, low, high } = effectTextsOf(one);
  return `${effectOn(one, effect)} (${low} to ${high}; ${betterText(one.metric.reading.goal)})`;
}

/** What the interval leaves no room for, or where the effect lies: an answer without a winner says this much, too. */
function withRuledOut(one: Judged, level: number): string {
  const { interval } = one.comparison;
  if (interval === null || interval[0] > 0 || interval[1] < 0) return numbers(one);
  const { effect, low, high } = effectTextsOf(one);
  return `${effectOn(one, effect)} (ruled out at ${shown(level * 100)}%: above ${high}, below ${low}; ${betterText(one.metric.reading.goal)})`;
}

/** What the numbers are: said once, as all metrics of an experiment are compared alike. */
function convention(facts: Facts): string {
  const absolute = facts.metrics.some(({ reading }) => isAbsolute(reading));
  return absolute
    ? `Effects are absolute differences from ${plainOrQuoted(facts.baseline)}, in the unit of each metric.`
    : `Effects are relative to ${plainOrQuoted(facts.baseline)}.`;
}

/** What is clear comes first, since only the first are named. */
function primaries(facts: Facts): Judged[] {
  return judge(facts, 'primary').sort((a, b) => a.correctedP - b.correctedP);
}

function primaryNumbers(facts: Facts): string {
  const level = 1 - alphaOf(facts);
  const told = primaries(facts).map((one) => withRuledOut(one, level));
  return `${listed(told)}. ${convention(facts)}`;
}

function evidenceText(facts: Facts, variant: string): string {
  const gains = primaries(facts).filter(({ comparison }) => comparison.variant === variant);
  return listed(gains.map(numbers));
}

function others(facts: Facts): string {
  const [only, ...more] = testVariants(facts);
  return only !== undefined && more.length === 0 ? `${plainOrQuoted(only)} is` : 'every other variant is';
}

function titles(findings: readonly Finding[]): string {
  return findings
    .slice(0, NAMED)
    .map(({ title }) => title)
    .join(' ');
}

/** " until 2026-06-04 UTC"; nothing where no date can be told, or where a new calculation is all that is missing. */
export function untilText(facts: Facts): string {
  const ready = settledOn(facts);
  return ready === null || ready <= facts.now ? '' : ` until ${dayOf(ready)}`;
}

function waiting(facts: Facts, findings: readonly Finding[], { recommendation }: Verdict): string {
  const warnings = findings.filter(({ severity }) => severity === 'warning');
  const why = titles(warnings);
  if (recommendation === 'cannot_tell' && warnings.every(({ code }) => code === 'windows_open')) {
    return `Cannot tell yet: ${why} ${warnings.map(({ advice }) => advice).join(' ')}`;
  }
  if (recommendation === 'cannot_tell') return `Cannot tell: the run is over before it could answer. ${why}`;
  return `Keep running${untilText(facts)}: ${why}`;
}

function conflicting(facts: Facts): string {
  return [...new Set(conflictsOf(judge(facts, 'primary')))].map(plainOrQuoted).join(', ');
}

function frozenText(facts: Facts): string {
  return isFrozen(facts)
    ? ' Exposure is frozen, so no more people come: let them in with experiment-unfreeze-exposure, or end it with what there is.'
    : '';
}

function unresolved(facts: Facts, { recommendation }: Verdict): string {
  const effect = effectText(effectThatMatters(facts));
  const why = `the sample is too small to tell an effect of ${effect} from none`;
  const said =
    recommendation === 'cannot_tell' ? 'Cannot tell: the run is over, and' : `Keep running${untilText(facts)}:`;
  return `${said} ${why}.${frozenText(facts)} ${primaryNumbers(facts)}`;
}

function outOfReach(facts: Facts, cost: string): string {
  const [people, guards] = [daysOfPeople(facts), daysOfGuardrails(facts)];
  const effect = effectText(effectThatMatters(facts));
  const [what, could] =
    people !== null && people > MAX_MORE_DAYS
      ? [
          `the sample for an effect of ${effect} takes ${Math.ceil(people)} more days`,
          'More traffic, a metric that moves more or varies less, or a larger effect to look for could answer it.',
        ]
      : [
          `a primary metric gains, but to see what it costs takes ${Math.ceil(guards ?? 0)} more days`,
          `${cost} More traffic, a guardrail that varies less or a larger loss to put up with could answer it.`,
        ];
  return `End it as inconclusive: this traffic cannot answer the question, as ${what} at today’s rate. ${could} ${primaryNumbers(facts)}`;
}

/** What to do and why, in a few sentences, and what happened to the run; the advice of the findings tells the rest. */
export function summaryOf(facts: Facts, findings: readonly Finding[], verdict: Verdict): string {
  const notes = notesOf(findings, verdict);
  const told = reasonText(facts, without(findings, notes), verdict);
  return notes.length > 0 ? `${told} Beware: ${titles(notes)}` : told;
}

function without(findings: readonly Finding[], some: readonly Finding[]): Finding[] {
  return findings.filter((finding) => !some.includes(finding));
}

function reasonText(facts: Facts, findings: readonly Finding[], verdict: Verdict): string {
  const baseline = plainOrQuoted(facts.baseline);
  const variant = verdict.variant ?? '';
  const of = (...codes: string[]) => titles(findings.filter(({ code }) => codes.includes(code)));
  const warnings = titles(findings.filter(({ severity }) => severity === 'warning'));
  switch (verdict.reason) {
    case 'blocked':
      return `${verdict.recommendation === 'fix_first' ? 'Fix this first' : 'Cannot tell'}: ${titles(findings.filter(({ severity }) => severity === 'blocker'))}`;
    case 'draft':
      return 'Cannot tell: it is a draft and has not run.';
    case 'doubtful':
      return `Cannot tell until this is explained: ${warnings}`;
    case 'waiting':
      return waiting(facts, findings, verdict);
    case 'out_of_reach':
      return outOfReach(facts, of('guardrail_regression'));
    case 'unresolved':
      return unresolved(facts, verdict);
    case 'exposures_unknown':
      return 'Cannot tell: exposures could not be read, so nothing says whether the arms are alike.';
    case 'no_split':
      return `Cannot tell: the flag does not split users between variants, so new data compares nothing. ${of('flag_not_split')}`.trimEnd();
    case 'unmeasured':
      return 'Cannot tell: not every primary metric has statistics for every variant.';
    case 'guardrail_unmeasured':
      return 'Cannot tell: a primary metric gains, but a secondary one has no statistics, so its cost is unknown.';
    case 'clear_gain':
      return `Ship ${plainOrQuoted(variant)}: against ${baseline} it gains clearly, ${evidenceText(facts, variant)}, and nothing found rules it out. ${convention(facts)} ${of('already_shipped')}`.trimEnd();
    case 'clear_loss':
      return `Keep ${baseline}: ${others(facts)} clearly worse. ${primaryNumbers(facts)}`;
    case 'guardrail_open':
      return `${verdict.recommendation === 'cannot_tell' ? 'Cannot tell: the run is over, and' : `Keep running${untilText(facts)}:`} a primary metric gains, but the sample is too small to tell what it costs. ${of('guardrail_regression')} ${primaryNumbers(facts)}`;
    case 'guardrail':
      return verdict.recommendation === 'keep_control'
        ? `Keep ${baseline}: the other variants do harm. ${of('guardrail_regression')} ${primaryNumbers(facts)}`
        : `End it as inconclusive: a primary metric gains, at a cost that a sample large enough did not rule out. ${of('guardrail_regression')} ${primaryNumbers(facts)}`;
    case 'conflict':
      return `End it as inconclusive: primary metrics disagree about ${conflicting(facts)}. People have to weigh them: ${primaryNumbers(facts)}`;
    case 'no_difference':
      return `End it as inconclusive: no variant is clearly better or worse than ${baseline}, though the sample could have shown an effect of ${effectText(effectThatMatters(facts))}. ${primaryNumbers(facts)}`;
  }
}
