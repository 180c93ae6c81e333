import { chanceText, pText } from '../render/digits.js';
import type { Finding } from '../schema/assessment.js';
import { CONCLUSION_COMMENT_MAX } from '../schema/conclusion.js';
import { plainOrQuoted, quoted } from '../schema/quote.js';
import { whyUntested } from './exposures.js';
import { exposedPeople, type Facts, isUnread } from './facts.js';
import { dayOf, effectTextsOf, shown, shownDays } from './finding.js';
import { chanceOf, type Judged, judge } from './judge.js';
import { splitTest } from './rules-exposure.js';
import { runDays } from './run-log.js';
import { untilText } from './summary.js';
import { notesOf, type Verdict } from './verdict.js';

function methodText({ stats }: Facts): string {
  if (stats.method === 'bayesian') return `Bayesian, ${shown(stats.ciLevel * 100)}% credible intervals`;
  const kind = stats.sequentialTuningParameter === null ? '' : ' sequential';
  return `Frequentist${kind}, ${shown((1 - stats.alpha) * 100)}% confidence intervals`;
}

/** In the terms of the method: a p-value is nothing that a Bayesian result has, nor a chance to win one of a frequentist. */
function strengthText(one: Judged, { stats }: Facts): string {
  if (stats.method === 'frequentist') return `p ${pText(one.p)}, corrected ${pText(one.correctedP)}`;
  const chance = chanceOf(one);
  const significant = one.corrected === 'unclear' ? 'not significant' : 'significant';
  return `${chance === undefined ? '' : `chance to be better ${chanceText(chance)}, `}${significant} after all corrections`;
}

function metricLines(facts: Facts): string[] {
  return [...judge(facts, 'primary'), ...judge(facts, 'secondary')].map((one) => {
    const { metric, comparison } = one;
    const arm = metric.arms.find(({ key }) => key === comparison.variant);
    const { effect, low, high } = effectTextsOf(one);
    const turned = metric.reading.goal === 'decrease' ? '; lower is better' : '';
    return `${metric.role} ${quoted(metric.name)}, ${plainOrQuoted(comparison.variant)}: ${effect} (${low} to ${high}${turned}), ${strengthText(one, facts)}, n ${arm?.samples ?? '?'}`;
  });
}

function exposureLine(facts: Facts): string {
  const { exposures, flag } = facts;
  if (exposures === null) return 'Exposures: could not be read.';
  const counts = (flag?.split ?? []).map(({ key }) => `${plainOrQuoted(key)} ${exposures.counts[key] ?? 0}`);
  const test = splitTest(facts);
  const untested = `sample ratio not tested: ${whyUntested(flag?.split ?? null, exposedPeople(facts) ?? 0)}`;
  return `Exposures: ${counts.join(', ')}; ${test ? `sample ratio p ${pText(test.pValue)}` : untested}.`;
}

function freshnessLine({ freshness, missing }: Facts): string {
  if (isUnread(missing)) return 'Results: could not be read.';
  if (freshness.source === 'none') return 'Results: none stored.';
  const of = freshness.source === 'daily_fallback' ? 'daily job' : 'calculation';
  return `Results: ${of}${freshness.calculated_at ? ` of ${freshness.calculated_at}` : ''}.`;
}

/** A line at a time, as many as fit; what had to go is counted. */
function fitted(lines: readonly string[], limit: number): string {
  const whole = lines.join('\n');
  if (whole.length <= limit) return whole;
  const note = (left: number) => `\n(${left} more lines do not fit)`;
  let kept = lines.length - 1;
  while (kept > 0 && lines.slice(0, kept).join('\n').length + note(lines.length - kept).length > limit) kept--;
  return `${lines.slice(0, kept).join('\n')}${note(lines.length - kept)}`;
}

/** Whether a gate passed is for the call to say that was held against it: this evidence can pass one claim and fail another. */
function findingsLine(findings: readonly Finding[], verdict: Verdict): string {
  const notes = notesOf(findings, verdict);
  // What the flag serves can be another thing once the call that stores this comment is done.
  const told = findings.filter(({ code }) => code !== 'ended_still_split');
  const isNote = (finding: Finding) => finding.severity === 'info' || notes.includes(finding);
  const codes = (severity: Finding['severity']) =>
    told.filter((one) => one.severity === severity && !isNote(one)).map(({ code }) => code);
  const part = (title: string, found: readonly string[]) =>
    found.length > 0 ? [`${title}: ${found.join(', ')}.`] : [];
  const against = [...part('Blockers', codes('blocker')), ...part('Warnings', codes('warning'))];
  const noted = told.filter(isNote).map(({ code }) => code);
  return [...(against.length > 0 ? against : ['No blockers or warnings.']), ...part('Noted', noted)].join(' ');
}

/** What a conclusion rests on, for a later reader. Never longer than PostHog's limit of a conclusion comment. */
export function evidenceComment(facts: Facts, findings: readonly Finding[], verdict: Verdict): string {
  const effects = facts.stats.differenceType === 'ABSOLUTE' ? 'absolute' : 'relative to the baseline';
  return fitted(
    [
      `Assessed ${dayOf(facts.now)}: ${verdict.recommendation}${verdict.variant === null ? '' : ` ${plainOrQuoted(verdict.variant)}`}${verdict.recommendation === 'keep_running' ? untilText(facts) : ''}, baseline ${plainOrQuoted(facts.baseline)}.`,
      `${shownDays(runDays(facts))} days run. ${methodText(facts)}; effects ${effects}, higher is better unless noted.`,
      exposureLine(facts),
      freshnessLine(facts),
      findingsLine(findings, verdict),
      ...metricLines(facts),
    ],
    CONCLUSION_COMMENT_MAX,
  );
}
