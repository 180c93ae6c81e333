import type { Experiment } from '../schema/experiment.js';
import { exposureEventOf, ownExposure } from '../schema/exposure-event.js';
import type { Metric } from '../schema/metric.js';
import { plainOrQuoted, quoted } from '../schema/quote.js';
import { MS_PER_DAY } from './facts.js';
import { misnamed, sameDefinitions } from './odd-metrics.js';
import type { Check, PreflightFacts, SeenEvent } from './preflight-facts.js';

/** An event that did not come for longer may have been renamed or dropped. Days. Source: our choice, so that each day of the week counts once. */
export const EVENT_QUIET_DAYS = 7;

function sharedMetrics({ saved_metrics: links }: Experiment, secondary: boolean): Metric[] {
  const wanted = (links ?? []).filter(({ metadata }) => (metadata?.type === 'secondary') === secondary);
  return wanted.flatMap(({ query }) => (query ? [query] : []));
}

function primaryMetrics(experiment: Experiment): Metric[] {
  return [...(experiment.metrics ?? []), ...sharedMetrics(experiment, false)];
}

/** Actions and data warehouse tables have no event name. */
function eventsOf({ source, series, numerator, denominator, start_event, completion_event }: Metric): string[] {
  const nodes = [source, ...(series ?? []), numerator, denominator, start_event, completion_event];
  return nodes.flatMap((node) => node?.event || []);
}

/** Names of all events that have to arrive for the experiment to be measured, shared metrics and exposure included. */
export function neededEvents(experiment: Experiment): string[] {
  const metrics = [
    ...primaryMetrics(experiment),
    ...(experiment.metrics_secondary ?? []),
    ...sharedMetrics(experiment, true),
  ];
  // An action has no event name.
  const event = ownExposure(experiment) === null ? null : experiment.exposure_criteria?.exposure_config?.event;
  return [...new Set([...metrics.flatMap(eventsOf), ...(event ? [event] : [])])];
}

export function metricChecks(facts: PreflightFacts): Check[] {
  return [primaryCheck(facts), ...sameChecks(facts), ...nameChecks(facts), eventsCheck(facts), exposureCheck(facts)];
}

function primaryCheck({ experiment }: PreflightFacts): Check {
  const code = 'primary_metrics';
  const metrics = primaryMetrics(experiment);
  if (metrics.length === 0) {
    return {
      code,
      status: 'blocker',
      title: 'No primary metric: nothing says what success is',
      advice: 'Find the event with event-search and add a metric with experiment-update.',
      fix: { tool: 'event-search', arguments: {} },
    };
  }
  if (experiment.is_legacy || metrics.some(({ metric_type: type }) => !type)) {
    return {
      code,
      status: 'blocker',
      title: 'Metrics of the legacy format, which the present statistics do not read',
      advice: 'Make it anew with experiment-create, or migrate it with experiment-migrate (toolset admin).',
      fix: { tool: 'experiment-get', arguments: { id: experiment.id, detail: 'full' } },
    };
  }
  return { code, status: 'ok', title: `${metrics.length} primary metric${metrics.length === 1 ? '' : 's'}` };
}

function sameChecks({ experiment }: PreflightFacts): Check[] {
  const groups = sameDefinitions(experiment);
  if (groups.length === 0) return [];
  const title = `One definition under several names: ${groups.map((names) => names.map(quoted).join(' and ')).join('; ')}`;
  const advice =
    'Two metrics that measure the same make each other harder to call significant: remove one with experiment-update.';
  return [{ code: 'duplicate_metrics', status: 'warning', title, evidence: { metrics: groups.flat() }, advice }];
}

function nameChecks({ experiment, alike }: PreflightFacts): Check[] {
  const found = 'problem' in alike ? [] : misnamed(experiment, alike.value);
  if (found.length === 0) return [];
  const told = found.map(
    ({ name, counts, means }) =>
      `${quoted(name)} counts ${counts.map(plainOrQuoted).join(', ')}, not ${plainOrQuoted(means)}`,
  );
  return [
    {
      code: 'metric_names',
      status: 'warning',
      title: `A metric is named after another event than it counts: ${told.join('; ')}`,
      evidence: { events: found.map(({ means }) => means) },
      advice: 'Correct the event or the name with experiment-update, unless that is meant.',
    },
  ];
}

function daysSince(at: string, now: Date): number {
  return Math.round(((now.getTime() - Date.parse(at)) / MS_PER_DAY) * 10) / 10;
}

function listed(names: readonly SeenEvent[]): string {
  return names.map(({ name }) => plainOrQuoted(name)).join(', ');
}

function eventsCheck({ events, now, experiment }: PreflightFacts): Check {
  const code = 'events';
  if ('problem' in events) {
    const advice = 'Look for each with event-search before the launch.';
    return { code, status: 'unknown', title: `Events were not checked: ${events.problem}`, advice };
  }
  const never = events.value.filter(({ last_seen_at: seen }) => seen === undefined);
  const dated = events.value.flatMap((event) => (event.last_seen_at ? [{ ...event, at: event.last_seen_at }] : []));
  const quiet = dated.filter(({ at }) => daysSince(at, now) > EVENT_QUIET_DAYS);
  const undated = events.value.filter(({ last_seen_at: seen }) => seen === null);
  const evidence = {
    events: events.value.map(({ name, last_seen_at: seen }) => ({
      name,
      last_seen: seen ?? (seen === null ? 'unknown' : 'never'),
      ...(seen ? { days_ago: daysSince(seen, now) } : {}),
    })),
  };
  if (never.length > 0) {
    return {
      code,
      status: 'blocker',
      title: `Never received: ${listed(never)}`,
      evidence,
      advice:
        'Correct the name with experiment-update (event-search finds it), or ship the code that sends it first; what never arrives counts as zero.',
      fix: { tool: 'event-search', arguments: { search: never[0]?.name ?? '' } },
    };
  }
  if (quiet.length > 0) {
    const advice = 'Make sure that the code still sends it; the metric stays at zero otherwise.';
    return {
      code,
      status: 'warning',
      title: `Not received for over ${EVENT_QUIET_DAYS} days: ${listed(quiet)}`,
      evidence,
      advice,
    };
  }
  if (undated.length > 0) {
    const title = `PostHog does not tell when it last received ${listed(undated)}`;
    return { code, status: 'unknown', title, evidence, advice: 'Look at recent events in PostHog.' };
  }
  if (events.value.length > 0) {
    return { code, status: 'ok', title: `All events were seen in the last ${EVENT_QUIET_DAYS} days`, evidence };
  }
  const none = neededMetricCount(experiment) === 0 ? 'There are no metrics' : 'The metrics count no named event';
  return { code, status: 'unknown', title: `${none}, so there is no event to look for` };
}

function neededMetricCount(experiment: Experiment): number {
  const { metrics, metrics_secondary: secondary, saved_metrics: shared } = experiment;
  return (metrics?.length ?? 0) + (secondary?.length ?? 0) + (shared?.length ?? 0);
}

function exposureCheck({ experiment }: PreflightFacts): Check {
  const code = 'exposure_criteria';
  const criteria = experiment.exposure_criteria;
  const custom = ownExposure(experiment);
  const { exposure_event: event, exposure_event_source: event_source } = exposureEventOf(experiment);
  const evidence = {
    event,
    event_source,
    filter_test_accounts: criteria?.filterTestAccounts ?? false,
    multiple_variant_handling: criteria?.multiple_variant_handling ?? 'exclude',
  };
  if (custom !== null) {
    const isEvent = typeof criteria?.exposure_config?.event === 'string';
    const property = plainOrQuoted(`$feature/${experiment.feature_flag_key}`);
    return {
      code,
      status: 'warning',
      title: `Exposure is the configured ${isEvent ? 'event ' : ''}${plainOrQuoted(custom)}: only events that carry ${property} count`,
      evidence,
      advice: `Whether they carry it cannot be seen from here: look at recent ones in PostHog, for the variant key under ${property}.`,
    };
  }
  if (!criteria?.filterTestAccounts) {
    const advice = 'Set filter_test_accounts: true with experiment-update, unless internal users are meant.';
    return { code, status: 'warning', title: 'Internal and test users count too', evidence, advice };
  }
  const title = 'People count from the first time the code asks for the flag; internal users do not';
  return { code, status: 'ok', title, evidence };
}
