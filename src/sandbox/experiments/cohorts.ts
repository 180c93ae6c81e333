import { invalid } from '../http/api-error.js';
import { type Answer, type Context, notFound } from '../http/router.js';
import { originalKey } from '../rows/flag-key.js';
import { findExperiment, type Target } from '../rows/lookup.js';
import { cohortJson } from '../rows/serialize.js';
import type { JsonObject } from '../store/model.js';
import { recordWrite } from '../store/record.js';

function exposureFilters({ row, flag }: Target): JsonObject {
  const exposed = {
    type: 'behavioral',
    key: '$feature_flag_called',
    value: 'performed_event',
    event_type: 'events',
    negation: false,
    explicit_datetime: row.start_date,
    event_filters: [{ key: '$feature_flag', type: 'event', value: [originalKey(flag)], operator: 'exact' }],
  };
  return { properties: { type: 'OR', values: [{ type: 'OR', values: [exposed] }] } };
}

/** Makes the one cohort of people exposed since the start and links it. */
export function createExposureCohort(context: Context): Answer {
  const { store, project } = context;
  const target = findExperiment(context);
  const { row } = target;
  if (row.start_date === null) throw invalid('Experiment does not have a start date');
  if (row.exposure_cohort !== null) throw invalid('Experiment already has an exposure cohort');
  const cohort = {
    id: store.nextId('cohort'),
    project_id: project.id,
    name: `Users exposed to experiment "${row.name}"`,
    description: '',
    is_static: false,
    filters: exposureFilters(target),
    count: null,
    created_by: store.currentUser,
    created_at: store.timestamp(),
    deleted: false,
  };
  store.cohorts.set(cohort.id, cohort);
  const before = { ...row };
  row.exposure_cohort = cohort.id;
  recordWrite(row, store, { activity: 'updated', before });
  return { status: 201, body: { cohort: cohortJson(cohort, store) } };
}

export function retrieveCohort({ store, project, id }: Context): Answer {
  const cohort = /^\d+$/.test(id) ? store.cohorts.get(Number(id)) : undefined;
  if (cohort?.project_id !== project.id || cohort.deleted) throw notFound();
  return { status: 200, body: cohortJson(cohort, store) };
}
