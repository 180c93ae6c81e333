import { pText } from '../render/digits.js';
import type { Finding } from '../schema/assessment.js';
import { CONCLUSION_COMMENT_MAX } from '../schema/conclusion.js';
import { plainOrQuoted, quoted } from '../schema/quote.js';
import { whyUntested } from './exposures.js';
import { exposedPeople, type Facts, isUnread } from './facts.js';
import { dayOf, effectTextsOf, shown, shownDays } from './finding.js';
import { judge } from './judge.js';
import { splitTest } from './rules-exposure.js';
import { runDays } from './run-log.js';
import type { Verdict } from './verdict.js';

function methodText({ stats }: Facts): string {
  if (stats.method === 'bayesian') return `Bayesian, ${shown(stats.ciLevel * 100)}% credible intervals`;
  const kind = stats.sequentialTuningParameter === null ? '' : ' sequential';
  return `Frequentist${kind}, ${shown((1 - stats.alpha) * 100)}% confidence intervals`;
}

function metricLines(facts: Facts): string[] {
  return [...judge(facts, 'primary'), ...judge(facts, 'secondary')].map(
    ({ metric, comparison, p: alone, correctedP }) => {
      const arm = metric.arms.find(({ key }) => key === comparison.variant);
      const { effect, low, high } = effectTextsOf({ metric, comparison });
      const p = `p ${pText(alone)}, corrected ${pText(correctedP)}`;
      return `${metric.role} ${quoted(metric.name)}, ${plainOrQuoted(comparison.variant)}: effect ${effect} (${low} to ${high}${metric.reading.goal === 'decrease' ? '; lower is better' : ''}), ${p}, n ${arm?.samples ?? '?'}`;
    },
  );
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

function gatesText(findings: readonly Finding[], { recommendation }: Verdict): string {
  const failed = findings.filter(({ severity }) => severity !== 'info').map(({ code }) => code);
  if (failed.length > 0) return `failed ${failed.join(', ')}`;
  return recommendation === 'cannot_tell' ? 'not judged' : 'all passed';
}

/** What a conclusion rests on, for a later reader. Never longer than PostHog's limit of a conclusion comment. */
export function evidenceComment(facts: Facts, findings: readonly Finding[], verdict: Verdict): string {
  // What the flag serves can be another thing once the call that stores this comment is done.
  const noted = findings
    .filter(({ severity, code }) => severity === 'info' && code !== 'ended_still_split')
    .map(({ code }) => code);
  const effects = facts.stats.differenceType === 'ABSOLUTE' ? 'absolute' : 'relative to the baseline';
  return fitted(
    [
      `Assessed ${dayOf(facts.now)}: ${verdict.recommendation}${verdict.variant === null ? '' : ` ${plainOrQuoted(verdict.variant)}`}, baseline ${plainOrQuoted(facts.baseline)}.`,
      `${shownDays(runDays(facts))} days run. ${methodText(facts)}; effects ${effects}, higher is better unless noted.`,
      exposureLine(facts),
      freshnessLine(facts),
      `Gates: ${gatesText(findings, verdict)}.${noted.length > 0 ? ` Noted: ${noted.join(', ')}.` : ''}`,
      ...metricLines(facts),
    ],
    CONCLUSION_COMMENT_MAX,
  );
}
