import type { Target } from '../rows/lookup.js';
import { formatTimestamp, type Store } from '../store/store.js';
import { seedDaily } from './daily.js';
import { metricsOf } from './metrics.js';
import { seedRecalculation } from './recalculation.js';

const MS_PER_HOUR = 3_600_000;

/** The stored results of an experiment of a scenario, as old as its data says. A draft and one without metrics have none. */
export function seedResults(target: Target, store: Store): void {
  const { row } = target;
  if (row.start_date === null || metricsOf(row, store).length === 0) return;
  const at = (hours: number) => formatTimestamp(new Date(store.now().getTime() - hours * MS_PER_HOUR));
  const { results_age_hours: age, daily_results_age_hours: dailyAge } = row.data;
  if (age !== null) seedRecalculation(target, at(age), store);
  if (dailyAge !== null) seedDaily(target, at(dailyAge), store);
}
