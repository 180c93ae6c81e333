import { z } from 'zod';
import { apiPath } from '../src/posthog/path.js';
import { idNumber } from '../src/schema/ids.js';
import { withoutServerFields } from '../src/schema/metric.js';
import { metricPatch } from '../src/schema/metric-input.js';
import { changedMetricJson } from '../src/schema/metric-json.js';
import { type SavedMetric, savedMetricWire } from '../src/schema/saved-metric.js';
import { stripped } from '../src/schema/stripped.js';
import { areGivable, tagList } from '../src/schema/tag.js';
import { defineSubjectTool, type Undo } from '../src/tool.js';
import { droppedWarnings } from '../src/writes/subjects/dropped-keys.js';
import { changesBetween, SAVED_METRICS } from '../src/writes/subjects/saved-metric.js';
import { asciiJson, MAX_SAVED_JSON, ODD_TAGS } from '../src/writes/subjects/undo.js';

const input = z
  .strictObject({
    id: idNumber('Saved metric id'),
    name: z.string().trim().min(1).max(400).optional().describe('New name; left out, that of metric'),
    description: z.string().trim().max(400).optional().describe('Empty text removes it'),
    metric: metricPatch.optional().describe('What changes, as in experiment-saved-metrics-create'),
    tags: tagList.optional().describe('Replace all'),
  })
  .refine(({ id: _, ...rest }) => Object.values(rest).some((value) => value !== undefined), {
    error: 'give at least one of name, description, metric and tags',
  });

type Input = z.output<typeof input>;

export const experimentSavedMetricsPartialUpdate = defineSubjectTool<typeof input, SavedMetric, SavedMetric, number>({
  name: 'experiment-saved-metrics-partial-update',
  title: 'Update saved metric',
  searchHint: 'change shared metric',
  toolset: 'saved-metrics',
  access: 'destructive',
  varies: true,
  idempotent: true,
  description: [
    'Change a shared metric.',
    'Another definition changes the results of EVERY experiment that uses it, for the whole run, ended ones too; PostHog does not list these experiments. Confirm with the user. Undo: the same tool with the old definition.',
  ].join('\n'),
  input,
  subject: SAVED_METRICS,
  target: ({ id }) => id,
  plan: (change, before) => {
    const after = { ...before, ...bodyOf(change, before) };
    const changed = changesBetween(before, after).map(({ path }) => path);
    const redefined = changed.some((path) => path.startsWith('query'));
    return {
      after,
      level: redefined ? 'destructive' : 'write',
      effects: {
        users: 'Unchanged.',
        analysis: redefined ? 'Every experiment that uses it is computed anew by it, for the whole run.' : 'Unchanged.',
      },
      warnings: change.metric ? droppedWarnings(before.query, change.metric) : [],
      ...(changed.length === 0 ? { alreadyDone: 'The metric is like this already.' } : {}),
    };
  },
  run: async (change, { api, project }, before) => {
    const path = apiPath`/api/projects/${project}/experiment_saved_metrics/${change.id}/`;
    return { after: await api.patch(path, savedMetricWire, bodyOf(change, before)) };
  },
  undoTools: ['experiment-saved-metrics-partial-update'],
  undo: undoOf,
});

function bodyOf({ id: _, metric, ...words }: Input, before: SavedMetric) {
  // PostHog trims the shared metric's name, never that inside the definition.
  if (!metric) return words;
  const name = metric.name === undefined ? {} : { name: stripped(metric.name) };
  return { ...name, ...words, query: changedMetricJson(before.query, metric) };
}

/** The whole definition as an input; the nulls keep its defaults from adding what was not there. */
function inputOf({ name, query }: SavedMetric) {
  const query_json = asciiJson({ name: null, goal: null, ...withoutServerFields(query) });
  return { name: query.name || name, metric_type: query.metric_type, query_json };
}

function undoOf({ id, name, description, metric, tags }: Input, before: SavedMetric): Undo {
  const restored = inputOf(before);
  if (metric && restored.query_json.length > MAX_SAVED_JSON)
    return { not_reversible_because: 'the definition before is too long to save here' };
  if (tags && !areGivable(before.tags ?? [])) return { not_reversible_because: ODD_TAGS };
  return {
    tool: 'experiment-saved-metrics-partial-update',
    arguments: {
      id,
      ...(name === undefined && metric === undefined ? {} : { name: before.name }),
      ...(description === undefined ? {} : { description: before.description ?? '' }),
      ...(metric === undefined ? {} : { metric: restored }),
      ...(tags === undefined ? {} : { tags: before.tags ?? [] }),
    },
  };
}
