import { matchesProperty } from '../evaluation/property.js';
import type { EventTable } from '../events/table.js';
import { isObject } from '../store/json.js';
import type { JsonObject } from '../store/model.js';

export const MULTIPLE = '$multiple';

/** Who counts as exposed, as an experiment and its flag say. Times are milliseconds since 1970. */
export interface ExposureRules {
  flagKey: string;
  /** Variants that can be compared: those of the flag without excluded ones. */
  variants: readonly string[];
  start: number;
  /** Included. */
  end: number;
  criteria: JsonObject | null;
  /** What counts where the criteria name no event. */
  defaultEvent: string;
  /** Index of the group type that the flag is for; null for persons. */
  groupType: number | null;
  /** Of the project: who they do not match is not exposed. */
  testFilters: readonly unknown[];
  now: Date;
}

/** One exposed person or group. */
export interface Exposed {
  /** `$multiple` for one who saw several and is left out. */
  variant: string;
  /** Times of all exposures, in order. */
  times: number[];
  /** Row of the first one. */
  row: number;
}

/** Source: PostHog behaviour, as for all rules here. */
const WITH_RESPONSE = ['$feature_flag_called', '$experiment_exposure'];

/** Whether an event is one that a node of a query names, with its property filters. */
export function matcher(node: JsonObject, table: EventTable, now: Date): (row: number) => boolean {
  const named = nameOf(node);
  const filters: unknown[] = Array.isArray(node.properties) ? node.properties : [];
  return (row) => (named === null || table.event(row) === named) && passes(filters, row, table, now);
}

/** Null stands for any event. Of an action the sandbox knows the name only, so it stands for the events of that name. */
function nameOf({ event, name, kind }: JsonObject): string | null {
  if (kind === 'ActionsNode') return String(name ?? '');
  return typeof event === 'string' ? event : null;
}

function passes(filters: readonly unknown[], row: number, table: EventTable, now: Date): boolean {
  return filters.every((filter) => {
    const ofPerson = isObject(filter) && filter.type === 'person';
    return matchesProperty(filter, ofPerson ? table.personProperties(row) : table.properties(row), now);
  });
}

/** Of a row, who did it; null where the flag is for groups and the event names none. */
export function entityOf(row: number, groupType: number | null, table: EventTable): string | null {
  if (groupType === null) return table.personId(row);
  const group = table.property(row, `$group_${groupType}`);
  return group === undefined || group === null || group === '' ? null : String(group);
}

interface Seen {
  row: number;
  time: number;
  variant: string;
}

/** Everybody exposed between start and end, by id of the person or group. */
export function exposedIn(table: EventTable, rules: ExposureRules): Map<string, Exposed> {
  const first = rules.criteria?.multiple_variant_handling === 'first_seen';
  const activated = activations(table, rules);
  const exposed = new Map<string, Exposed>();
  for (const [entity, seen] of exposuresBy(table, rules)) {
    seen.sort((a, b) => a.time - b.time || a.row - b.row);
    const [earliest] = seen;
    if (!earliest) continue;
    const isSplit = !first && seen.some(({ variant }) => variant !== earliest.variant);
    const variant = isSplit ? MULTIPLE : earliest.variant;
    const times = seen.map(({ time }) => time);
    if (activated === null) exposed.set(entity, { variant, times, row: earliest.row });
    else {
      const since = (activated.get(entity) ?? []).filter((time) => time >= earliest.time);
      if (since.length > 0) exposed.set(entity, { variant, times: since, row: earliest.row });
    }
  }
  return exposed;
}

function exposuresBy(table: EventTable, rules: ExposureRules): Map<string, Seen[]> {
  const { criteria, flagKey, start, end, now } = rules;
  const config = isObject(criteria?.exposure_config) ? criteria.exposure_config : {};
  const node = {
    ...config,
    ...(config.event === undefined && config.kind !== 'ActionsNode' ? { event: rules.defaultEvent } : {}),
  };
  const isExposure = matcher(node, table, now);
  const isDefault = WITH_RESPONSE.includes(String(node.event));
  const response = isDefault ? '$feature_flag_response' : `$feature/${flagKey}`;
  const tested = criteria?.filterTestAccounts === false ? [] : rules.testFilters;
  const byEntity = new Map<string, Seen[]>();
  for (let row = 0; row < table.size; row += 1) {
    const time = table.timestamp(row);
    if (!(time >= start && time <= end) || !isExposure(row)) continue;
    if (isDefault && table.property(row, '$feature_flag') !== flagKey) continue;
    const variant = table.property(row, response);
    if (typeof variant !== 'string' || !rules.variants.includes(variant) || !passes(tested, row, table, now)) continue;
    const entity = entityOf(row, rules.groupType, table);
    if (entity === null) continue;
    const seen = byEntity.get(entity);
    if (seen) seen.push({ row, time, variant });
    else byEntity.set(entity, [{ row, time, variant }]);
  }
  return byEntity;
}

/** Times of the event that completes an exposure, in order; null where none is asked for. */
function activations(table: EventTable, { criteria, start, end, groupType, now }: ExposureRules) {
  if (!isObject(criteria?.activation_config)) return null;
  const isActivation = matcher(criteria.activation_config, table, now);
  const times = new Map<string, number[]>();
  for (let row = 0; row < table.size; row += 1) {
    const time = table.timestamp(row);
    if (!(time >= start && time <= end) || !isActivation(row)) continue;
    const entity = entityOf(row, groupType, table);
    if (entity !== null) times.set(entity, [...(times.get(entity) ?? []), time]);
  }
  for (const list of times.values()) list.sort((a, b) => a - b);
  return times;
}
