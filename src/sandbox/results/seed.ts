import type { Target } from '../lookup.js';
import { formatTimestamp, type Store } from '../store.js';
import { seedDaily } from './daily.js';
import { metricsOf } from './metrics.js';
import { seedRecalculation } from './recalculation.js';

const MS_PER_HOUR = 3_600_000;

/** The stored results of an experiment of a scenario, as old as its data says. A draft and one without metrics have none. */
export function seedResults(target: Target, store: Store): void {
  const { row } = target;
  const age = row.data.results_age_hours;
  if (age === null || row.start_date === null || metricsOf(row, store).length === 0) return;
  const at = formatTimestamp(new Date(store.now().getTime() - age * MS_PER_HOUR));
  seedRecalculation(target, at, store);
  seedDaily(target, at, store);
}
