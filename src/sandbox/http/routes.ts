import type { Answer, Context, Route } from './router.js';

export const PROJECT = '/projects/:project';
export const EXPERIMENTS = `${PROJECT}/experiments`;
export const EXPERIMENT = `${EXPERIMENTS}/:id`;

/** Deleting is a PATCH with `deleted`; the verb is refused without a body. */
export const refuseDelete = (): Answer => ({ status: 405 });

export function experimentAction(action: string, handle: (context: Context) => Answer): Route {
  return { method: 'POST', path: `${EXPERIMENT}/${action}`, scope: 'experiment:write', handle };
}
