import { z } from 'zod';
import { property, textOf } from './conditions.js';
import {
  type CountedMetric,
  type Counting,
  callsCondition,
  exposureCondition,
  metricCondition,
  variantExpression,
} from './counting.js';
import { type Query, Values } from './query.js';

/*
 * The queries of a diagnosis. Each groups by "segments": one row of events or one person counts in several at once (all, its
 * day, its library …), which costs one query instead of one for each.
 */

const LIMIT = 5_000;
/** How long before the launch events are looked at. */
export const DAYS_BEFORE = 7;
const MS_PER_DAY = 86_400_000;

function beforeLaunch(from: Date): Date {
  return new Date(from.getTime() - DAYS_BEFORE * MS_PER_DAY);
}

const day = 'toString(toDate(timestamp))';

function segments(parts: Readonly<Record<string, string>>): string {
  const each = Object.entries(parts).map(([kind, value]) => `concat('${kind}:', ${value})`);
  return `arrayJoin(['all:', ${each.join(', ')}])`;
}

/** Anybody's events, from before the launch on: whether there is traffic that could be exposed, and how much of it is. */
export function trafficQuery(counting: Counting): Query | null {
  const { from, until, variants } = counting;
  const values = new Values();
  const calls = callsCondition(counting, values);
  if (calls === null) return null;
  const since = values.time(from);
  const got = `${calls} and ${variantExpression(counting, values)} in ${values.list(variants)}`;
  const text = `
    select ${segments({ day, phase: `if(timestamp >= ${since}, 'run', 'before')` })} as segment,
      count() as events, uniqExact(person_id) as people, uniqExactIf(person_id, event = '$pageview') as visitors,
      uniqExactIf(person_id, ${calls}) as asked, uniqExactIf(person_id, ${got}) as given, uniqExactIf(person_id, ${got} and {filters}) as external
    from events
    where timestamp >= ${values.time(beforeLaunch(from))} and timestamp <= ${values.time(until)}
    group by segment order by events desc limit ${LIMIT}`;
  return { name: 'experiment-diagnose traffic', text, values, columns: Object.keys(trafficRow.shape), limit: LIMIT };
}

export const trafficRow = z.object({
  segment: z.string(),
  events: z.number(),
  people: z.number(),
  visitors: z.number(),
  /** People with a row of the exposure event, whatever it names. */
  asked: z.number(),
  /** Of those, with an analysed variant. */
  given: z.number(),
  /** Of those, that the filters for test accounts let through. */
  external: z.number(),
});

export type Traffic = z.output<typeof trafficRow>;

/** Rows of the flag and of the exposure event, with any response or none. */
export function callsQuery(counting: Counting): Query | null {
  const { from, until, flagKey, event, isCustom } = counting;
  const values = new Values();
  const ofFlag = `(event in ('$feature_flag_called', '$experiment_exposure') and ${property('$feature_flag', values)} = ${values.bind(flagKey)})`;
  const custom = isCustom ? callsCondition(counting, values) : null;
  if (isCustom && custom === null) return null;
  const answered = textOf('$feature_flag_response', values);
  const response = isCustom
    ? `if(event = ${values.bind(event)}, ${textOf(`$feature/${flagKey}`, values)}, ${answered})`
    : answered;
  const text = `
    select event, ${response} as response, ${segments({ day, lib: textOf('$lib', values) })} as segment,
      count() as calls, uniqExact(person_id) as people, uniqExact(distinct_id) as ids,
      uniqExactIf(person_id, not {filters}) as internal_people,
      toUnixTimestamp(max(timestamp)) as last_at
    from events
    where timestamp >= ${values.time(from)} and timestamp <= ${values.time(until)} and (${[ofFlag, ...(custom === null ? [] : [`(${custom})`])].join(' or ')})
    group by event, response, segment order by calls desc limit ${LIMIT}`;
  return { name: 'experiment-diagnose calls', text, values, columns: Object.keys(callRow.shape), limit: LIMIT };
}

export const callRow = z.object({
  event: z.string(),
  response: z.string(),
  segment: z.string(),
  calls: z.number(),
  people: z.number(),
  ids: z.number(),
  internal_people: z.number(),
  /** Seconds since 1970: times as text would be in the project's own zone. */
  last_at: z.number(),
});

export type Calls = z.output<typeof callRow>;

/** Clients that say themselves that nobody sits before them. */
const BOTS = 'bot|crawl|spider|headless|lighthouse|pingdom';

/** Exposed people by the variant they saw first, in every segment that a broken split could sit in. */
export function segmentsQuery(counting: Counting): Query | null {
  const values = new Values();
  const exposures = exposureCondition(counting, values);
  if (exposures === null) return null;
  const variant = variantExpression(counting, values);
  const first = (name: string) => `ifNull(toString(argMin(${property(name, values)}, timestamp)), '')`;
  const text = `
    select ${segments({ day: 'day', lib: 'lib', browser: 'browser', device: 'device', country: 'country', page: 'page', bot: 'bot' })} as segment,
      variant, several, count() as people, sum(ids) as ids, countIf(seen = 1) as seen_once
    from (
      select person_id, toString(argMin(${variant}, timestamp)) as variant, (uniqExact(${variant}) > 1) as several,
        uniqExact(distinct_id) as ids, count() as seen, toString(toDate(min(timestamp))) as day,
        ${first('$lib')} as lib, ${first('$browser')} as browser, ${first('$device_type')} as device,
        ${first('$geoip_country_code')} as country, ${first('$pathname')} as page,
        if(match(lower(${first('$raw_user_agent')}), '${BOTS}'), 'yes', 'no') as bot
      from events where ${exposures}
      group by person_id
    )
    group by segment, variant, several order by people desc limit ${LIMIT}`;
  return { name: 'experiment-diagnose segments', text, values, columns: Object.keys(segmentRow.shape), limit: LIMIT };
}

export const segmentRow = z.object({
  segment: z.string(),
  variant: z.string(),
  several: z.union([z.boolean(), z.number()]).transform(Boolean),
  people: z.number(),
  ids: z.number(),
  seen_once: z.number(),
});

export type Segment = z.output<typeof segmentRow>;

/** Why people were seen in several variants: other ids, other devices, or the same of both. */
export function identityQuery(counting: Counting, splitChangedAt: Date | null): Query | null {
  const values = new Values();
  const exposures = exposureCondition(counting, values);
  if (exposures === null) return null;
  const variant = variantExpression(counting, values);
  const device = property('$device_id', values);
  const changed = splitChangedAt === null ? null : values.time(splitChangedAt);
  const variantsIf = (moment: string) => `uniqExactIf(${variant}, ${moment})`;
  const atChange =
    changed === null
      ? 'false'
      : `${variantsIf(`timestamp < ${changed}`)} = 1 and ${variantsIf(`timestamp >= ${changed}`)} = 1`;
  const text = `
    select count() as people, countIf(identified) as at_login, countIf(not identified and devices > 1) as across_devices,
      countIf(not identified and devices <= 1 and at_change) as at_split_change,
      countIf(not identified and devices <= 1 and not at_change and ids > 1) as other_ids,
      countIf(devices = 1) as one_device
    from (
      select person_id, uniqExact(distinct_id) as ids, uniqExact(${device}) as devices,
        (uniqExact(distinct_id) > 1 and uniqExact(${device}) <= 1 and uniqExact(ifNull(toString(${property('$is_identified', values)}), '')) > 1) as identified,
        (${atChange}) as at_change
      from events where ${exposures}
      group by person_id having uniqExact(${variant}) > 1
    ) limit 1`;
  return { name: 'experiment-diagnose identity', text, values, columns: Object.keys(identityRow.shape), limit: 2 };
}

export const identityRow = z.object({
  people: z.number(),
  at_login: z.number(),
  across_devices: z.number(),
  at_split_change: z.number(),
  other_ids: z.number(),
  one_device: z.number(),
});

export type Identity = z.output<typeof identityRow>;

/** Events of each metric by day and library, from before the launch on. */
export function metricEventsQuery({ from, until }: Counting, metrics: readonly CountedMetric[]): Query | null {
  const values = new Values();
  const columns = metrics.map((metric, at) => {
    const matching = metricCondition(metric, values);
    if (matching === null) return null;
    const lacking = metric.valueProperty === null ? 'false' : `${property(metric.valueProperty, values)} is null`;
    return [
      `countIf(event = ${values.bind(metric.event)}) as all_${at}`,
      `countIf(${matching}) as matching_${at}`,
      `countIf(${matching} and ${lacking}) as without_value_${at}`,
    ].join(', ');
  });
  if (columns.includes(null) || columns.length === 0) return null;
  const text = `
    select ${segments({ day, lib: textOf('$lib', values), phase: `if(timestamp >= ${values.time(from)}, 'run', 'before')` })} as segment, ${columns.join(', ')}
    from events
    where timestamp >= ${values.time(beforeLaunch(from))} and timestamp <= ${values.time(until)}
      and event in ${values.list([...new Set(metrics.map(({ event }) => event))])}
    group by segment order by segment limit ${LIMIT}`;
  const names = metrics.flatMap((_, at) => [`all_${at}`, `matching_${at}`, `without_value_${at}`]);
  return { name: 'experiment-diagnose metric events', text, values, columns: ['segment', ...names], limit: LIMIT };
}

/** People who did each metric's event since the launch, step by step until they count; and how their values are spread. */
export function waterfallQuery(counting: Counting, metrics: readonly CountedMetric[]): Query | null {
  const values = new Values();
  const exposures = exposureCondition(counting, values);
  const conditionsOf = metrics.map((metric) => metricCondition(metric, values));
  if (exposures === null || metrics.length === 0 || conditionsOf.includes(null)) return null;
  const counts = counting.severalExcluded ? 'variants = 1' : 'true';
  const inner = metrics.map((metric, at) => {
    const matching = `(${conditionsOf[at]})`;
    const after = `${matching} and exposed.variants > 0 and events.timestamp >= exposed.first_at`;
    const within =
      metric.windowSeconds === null
        ? after
        : `${after} and events.timestamp < exposed.first_at + toIntervalSecond(${values.bind(metric.windowSeconds)})`;
    const value = metric.valueProperty === null ? '1' : `ifNull(toFloat(${property(metric.valueProperty, values)}), 0)`;
    return [
      `(countIf(${matching}) > 0) as did_${at}`,
      `(countIf(${matching} and {filters}) > 0) as external_${at}`,
      `(countIf(${after}) > 0) as after_${at}`,
      `(countIf(${within}) > 0) as within_${at}`,
      `sumIf(${value}, ${within}) as value_${at}`,
    ].join(', ');
  });
  const outer = metrics.map((_, at) => {
    const counted = `within_${at} and ${counts}`;
    // Turned below zero and sorted upwards, since PostHog's arrayReverseSort sorts upwards, too.
    const sorted = `arraySort(groupArrayIf(0 - value_${at}, ${counted}))`;
    return [
      `countIf(did_${at}) as did_${at}_people`,
      `countIf(external_${at}) as external_${at}_people`,
      `countIf(external_${at} and variants > 0) as exposed_${at}_people`,
      `countIf(after_${at}) as after_${at}_people`,
      `countIf(within_${at}) as within_${at}_people`,
      `countIf(${counted}) as counted_${at}_people`,
      `sumIf(value_${at}, ${counted}) as sum_${at}`,
      `0 - arraySum(arraySlice(${sorted}, 1, toInt(ceil(countIf(${counted}) / 100)))) as top_${at}`,
    ].join(', ');
  });
  const text = `
    select ${outer.join(', ')}
    from (
      select events.person_id as person_id, any(exposed.variants) as variants, ${inner.join(', ')}
      from events left join (
        select person_id as exposed_id, min(timestamp) as first_at, uniqExact(${variantExpression(counting, values)}) as variants
        from events where ${exposures} group by person_id
      ) as exposed on events.person_id = exposed.exposed_id
      where events.timestamp >= ${values.time(counting.from)} and events.timestamp <= ${values.time(counting.until)}
        and event in ${values.list([...new Set(metrics.map(({ event }) => event))])}
      group by events.person_id
    ) limit 1`;
  const steps = ['did', 'external', 'exposed', 'after', 'within', 'counted'];
  const names = metrics.flatMap((_, at) => [...steps.map((step) => `${step}_${at}_people`), `sum_${at}`, `top_${at}`]);
  return { name: 'experiment-diagnose waterfall', text, values, columns: names, limit: 2 };
}
