import { exposedIn } from '../measured/exposed.js';
import { type Measured, measured } from '../measured/sums.js';
import { exposureRules, isMeasured } from '../rows/measuring.js';
import type { ExperimentRow, FlagRow, JsonObject } from '../store/model.js';
import { eventsOf, type Store } from '../store/store.js';

/** What a metric adds up to in the events, for each of the variants. Throws 400 for what the sandbox does not compute. */
export type Measure = (metric: JsonObject, keys: readonly string[]) => Measured;

/**
 * The measure of an experiment; undefined where a scenario states its sums.
 * @param until last moment that counts, in milliseconds since 1970; the end of the run where left out
 */
export function measureOf(row: ExperimentRow, flag: FlagRow, store: Store, until = Infinity): Measure | undefined {
  if (!isMeasured(row)) return undefined;
  return (metric, keys) => {
    const table = eventsOf(row.project_id, store);
    const rules = exposureRules(row, flag, store);
    const { now, groupType } = rules;
    const end = Math.min(rules.end, until);
    const exposed = exposedIn(table, { ...rules, end });
    const onlyMatured = row.only_count_matured_users;
    return measured({ table, exposed, groupType, now, metric, end, onlyMatured }, keys);
  };
}
