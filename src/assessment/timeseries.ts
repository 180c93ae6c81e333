import { readMetric, valueIs } from '../decision/reading.js';
import { methodOf } from '../decision/results.js';
import { ToolError } from '../errors.js';
import { unlessOlderBuild } from '../posthog/older-builds.js';
import { apiPath } from '../posthog/path.js';
import { readExperiment } from '../reads/snapshot.js';
import type { Experiment } from '../schema/experiment.js';
import { experimentUrl } from '../schema/link.js';
import { type TimeseriesOutput, timeseriesWire } from '../schema/results.js';
import type { CallContext } from '../tool.js';
import { settingsOf } from './results.js';
import { checkMetric, notLaunched } from './results-answer.js';

export interface TimeseriesInput {
  id: number;
  metric_uuid: string;
  days: number;
}

/** PostHog files daily results under the metric's fingerprint, which every edit changes; so it is read afresh. */
function fingerprintOf(experiment: Experiment, uuid: string): string {
  const shared = (experiment.saved_metrics ?? []).map((link) => link.query);
  const all = [...(experiment.metrics ?? []), ...(experiment.metrics_secondary ?? []), ...shared];
  const fingerprint = all.find((metric) => metric?.uuid === uuid)?.fingerprint;
  if (typeof fingerprint === 'string') return fingerprint;
  throw new ToolError(
    'not_supported',
    'This PostHog gives the metric no fingerprint, so its daily results cannot be asked for.',
    'Use experiment-results instead.',
    { next_tool: 'experiment-results' },
  );
}

/** The last days of one metric, oldest first. A day that failed or is still missing says so. */
export async function timeseriesAnswer(input: TimeseriesInput, context: CallContext): Promise<TimeseriesOutput> {
  const experiment = await readExperiment(input.id, context);
  if (!experiment.start_date) throw notLaunched(experiment);
  const facts = checkMetric(input.metric_uuid, experiment);
  const { api, project } = context;
  const query = { metric_uuid: facts.uuid, fingerprint: fingerprintOf(experiment, facts.uuid) };
  const path = apiPath`/api/projects/${project}/experiments/${input.id}/timeseries_results/`;
  const series = await unlessOlderBuild('results over time', api.get(path, timeseriesWire, query));
  const settings = await settingsOf(experiment, context);
  const { method, effects_are } = methodOf(settings);
  const days = Object.entries(series.timeseries ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
  const shown = days.slice(-input.days);
  return {
    project_id: project,
    id: experiment.id,
    url: experimentUrl({ origin: api.origin, project }, experiment.id),
    metric: {
      uuid: facts.uuid,
      ...(facts.name ? { name: facts.name } : {}),
      goal: facts.goal,
      ...(facts.measures ? { measures: facts.measures } : {}),
      value_is: valueIs(facts),
    },
    status: series.status,
    method,
    effects_are,
    ...(series.computed_at ? { computed_at: series.computed_at } : {}),
    days: shown.map(([date, result]) => {
      if (!result) {
        const told = series.errors?.[date];
        return { date, problem: typeof told === 'string' ? told : 'not calculated', variants: [] };
      }
      if ('problem' in result) return { date, problem: String(result.problem), variants: [] };
      const { problem, variants } = readMetric(facts, result, { settings, breakdowns: false });
      return { date, ...(problem ? { problem } : {}), variants };
    }),
    days_in_all: days.length,
  };
}
