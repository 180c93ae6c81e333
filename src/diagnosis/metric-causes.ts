import { quoted } from '../schema/quote.js';
import {
  type Cause,
  type DiagnosedMetric,
  type DiagnosisFacts,
  type MetricEvents,
  partsOf,
  percent,
  rowOf,
  sum,
} from './facts.js';

const MS_PER_DAY = 86_400_000;
const MIN_PEOPLE = 50;
const MIN_EVENTS = 100;
/** Shares from which a loss is worth a finding, per cent. Source: our choice. */
const LOSS_PERCENT = 20;
const VALUE_PERCENT = 5;
const SEVERAL_PERCENT = 5;
/** Of the sum, that the top hundredth holds. Per cent. Source: our choice. */
const TOP_PERCENT = 30;
/** By how much the events of a day rise or fall with the launch. Source: our choice. */
const JUMP = 2;
/** So many would have come in the days without any. */
const EXPECTED_EVENTS = 20;

type Find = (diagnosed: DiagnosedMetric, facts: DiagnosisFacts) => Cause[];

const cause = (
  code: string,
  confidence: Cause['confidence'],
  { metric }: DiagnosedMetric,
  rest: Omit<Cause, 'code' | 'confidence'>,
): Cause[] => [{ code, confidence, ...rest, evidence: { metric: metric.name, ...rest.evidence } }];

const nothingCounted: Find = (diagnosed) => {
  const { metric, events } = diagnosed;
  if (events === null) return [];
  const run = rowOf(events, 'phase:run');
  if (run && run.matching > 0) return [];
  if (run && run.all > 0)
    return cause('metric_filter_matches_nothing', 'certain', diagnosed, {
      title: `${run.all} events ${quoted(metric.event)} came since the launch, and none passes the filters of ${quoted(metric.name)}.`,
      evidence: { events: run.all, matching: 0 },
      next: 'Check names and values of the filters with event-search: a misspelt property matches nothing.',
    });
  return cause('metric_event_never_came', 'certain', diagnosed, {
    title: `No event ${quoted(metric.event)} has come since the launch.`,
    evidence: { events: 0, before_launch: rowOf(events, 'phase:before')?.all ?? 0 },
    next: 'Check that the code sends it, under this very name (event-search).',
  });
};

function dayRows(events: readonly MetricEvents[], from: Date): { day: string; matching: number }[] {
  const first = from.toISOString().slice(0, 10);
  return events
    .filter(({ segment, matching }) => segment.startsWith('day:') && matching > 0 && partsOf(segment).value >= first)
    .map(({ segment, matching }) => ({ day: partsOf(segment).value, matching }))
    .sort((a, b) => Date.parse(a.day) - Date.parse(b.day));
}

const stopped: Find = (diagnosed, { counting }) => {
  const { metric, events } = diagnosed;
  const days = dayRows(events ?? [], counting.from);
  const last = days.at(-1);
  if (!last) return [];
  const end = Date.parse(last.day) + MS_PER_DAY;
  const silent = (counting.until.getTime() - end) / MS_PER_DAY;
  const perDay = sum(days.map(({ matching }) => matching)) / days.length;
  if (silent < 1 || perDay * silent < EXPECTED_EVENTS) return [];
  return cause('metric_event_stopped', 'certain', diagnosed, {
    title: `No event of ${quoted(metric.name)} has come since ${last.day}, after ${Math.round(perDay)} a day.`,
    evidence: { last_day: last.day, per_day: Math.round(perDay) },
    next: 'Check what was released that day; the event may be gone or renamed.',
  });
};

const jumped: Find = (diagnosed, { counting }) => {
  const { metric, events } = diagnosed;
  const [before, run] = [rowOf(events, 'phase:before'), rowOf(events, 'phase:run')];
  if (!before || !run || before.matching + run.matching < MIN_EVENTS || run.matching === 0) return [];
  const daysBefore = events?.filter(
    ({ segment, matching }) =>
      segment.startsWith('day:') && matching > 0 && partsOf(segment).value < counting.from.toISOString().slice(0, 10),
  ).length;
  const days = Math.max(1, (counting.until.getTime() - counting.from.getTime()) / MS_PER_DAY);
  const [was, is] = [before.matching / Math.max(1, daysBefore ?? 1), run.matching / days];
  const times = is / was;
  if (times < JUMP && times > 1 / JUMP) return [];
  return cause('metric_changed_at_launch', 'possible', diagnosed, {
    title: `Events of ${quoted(metric.name)} went from ${Math.round(was)} to ${Math.round(is)} a day with the launch.`,
    evidence: { per_day_before: Math.round(was), per_day_since: Math.round(is) },
    next: 'More than a variant is likely to change: check whether tracking was changed along with the launch.',
  });
};

const valueMissing: Find = (diagnosed) => {
  const run = rowOf(diagnosed.events, 'phase:run');
  const { valueProperty, name } = diagnosed.metric;
  if (!run || valueProperty === null || percent(run.withoutValue, run.matching) < VALUE_PERCENT) return [];
  return cause('metric_value_missing', 'certain', diagnosed, {
    title: `${percent(run.withoutValue, run.matching)}% of the events of ${quoted(name)} lack the property ${quoted(valueProperty)}, and count as 0.`,
    evidence: { events: run.matching, without_value: run.withoutValue },
    next: `Send ${quoted(valueProperty)} with each event, as a number; check its spelling with event-search.`,
  });
};

/** Libraries of the metric's events that nobody is exposed from. */
function foreignShare(events: readonly MetricEvents[], facts: DiagnosisFacts): { libs: string[]; percent: number } {
  const exposing = new Set(
    (facts.segments ?? []).map(({ segment }) => segment).filter((one) => one.startsWith('lib:')),
  );
  const libs = events.filter(({ segment, matching }) => segment.startsWith('lib:') && matching > 0);
  const foreign = libs.filter(({ segment }) => !exposing.has(segment));
  return {
    libs: foreign.map(({ segment }) => partsOf(segment).value || '(none)'),
    percent: percent(sum(foreign.map(({ matching }) => matching)), sum(libs.map(({ matching }) => matching))),
  };
}

const neverExposed: Find = (diagnosed, facts) => {
  const { metric, waterfall, events } = diagnosed;
  if (!waterfall || waterfall.external < MIN_PEOPLE) return [];
  const lost = waterfall.external - waterfall.exposed;
  if (percent(lost, waterfall.external) < LOSS_PERCENT) return [];
  const foreign = foreignShare(events ?? [], facts);
  const title = `${lost} of ${waterfall.external} people who did ${quoted(metric.name)} were never exposed (${percent(lost, waterfall.external)}%)`;
  if (foreign.percent >= LOSS_PERCENT)
    return cause('metric_ids_differ', 'likely', diagnosed, {
      title: `${title}; ${foreign.percent}% of its events come from ${foreign.libs.join(', ')}, which exposes nobody.`,
      evidence: { did: waterfall.external, exposed: waterfall.exposed, libraries: foreign.libs },
      next: 'Send it with the same distinct id as the flag call, or identify people, so that both belong to one person.',
    });
  return cause('metric_people_not_exposed', 'possible', diagnosed, {
    title: `${title}.`,
    evidence: { did: waterfall.external, exposed: waterfall.exposed },
    next: 'As it should be where only part of the users enter. Else the flag is asked for on another path than the one that leads here.',
  });
};

const lostOnTheWay: Find = (diagnosed) => {
  const { waterfall, metric } = diagnosed;
  if (!waterfall || waterfall.exposed < MIN_PEOPLE) return [];
  const { exposed, after, within, counted } = waterfall;
  const lost = (part: number, whole: number) => percent(whole - part, whole);
  return [
    ...(lost(after, exposed) >= LOSS_PERCENT
      ? cause('metric_before_exposure', 'certain', diagnosed, {
          title: `${exposed - after} of ${exposed} exposed people did ${quoted(metric.name)} only before their exposure.`,
          evidence: { exposed, after_exposure: after },
          next: 'Ask for the flag earlier on the path, or count an event that comes after it.',
        })
      : []),
    ...(lost(within, after) >= LOSS_PERCENT
      ? cause('metric_outside_window', 'certain', diagnosed, {
          title: `${after - within} of ${after} people did ${quoted(metric.name)} only after its conversion window.`,
          evidence: { after_exposure: after, within_window: within },
          next: 'Widen conversion_window with experiment-update, if later conversions are wanted.',
        })
      : []),
    ...(lost(counted, within) >= SEVERAL_PERCENT
      ? cause('metric_several_excluded', 'certain', diagnosed, {
          title: `${within - counted} of ${within} people of ${quoted(metric.name)} are left out, since they were seen in several variants.`,
          evidence: { within_window: within, in_one_variant: counted },
          next: 'Mend why people change variant (see the causes of several variants).',
        })
      : []),
  ];
};

const outliers: Find = (diagnosed) => {
  const { waterfall, metric } = diagnosed;
  if (metric.valueProperty === null || !waterfall || waterfall.counted < MIN_PEOPLE) return [];
  const { sum: total, top, counted } = waterfall;
  if (total === 0)
    return cause('metric_values_zero', 'certain', diagnosed, {
      title: `All values of ${quoted(metric.name)} are 0.`,
      evidence: { people: counted, sum: 0 },
      next: `Check that ${quoted(metric.valueProperty)} is sent as a number.`,
    });
  if (percent(top, total) < TOP_PERCENT) return [];
  return cause('metric_outliers', 'certain', diagnosed, {
    title: `The top 1% of people hold ${percent(top, total)}% of ${quoted(metric.name)}: a few decide the result.`,
    evidence: { people: counted, sum: total, top_percent_sum: top },
    next: 'Cap the values: caps "upper 0.99" with experiment-update; and check the largest for test orders.',
  });
};

const FINDS: readonly Find[] = [nothingCounted, stopped, jumped, valueMissing, neverExposed, lostOnTheWay, outliers];

export function metricCauses(facts: DiagnosisFacts): Cause[] {
  return facts.metrics.flatMap((diagnosed) => FINDS.flatMap((find) => find(diagnosed, facts)));
}
