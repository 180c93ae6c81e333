import { CATALOGUE } from '../../src/generated/tools.js';
import { OPERATORS } from '../../src/schema/metric-filters.js';

const TOOL = /\b(?:experiment|experiments|feature-flag|event|project)-[a-z-]*[a-z]\b/g;
const FIELD = /\b[a-z]+(?:_[a-z]+)+\b/g;

/** Served once they are in the catalogue; texts may name them before. */
const COMING = ['experiment-assess', 'experiment-preflight', 'experiment-review'];
/** Recommendations, states, and what a gate or a preview adds: values and fields that no input schema lists. */
const VALUES = [
  'keep_control',
  'end_inconclusive',
  'keep_running',
  'fix_first',
  'cannot_tell',
  'exposure_frozen',
  'variant_key',
  'evidence_comment',
  'override_reason',
  'confirmation_required',
  'include_results',
];
/** Names of prompt arguments. */
const ARGUMENTS = ['primary_event'];

const tools = new Set([...COMING, ...CATALOGUE.map(({ name }) => name)]);
const fields = new Set([...VALUES, ...ARGUMENTS, ...OPERATORS, ...(JSON.stringify(CATALOGUE).match(FIELD) ?? [])]);

/** What a text names: tools, and those of the tools and fields that there are not. */
export function wordsOf(text: string): { tools: string[]; strange: string[] } {
  const named = text.match(TOOL) ?? [];
  const strange = [
    ...named.filter((name) => !tools.has(name)),
    ...(text.match(FIELD) ?? []).filter((name) => !fields.has(name)),
  ];
  return { tools: named, strange };
}
