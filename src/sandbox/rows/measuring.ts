import { type Exposed, type ExposureRules, exposedIn } from '../measured/exposed.js';
import type { ExperimentRow, FlagRow } from '../store/model.js';
import { eventsOf, type Store } from '../store/store.js';
import { variantsOf } from './guards.js';
import { defaultExposureEvent } from './run.js';

/** Whether the experiment's numbers come from events. Those that a scenario states stay as they are stated. */
export function isMeasured({ data }: ExperimentRow): boolean {
  return Object.keys(data.exposures).length === 0 && Object.keys(data.metrics).length === 0;
}

/** What exposes to an experiment, from its start to its end or now. A draft exposes nobody. */
export function exposureRules(row: ExperimentRow, flag: FlagRow, store: Store): ExposureRules {
  const now = store.now();
  const excluded = row.excluded_variants ?? [];
  return {
    flagKey: flag.key,
    variants: variantsOf(flag).flatMap(({ key }) => (excluded.includes(key) ? [] : [key])),
    start: Date.parse(row.start_date ?? ''),
    end: row.end_date === null ? now.getTime() : Date.parse(row.end_date),
    criteria: row.exposure_criteria,
    defaultEvent: defaultExposureEvent(row, store),
    groupType: flag.filters.aggregation_group_type_index ?? null,
    testFilters: store.projects.get(row.project_id)?.test_account_filters ?? [],
    now,
  };
}

export function exposedBy(rules: ExposureRules, row: ExperimentRow, store: Store): Map<string, Exposed> {
  return exposedIn(eventsOf(row.project_id, store), rules);
}

interface Counted {
  under: string;
  totals: Record<string, number>;
}

const MS_PER_MINUTE = 60_000;

/** Counting goes through all events, and is asked for with every look at an experiment: once a minute is enough. */
const counted = new WeakMap<ExperimentRow, Counted>();

/** Exposed people by variant, and under `$multiple` those who saw several: as stated, else as counted now. */
export function exposedTotals(row: ExperimentRow, flag: FlagRow, store: Store): Record<string, number> {
  if (!isMeasured(row)) return row.data.exposures;
  const { size } = eventsOf(row.project_id, store);
  if (size === 0) return {};
  const rules = exposureRules(row, flag, store);
  const minute = Math.floor(store.now().getTime() / MS_PER_MINUTE);
  const under = JSON.stringify([size, { ...rules, now: minute, end: row.end_date }]);
  const known = counted.get(row);
  if (known?.under === under) return known.totals;
  const totals: Record<string, number> = {};
  for (const { variant } of exposedBy(rules, row, store).values()) totals[variant] = (totals[variant] ?? 0) + 1;
  counted.set(row, { under, totals });
  return totals;
}
