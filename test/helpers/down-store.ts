import { ToolError } from '../../src/errors.js';
import type { SharedStore } from '../../src/replicas/store.js';

const fail = () => Promise.reject(new ToolError('store_unavailable', 'The store cannot be used.', 'Start it.'));

/** A store that cannot be reached. */
export const DOWN_STORE: SharedStore = {
  claim: fail,
  put: fail,
  get: fail,
  remove: fail,
  take: fail,
  waitFor: fail,
};
