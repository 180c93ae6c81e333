import type { EventStore } from '../events/store.js';
import { metricsOf } from '../results/metrics.js';
import { defaultExposureEvent } from '../rows/run.js';
import { eventsOf, flagOf, type Store } from '../store/store.js';
import { crowdOf } from './crowd.js';

/** More people are not made up; a scenario of that size is one for lists. */
const MAX_PEOPLE = 400_000;

const furnished = new WeakSet<EventStore>();

/** Events of a project; with the first look come those of the people whom its scenario states. */
export function furnishedEvents(projectId: number, store: Store): EventStore {
  const events = eventsOf(projectId, store);
  if (furnished.has(events)) return events;
  furnished.add(events);
  let people = 0;
  for (const row of store.experiments.values()) {
    if (row.project_id !== projectId) continue;
    people += Object.values(row.data.exposures).reduce((sum, count) => sum + count, 0);
    if (people > MAX_PEOPLE) break;
    const crowd = crowdOf({
      row,
      flag: flagOf(row, store),
      metrics: metricsOf(row, store),
      defaultEvent: defaultExposureEvent(row, store),
      testFilters: store.projects.get(projectId)?.test_account_filters ?? [],
      now: store.now().getTime(),
    });
    for (const event of crowd) events.add(event);
  }
  return events;
}
