import { z } from 'zod';
import { comparedSplit, timesOfSplit } from '../decision/compared.js';
import { namedMetrics } from '../decision/odd-metrics.js';
import { preflightChecks } from '../decision/preflight.js';
import type { Check, Estimate, NextCall, Part, PreflightFacts, Sharer } from '../decision/preflight-facts.js';
import { neededEvents } from '../decision/preflight-metrics.js';
import { unlessOlderBuild } from '../posthog/older-builds.js';
import { apiPath } from '../posthog/path.js';
import { experimentsOnFlag, readExperiment } from '../reads/snapshot.js';
import { type Experiment, isLive, statusOf } from '../schema/experiment.js';
import { experimentUrl } from '../schema/link.js';
import { wireNumber } from '../schema/wire.js';
import { sentence, servedText } from '../serving/serving.js';
import type { CallContext } from '../tool.js';
import { alikeEvents, lastSeen } from './preflight-events.js';
import { reasonOf } from './review-parallel.js';
import { forSplit } from './running-time.js';

/** Whether a draft may be launched. Parts that cannot be read become `unknown`, the rest is still checked. */
export async function preflightAnswer({ id }: { id: number }, context: CallContext) {
  const experiment = await readExperiment(id, context);
  const { api, project } = context;
  const url = experimentUrl({ origin: api.origin, project }, id);
  const head = { project_id: project, id, name: experiment.name, url };
  if (experiment.start_date) return { ...head, ...launched(experiment) };
  const facts = await gather(experiment, context);
  const checks = preflightChecks(facts);
  const parts = {
    events: facts.events,
    // Where no event can be read, one line says so.
    ...('problem' in facts.events ? {} : { 'names of other events': facts.alike }),
    'other experiments on the flag': facts.sharers,
    'running time': facts.estimate,
  };
  const unread = Object.entries(parts).flatMap(([name, part]) =>
    'problem' in part ? [`${name}: ${part.problem}`] : [],
  );
  const missing = [...unread, ...(experiment.unreadable ?? [])];
  const ready = !checks.some(({ status }) => status === 'blocker');
  return {
    ...head,
    ready,
    summary: summaryOf(checks),
    checks: checks.map(({ fix: _, ...check }) => check),
    ...(missing.length > 0 ? { missing } : {}),
    next: nextCall(id, checks),
  };
}

function nextCall(id: number, checks: readonly Check[]): NextCall {
  const blocker = checks.find(({ status }) => status === 'blocker');
  if (!blocker) return { tool: 'experiment-launch', arguments: { id } };
  return blocker.fix ?? { tool: 'experiment-get', arguments: { id } };
}

function summaryOf(checks: readonly Check[]): string {
  const of = (status: Check['status']) => checks.filter((check) => check.status === status);
  const [blockers, warnings, unknown] = [of('blocker'), of('warning'), of('unknown')];
  const counts = [
    ...(warnings.length > 0 ? [`${warnings.length} to weigh`] : []),
    ...(unknown.length > 0 ? [`${unknown.length} not known`] : []),
  ].join(', ');
  if (blockers.length > 0) return `Not ready: ${blockers.map(({ title }) => title).join('; ')}.`;
  return counts ? `Nothing rules the launch out: ${counts}.` : 'Ready to launch: every check passed.';
}

function launched(experiment: Experiment) {
  const { id, start_date } = experiment;
  const status = statusOf(experiment);
  const title = `It was launched already (${start_date}) and is ${status}; this checks drafts only`;
  return {
    ready: false,
    summary: `${title}.`,
    checks: [{ code: 'lifecycle', status: 'blocker' as const, title }],
    next: { tool: status === 'paused' ? 'experiment-activity' : 'experiment-assess', arguments: { id } },
  };
}

async function gather(experiment: Experiment, context: CallContext): Promise<PreflightFacts> {
  const names = namedMetrics(experiment).map(({ name }) => name);
  const [events, alike, sharers, estimate] = await Promise.all([
    part(lastSeen(neededEvents(experiment), context)),
    part(alikeEvents(names, context)),
    part(sharersOf(experiment, context)),
    part(estimateOf(experiment, context)),
  ]);
  const flag = experiment.feature_flag;
  const served = flag ? sentence(servedText(flag)) : 'nobody is in a variant';
  return { experiment, now: context.now(), served, events, alike, sharers, estimate };
}

async function part<T>(value: Promise<T>): Promise<Part<T>> {
  try {
    return { value: await value };
  } catch (error) {
    return { problem: reasonOf(error) };
  }
}

async function sharersOf({ id, feature_flag: flag }: Experiment, context: CallContext): Promise<Sharer[]> {
  const rows = flag ? await experimentsOnFlag(flag.id, context) : [];
  return rows
    .filter((row) => row.id !== id)
    .map((row) => ({ id: row.id, name: row.name, status: statusOf(row), live: isLive(row) }));
}

const storedEstimate = z.looseObject({
  conversionRateInputType: z.string().nullish(),
  manualMetricType: z.enum(['funnel', 'mean_count', 'mean_sum_or_avg']).nullish().catch(null),
  manualBaselineValue: wireNumber.nullish(),
  manualExposureRate: wireNumber.nullish(),
});

const answerWire = z.looseObject({
  recommended_sample_size: wireNumber.nullish(),
  recommended_running_time_days: wireNumber.nullish(),
});

/** The plan calculated from what is stored with the draft; null where no baseline or effect is. */
async function estimateOf(experiment: Experiment, { api, project }: CallContext): Promise<Estimate | null> {
  const plan = experiment.running_time_calculation;
  const stored = storedEstimate.safeParse(plan?.exposure_estimate_config).data;
  const baseline = stored?.manualBaselineValue;
  const served = comparedSplit(experiment);
  if (!baseline || !plan?.minimum_detectable_effect || served.length < 2) return null;
  const metric_type = stored.manualMetricType ?? 'funnel';
  const answer = await unlessOlderBuild(
    'the running-time calculator',
    api.query(apiPath`/api/projects/${project}/experiments/calculate_running_time/`, answerWire, {
      metric_type,
      minimum_detectable_effect: plan.minimum_detectable_effect,
      number_of_variants: served.length,
      // PostHog stores a funnel's baseline in per cent and calculates with a rate.
      baseline_value: metric_type === 'funnel' ? baseline / 100 : baseline,
      ...(stored.manualExposureRate ? { exposure_rate_per_day: stored.manualExposureRate } : {}),
    }),
  );
  const times = timesOfSplit(served);
  const { recommended_sample_size: size, recommended_running_time_days: days } = forSplit(
    answer,
    times,
    stored.manualExposureRate,
  );
  return size ? { sample_size: size, ...(days ? { days } : {}) } : null;
}
