import type { Answer, Context, Method, Route } from '../http/router.js';
import { PROJECT } from '../http/routes.js';
import { createHoldout, deleteHoldout, listHoldouts, patchHoldout, putHoldout, retrieveHoldout } from './holdouts.js';
import {
  createSavedMetric,
  deleteSavedMetric,
  listSavedMetrics,
  patchSavedMetric,
  putSavedMetric,
  retrieveSavedMetric,
} from './saved-metrics.js';

type Handler = (context: Context) => Answer;

interface Resource {
  /** Path of the collection. */
  path: string;
  /** Scope without `:read` or `:write`. */
  scope: string;
  collection: Partial<Record<Method, Handler>>;
  item: Partial<Record<Method, Handler>>;
}

const METHODS: readonly Method[] = ['GET', 'POST', 'PATCH', 'PUT', 'DELETE'];

function routesOf({ path, scope, collection, item }: Resource): Route[] {
  const at = (place: string, handlers: Resource['item']) =>
    METHODS.flatMap((method) => {
      const handle = handlers[method];
      const needed = `${scope}:${method === 'GET' ? 'read' : 'write'}`;
      return handle ? [{ method, path: place, scope: needed, handle }] : [];
    });
  return [...at(path, collection), ...at(`${path}/:id`, item)];
}

/** Holdouts and saved metrics: what experiments of one project share. */
export const RELATED_ROUTES: readonly Route[] = [
  ...routesOf({
    path: `${PROJECT}/experiment_holdouts`,
    scope: 'experiment_holdout',
    collection: { GET: listHoldouts, POST: createHoldout },
    item: { GET: retrieveHoldout, PATCH: patchHoldout, PUT: putHoldout, DELETE: deleteHoldout },
  }),
  ...routesOf({
    path: `${PROJECT}/experiment_saved_metrics`,
    scope: 'experiment_saved_metric',
    collection: { GET: listSavedMetrics, POST: createSavedMetric },
    item: { GET: retrieveSavedMetric, PATCH: patchSavedMetric, PUT: putSavedMetric, DELETE: deleteSavedMetric },
  }),
];
