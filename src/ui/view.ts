import { type AssessAnswer, answerOf, type ErrorAnswer, type ResultsAnswer } from './answer.js';
import { exposuresSection, planSection } from './exposures.js';
import { icon } from './marks.js';
import { metricsSection } from './metrics.js';
import { time, words } from './numbers.js';
import { reviewTree } from './review.js';
import { numbersTable } from './table.js';
import { h, link, type Tree, typed } from './tree.js';
import { findingsSection, freshnessLine, posthogSection, verdictSection } from './verdict.js';

export interface ViewOptions {
  /** Whether an address can be followed from here. */
  links: boolean;
  /** Whether the table is open from the start. */
  openTable: boolean;
}

const CUT = 'The answer was too long and was cut, so parts are not shown.';
const UNKNOWN = 'This answer has nothing that could be drawn; its text has everything.';

/** The page for an answer, told by the shape of the data. Pure. */
export function viewOf(data: unknown, options: ViewOptions): Tree[] {
  const found = answerOf(data);
  switch (found?.kind) {
    case 'assessment':
      return experimentTree(found.answer, options);
    case 'results':
      return experimentTree(found.answer, options);
    case 'review':
      return reviewTree(found.answer, options);
    case 'error':
      return errorTree(found.answer);
    default:
      return [h('p', { class: 'muted' }, UNKNOWN)];
  }
}

function errorTree({ error }: ErrorAnswer): Tree[] {
  return [
    h('p', {}, icon('warning'), ` ${error.message ?? 'The call failed.'}`),
    ...(error.next ? [h('p', { class: 'muted' }, error.next)] : []),
  ];
}

type ExperimentAnswer = ResultsAnswer &
  Partial<Pick<AssessAnswer, 'recommendation' | 'variant_key' | 'summary' | 'findings' | 'posthog_findings' | 'plan'>>;

function experimentTree(answer: ExperimentAnswer, { links, openTable }: ViewOptions): Tree[] {
  const { recommendation, variant_key = null, summary = '', findings, posthog_findings: theirs, plan } = answer;
  const { metrics = [], exposures, missing = [], cautions = [], truncated } = answer;
  const baseline = metrics.find((metric) => metric.baseline !== undefined)?.baseline;
  const notes = [...cautions, ...missing.map((line) => `could not be read: ${line}`), ...(truncated ? [CUT] : [])];
  const parts: (Tree | null)[] = [
    header(answer, links),
    recommendation ? verdictSection({ recommendation, variant_key, summary }, baseline) : null,
    ...notes.map((note) => h('p', {}, icon('warning'), ` ${note}`)),
    ...metricsSection(metrics),
    exposures ? exposuresSection(exposures) : null,
    plan ? planSection(plan) : null,
    findings ? findingsSection(findings) : null,
    theirs ? posthogSection(theirs) : null,
    numbersTable(metrics, openTable),
  ];
  return parts.filter((part) => part !== null);
}

function header(
  { name, id, status, url, start_date, end_date, freshness, ...rest }: ResultsAnswer,
  links: boolean,
): Tree {
  const { method, confidence_level: level } = rest;
  const dates = [start_date && `from ${time(start_date)}`, end_date && `to ${time(end_date)}`];
  const sure = level === undefined ? undefined : `${Math.round(level * 1000) / 10}% intervals`;
  const facts = [status && words(status), ...dates, method, sure].filter(Boolean).join(' · ');
  const anchor = links && url ? link(url, `open ${id ?? 'it'} in PostHog`) : null;
  return h(
    'header',
    {},
    h('h1', {}, typed(name)),
    h(
      'p',
      { class: 'muted' },
      facts,
      ...(freshness ? [facts === '' ? '' : ' · ', ...freshnessLine(freshness)] : []),
      ...(anchor ? [' · ', anchor] : []),
    ),
  );
}
