import { matchesProperty } from '../evaluation/property.js';
import type { Target } from '../rows/lookup.js';
import { defaultExposureEvent } from '../rows/run.js';
import { isObject } from '../store/json.js';
import { eventsOf, type Store } from '../store/store.js';

/** Uuids of the persons whom events exposed to a variant since the start. Exposure by an action is not looked for. */
export function exposedPersons({ row, flag }: Target, store: Store): ReadonlySet<string> {
  const events = eventsOf(row.project_id, store);
  const config = isObject(row.exposure_criteria?.exposure_config) ? row.exposure_criteria.exposure_config : {};
  const standard = defaultExposureEvent(row, store);
  const event = typeof config.event === 'string' ? config.event : standard;
  const filters: unknown[] = Array.isArray(config.properties) ? config.properties : [];
  const isStandard = event === standard || event === '$feature_flag_called';
  const response = isStandard ? '$feature_flag_response' : `$feature/${flag.key}`;
  const variants = new Set<unknown>((flag.filters.multivariate?.variants ?? []).map(({ key }) => key));
  const start = Date.parse(row.start_date ?? '');
  const now = store.now();
  const fulfils = (at: number) =>
    filters.every((filter) => {
      const isPersons = isObject(filter) && filter.type === 'person';
      return matchesProperty(filter, isPersons ? events.personProperties(at) : events.properties(at), now);
    });
  const persons = new Set<string>();
  for (let at = 0; at < events.size; at += 1) {
    if (events.event(at) !== event || !(events.timestamp(at) >= start)) continue;
    if (isStandard && events.property(at, '$feature_flag') !== flag.key) continue;
    if (variants.has(events.property(at, response)) && fulfils(at)) persons.add(events.personId(at));
  }
  return persons;
}
