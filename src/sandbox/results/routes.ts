import type { Route } from '../http/router.js';
import { EXPERIMENT, EXPERIMENTS, PROJECT } from '../http/routes.js';
import { cancelQuery, lookAtQuery } from './background.js';
import { postQuery } from './query.js';
import { createRecalculation, latestRecalculation, retrieveRecalculation } from './recalculation.js';
import { setupContext } from './setup-context.js';
import { recalculateTimeseries, timeseriesResults } from './timeseries.js';
import { calculateRunningTime, experimentStats } from './utilities.js';

const RUNS = `${EXPERIMENT}/metrics_recalculation`;
const QUERY = `${PROJECT}/query`;

/** Before the routes of one experiment, whose `:id` would take `stats` for one. */
export const RESULT_ROUTES: readonly Route[] = [
  { method: 'GET', path: `${EXPERIMENTS}/stats`, scope: 'experiment:read', handle: experimentStats },
  {
    method: 'POST',
    path: `${EXPERIMENTS}/calculate_running_time`,
    scope: 'experiment:read',
    handle: calculateRunningTime,
  },
  { method: 'POST', path: `${EXPERIMENTS}/setup_context`, scope: 'experiment:read', handle: setupContext },
  { method: 'POST', path: RUNS, scope: 'experiment:write', handle: createRecalculation },
  { method: 'GET', path: `${RUNS}/latest`, scope: 'experiment:read', handle: latestRecalculation },
  { method: 'GET', path: `${RUNS}/:child`, scope: 'experiment:read', handle: retrieveRecalculation },
  { method: 'GET', path: `${EXPERIMENT}/timeseries_results`, scope: 'experiment:read', handle: timeseriesResults },
  {
    method: 'POST',
    path: `${EXPERIMENT}/recalculate_timeseries`,
    scope: 'experiment:write',
    handle: recalculateTimeseries,
  },
  { method: 'POST', path: QUERY, scope: 'query:read', handle: postQuery },
  { method: 'POST', path: `${QUERY}/:id`, scope: 'query:read', handle: postQuery },
  { method: 'GET', path: `${QUERY}/:id`, scope: 'query:read', handle: lookAtQuery },
  { method: 'DELETE', path: `${QUERY}/:id`, scope: 'query:read', handle: cancelQuery },
];
