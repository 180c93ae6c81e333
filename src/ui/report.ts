import type { AssessmentOutput } from '../schema/assessment.js';
import type { ExperimentView } from '../schema/experiment.js';
import { escaped, markup } from './markup.js';
import { plain, time, words } from './numbers.js';
import { type Branch, h, type Tree, typed } from './tree.js';
import { viewOf } from './view.js';

const VIEW = { links: true, openTable: true };

/** Everything about one experiment; parts that an answer was cut by are left out. */
export function experimentReport(experiment: Partial<ExperimentView>, assessment: Partial<AssessmentOutput>): Tree[] {
  const { start_date, end_date, stats_method: method } = experiment;
  const [head = '', ...rest] = viewOf({ ...assessment, start_date, end_date, method }, VIEW);
  const { evidence_comment } = assessment;
  return [head, factsTree(experiment), ...rest, ...(evidence_comment ? [evidence(evidence_comment)] : [])];
}

export function programmeReport(review: unknown): Tree[] {
  return viewOf(review, VIEW);
}

function factsTree(experiment: Partial<ExperimentView>): Branch {
  const { feature_flag_key, feature_flag, description, conclusion, conclusion_comment } = experiment;
  const variants = (feature_flag?.variants ?? []).map(({ key, split_percent }) => `${key} ${plain(split_percent)}%`);
  const concluded = [conclusion && words(conclusion), conclusion_comment].filter(Boolean).join(': ');
  const facts: [string, string | undefined][] = [
    ['Hypothesis', description],
    ['Feature flag', feature_flag_key],
    ['Variants', variants.join(', ')],
    ['Conclusion', concluded],
  ];
  return h(
    'dl',
    { class: 'facts' },
    ...facts.flatMap(([name, value]) => (value ? [h('dt', { class: 'muted' }, name), h('dd', {}, typed(value))] : [])),
  );
}

function evidence(comment: string): Branch {
  return h('section', {}, h('h2', {}, 'The evidence in short'), h('pre', {}, comment));
}

export interface PageOptions {
  title: string;
  style: string;
  /** `sha256-…` of the style, the only thing that the page may use. */
  styleHash: string;
  made: Date;
  version: string;
}

/** A page that needs no script, no network and no other file. */
export function reportPage(body: readonly Tree[], { title, style, styleHash, made, version }: PageOptions): string {
  const note = `Made by posthog-experiments-mcp ${version} on ${time(made.toISOString())} from stored results.`;
  const main = h('main', {}, ...body, h('footer', { class: 'muted' }, note));
  const policy = `default-src 'none'; style-src '${styleHash}'; base-uri 'none'; form-action 'none'`;
  return [
    '<!doctype html><html lang="en"><head><meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="${escaped(policy)}">`,
    '<meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark">',
    `<title>${escaped(title)}</title><style>${style}</style></head><body>${markup(main)}</body></html>\n`,
  ].join('');
}
