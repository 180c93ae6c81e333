import { z } from 'zod';
import { causesOf, exposureSteps, type Step } from '../diagnosis/diagnose.js';
import type { DiagnosedMetric, DiagnosisFacts, Identity, MetricEvents, Segment } from '../diagnosis/facts.js';
import { type Cause, sum } from '../diagnosis/facts.js';
import { ToolError } from '../errors.js';
import { type CountedMetric, type Counting, countedMetric, countingOf } from '../queries/counting.js';
import {
  callRow,
  callsQuery,
  identityQuery,
  identityRow,
  metricEventsQuery,
  segmentRow,
  segmentsQuery,
  trafficQuery,
  trafficRow,
  waterfallQuery,
} from '../queries/diagnosis.js';
import { ask, type Query } from '../queries/query.js';
import { readExperiment } from '../reads/snapshot.js';
import { type Experiment, statusOf } from '../schema/experiment.js';
import { experimentUrl } from '../schema/link.js';
import type { Metric } from '../schema/metric.js';
import { quoted } from '../schema/quote.js';
import { dealtPercents } from '../serving/served.js';
import type { CallContext } from '../tool.js';

/** More metrics are not looked at: each widens two queries. Primary ones come first. */
const MAX_METRICS = 5;
const UNSAYABLE = 'one of its filters cannot be repeated in a query';

/** One query of the diagnosis: its rows, or null with the reason under `missing`. */
async function part<T>(
  query: Query | null,
  row: z.ZodType<T>,
  { context, missing }: { context: CallContext; missing: string[] },
): Promise<T[] | null> {
  if (query === null) return null;
  try {
    const { rows, cut } = await ask(query, row, context);
    if (cut) missing.push(`${query.name}: only its first ${query.limit} rows were read`);
    return rows;
  } catch (error) {
    if (!(error instanceof ToolError) || error.code === 'cancelled') throw error;
    missing.push(`${query.name}: ${error.message}`);
    return null;
  }
}

const numbers = z.object({ segment: z.string().default('') }).catchall(z.number());

function numberIn(row: z.output<typeof numbers> | undefined, name: string): number {
  return Number(row?.[name] ?? 0);
}

function eventsOfMetric(rows: readonly z.output<typeof numbers>[] | null, at: number): MetricEvents[] | null {
  return (
    rows?.map((row) => ({
      segment: row.segment,
      all: numberIn(row, `all_${at}`),
      matching: numberIn(row, `matching_${at}`),
      withoutValue: numberIn(row, `without_value_${at}`),
    })) ?? null
  );
}

function waterfallOf(rows: readonly z.output<typeof numbers>[] | null, at: number): DiagnosedMetric['waterfall'] {
  if (rows === null) return null;
  const [row] = rows;
  const people = (name: string) => numberIn(row, `${name}_${at}_people`);
  return {
    did: people('did'),
    external: people('external'),
    exposed: people('exposed'),
    after: people('after'),
    within: people('within'),
    counted: people('counted'),
    sum: numberIn(row, `sum_${at}`),
    top: numberIn(row, `top_${at}`),
  };
}

/** Definitions of all metrics with their roles, primary ones first. */
function definitionsOf(experiment: Experiment): { metric: Metric; role: string }[] {
  const shared = (experiment.saved_metrics ?? []).flatMap(({ query, name, metadata }) =>
    query
      ? [
          {
            metric: { ...query, name: name ?? query.name },
            role: metadata?.type === 'secondary' ? 'secondary' : 'primary',
          },
        ]
      : [],
  );
  const own = [
    ...(experiment.metrics ?? []).map((metric) => ({ metric, role: 'primary' })),
    ...(experiment.metrics_secondary ?? []).map((metric) => ({ metric, role: 'secondary' })),
  ];
  const isPrimary = ({ role }: { role: string }) => role === 'primary';
  return [...own, ...shared].sort((a, b) => Number(isPrimary(b)) - Number(isPrimary(a)));
}

function metricsToCount(experiment: Experiment, missing: string[]): CountedMetric[] {
  const counted = definitionsOf(experiment).flatMap(({ metric, role }) => {
    const readable = countedMetric(metric, role);
    if (typeof readable !== 'string') return [readable];
    missing.push(`metric ${quoted(metric.name ?? metric.uuid ?? 'without a name')}: ${readable}`);
    return [];
  });
  for (const { name } of counted.slice(MAX_METRICS))
    missing.push(`metric ${quoted(name)}: only ${MAX_METRICS} metrics are looked at`);
  return counted.slice(0, MAX_METRICS);
}

function severalIn(segments: readonly Segment[] | null): number {
  return sum(
    (segments ?? []).filter(({ segment, several }) => segment === 'all:' && several).map(({ people }) => people),
  );
}

/** The six queries, three at a time as PostHog allows, and what they tell. */
async function gather(
  experiment: Experiment,
  counting: Counting,
  asking: { context: CallContext; missing: string[] },
): Promise<DiagnosisFacts> {
  const metrics = metricsToCount(experiment, asking.missing);
  const splitChangedAt = z.iso.datetime({ offset: true }).safeParse(experiment.variant_split_changed_at).data;
  const changed = splitChangedAt === undefined ? null : new Date(splitChangedAt);
  const queries = { traffic: trafficQuery(counting), calls: callsQuery(counting), segments: segmentsQuery(counting) };
  if (Object.values(queries).includes(null)) asking.missing.push(`exposures: ${UNSAYABLE}`);
  const [traffic, calls, segments] = await Promise.all([
    part(queries.traffic, trafficRow, asking),
    part(queries.calls, callRow, asking),
    part(queries.segments, segmentRow, asking),
  ]);
  const [events, waterfall] = [metricEventsQuery(counting, metrics), waterfallQuery(counting, metrics)];
  if (metrics.length > 0 && (events === null || waterfall === null)) asking.missing.push(`metrics: ${UNSAYABLE}`);
  const [identities, eventRows, waterfallRows] = await Promise.all([
    part<Identity>(severalIn(segments) > 0 ? identityQuery(counting, changed) : null, identityRow, asking),
    part(events, numbers, asking),
    part(waterfall, numbers, asking),
  ]);
  const flag = experiment.feature_flag;
  return {
    counting,
    split: Object.fromEntries(
      (flag ? dealtPercents(flag.filters) : [])
        .filter(({ key }) => counting.variants.includes(key))
        .map(({ key, percent }) => [key, percent]),
    ),
    splitChangedAt: changed,
    now: asking.context.now(),
    ...{ traffic, calls, segments },
    identity: identities?.[0] ?? null,
    metrics: metrics.map((metric, at) => ({
      metric,
      events: eventsOfMetric(eventRows, at),
      waterfall: waterfallOf(waterfallRows, at),
    })),
  };
}

const METRIC_STEPS: readonly [keyof NonNullable<DiagnosedMetric['waterfall']>, string][] = [
  ['did', 'did it since the launch'],
  ['external', 'without internal and test accounts'],
  ['exposed', 'ever exposed'],
  ['after', 'after their exposure'],
  ['within', 'within the window'],
  ['counted', 'counted'],
];

function metricSteps({ metric, waterfall }: DiagnosedMetric) {
  const steps: Step[] = waterfall ? METRIC_STEPS.map(([field, step]) => ({ step, people: waterfall[field] })) : [];
  return {
    uuid: metric.uuid,
    name: metric.name,
    role: metric.role,
    event: metric.event,
    steps,
    ...(waterfall ? { sum: waterfall.sum } : {}),
  };
}

/** Everything that `experiment-diagnose` says. Reads only; personal data stays in PostHog, which answers with counts. */
export async function diagnosisAnswer({ id }: { id: number }, context: CallContext) {
  const experiment = await readExperiment(id, context);
  const counting = countingOf(experiment, context.now());
  if (typeof counting === 'string')
    throw new ToolError(
      'refused',
      `Experiment ${id} cannot be diagnosed from events: ${counting}.`,
      experiment.start_date
        ? 'experiment-assess still judges its stored results.'
        : 'Use experiment-preflight for a draft.',
    );
  const missing: string[] = [];
  const facts = await gather(experiment, counting, { context, missing });
  const causes = causesOf(facts);
  const looked = facts.traffic !== null && facts.segments !== null;
  return {
    project_id: context.project,
    id: experiment.id,
    name: experiment.name,
    status: statusOf(experiment),
    url: experimentUrl({ origin: context.api.origin, project: context.project }, experiment.id),
    conclusion: conclusionOf(causes, looked && missing.length === 0),
    causes,
    exposures: {
      event: counting.event,
      from: counting.from.toISOString(),
      until: counting.until.toISOString(),
      steps: exposureSteps(facts),
    },
    metrics: facts.metrics.map(metricSteps),
    ...(missing.length > 0 ? { missing } : {}),
  };
}

function conclusionOf(causes: readonly Cause[], isWhole: boolean): string {
  const possible = causes.filter(({ confidence }) => confidence === 'possible').length;
  const found = causes.length - possible;
  const rest = possible > 0 ? `${found > 0 ? ', and' : 'No clear cause, but'} ${possible} that may be one` : '';
  if (causes.length > 0)
    return `${found > 0 ? `${found} ${found === 1 ? 'cause' : 'causes'} found in the data` : ''}${rest}.`;
  return isWhole
    ? 'Nothing found in the data: exposures, split, ids and metric events look as they should.'
    : 'Nothing found in what could be read; the rest is unknown (missing).';
}
