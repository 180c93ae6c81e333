import { invalid } from '../http/api-error.js';
import { type Answer, type Context, notFound } from '../http/router.js';
import type { JsonObject, ProjectRow, PromptRow } from '../store/model.js';
import {
  body as asBody,
  char,
  choice,
  type Field,
  integer,
  list,
  nullable,
  optional,
  required,
} from '../validation/drf.js';
import { MAX_DESCRIPTION, name } from '../validation/fields.js';
import { createExperiment } from './experiments.js';

/** Experiments that compare versions of a prompt. Where PostHog's wording could not be seen, the words are ours. */

const TEMPLATES = [
  { key: 'cost', label: 'Cost', description: 'Compares total $ai_total_cost_usd between prompt versions.' },
  { key: 'latency', label: 'Latency', description: 'Compares total $ai_latency between prompt versions.' },
  {
    key: 'eval_pass_rate',
    label: 'Eval pass rate',
    description: 'Ratio of passing $ai_evaluation events for this prompt.',
  },
] as const;
type Template = (typeof TEMPLATES)[number]['key'];
const KEYS = TEMPLATES.map(({ key }) => key);

/** Throws 404 where the feature has not reached the project. */
function promptsOf({ prompts }: ProjectRow): readonly PromptRow[] {
  if (prompts === null) throw notFound();
  return prompts;
}

export function listPromptTemplates({ project }: Context): Answer {
  promptsOf(project);
  return { status: 200, body: TEMPLATES };
}

function distinct<T>(child: Field<T>, { min, max }: { min: number; max: number }): Field<T[]> {
  return (value, attr) => {
    const items = list(child)(value, attr);
    if (items.length < min) {
      throw invalid(`Ensure this field has at least ${min} elements.`, attr, 'min_length');
    }
    if (items.length > max) {
      throw invalid(`Ensure this field has no more than ${max} elements.`, attr, 'max_length');
    }
    if (new Set(items).size < items.length) throw invalid(`${attr} must not contain duplicates.`, attr);
    return items;
  };
}

function assertVersions(prompts: readonly PromptRow[], promptName: string, versions: readonly number[]): void {
  const prompt = prompts.find((row) => row.name === promptName);
  if (!prompt) throw invalid(`Prompt '${promptName}' not found.`, 'prompt_name');
  const missing = versions.filter((version) => !prompt.versions.includes(version));
  if (missing.length > 0) {
    throw invalid(`Prompt '${promptName}' has no version(s): ${missing.join(', ')}.`, 'versions');
  }
}

/** The split is even in whole percents; what is left goes to the last variant. */
function variantsFor(versions: readonly number[]) {
  const share = Math.floor(100 / versions.length);
  const last = versions.length - 1;
  const keyAt = (index: number) => (index === 0 ? 'control' : last === 1 ? 'test' : `test-${index}`);
  return versions.map((version, index) => ({
    key: keyAt(index),
    name: `v${version}`,
    rollout_percentage: index === last ? 100 - share * last : share,
  }));
}

function metricFor(template: Template, promptName: string): JsonObject {
  const ofPrompt = { key: '$ai_prompt_name', value: promptName, operator: 'exact', type: 'event' };
  const events = (event: string, more: JsonObject = {}, filters: JsonObject[] = []) => ({
    kind: 'EventsNode',
    event,
    properties: [ofPrompt, ...filters],
    ...more,
  });
  const common = { kind: 'ExperimentMetric', name: TEMPLATES.find(({ key }) => key === template)?.label };
  if (template === 'eval_pass_rate') {
    const passed = { key: '$ai_evaluation_result', value: ['true'], operator: 'exact', type: 'event' };
    const [numerator, denominator] = [events('$ai_evaluation', {}, [passed]), events('$ai_evaluation')];
    return { ...common, metric_type: 'ratio', goal: 'increase', numerator, denominator };
  }
  const property = template === 'cost' ? '$ai_total_cost_usd' : '$ai_latency';
  const source = events('$ai_generation', { math: 'sum', math_property: property });
  return { ...common, metric_type: 'mean', goal: 'decrease', source };
}

/** POST: a draft whose variants are versions of a prompt, each with the version as its payload. */
export function createFromPrompt(context: Context): Answer {
  const { store, project } = context;
  const prompts = promptsOf(project);
  const source = asBody(context.body);
  const prompt = required(source, 'prompt_name', char());
  const versions = required(source, 'versions', distinct(integer({ min: 1 }), { min: 2, max: 10 }));
  const templates = required(source, 'templates', distinct(choice(KEYS), { min: 1, max: KEYS.length }));
  assertVersions(prompts, prompt, versions);
  const numbers = versions.map((version) => `v${version}`);
  const slug = prompt.toLowerCase().replaceAll(/[^a-z0-9_-]+/g, '-');
  const key = optional(source, 'feature_flag_key', char()) ?? `${slug}-${numbers.join('-')}`;
  if (store.flagByKey(project.id, key)) {
    throw invalid('There is already a feature flag with this key.', 'feature_flag_key', 'unique');
  }
  const variants = variantsFor(versions);
  const payloads = variants.map((variant, index) => [
    variant.key,
    JSON.stringify({ prompt_name: prompt, prompt_version: versions[index] }),
  ]);
  const body = {
    name: optional(source, 'name', name) ?? `${prompt}: ${numbers.join(' vs ')} (${templates.join(', ')})`,
    description: optional(source, 'description', nullable(char({ max: MAX_DESCRIPTION, blank: true }))) ?? '',
    feature_flag_key: key,
    parameters: {
      feature_flag_variants: variants,
      feature_flag_payloads: Object.fromEntries(payloads),
      prompt_metadata: { name: prompt, versions, templates },
    },
    metrics: templates.map((template) => metricFor(template, prompt)),
    allow_unknown_events: true,
  };
  return createExperiment({ ...context, body });
}
