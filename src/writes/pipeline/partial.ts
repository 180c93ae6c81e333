import type { ToolError } from '../../errors.js';
import type { PostHogApi } from '../../posthog/types.js';

export interface WatchedApi {
  api: PostHogApi;
  /** How many writes were begun through `api`. */
  sent(): number;
  /** How many of them PostHog has accepted. */
  accepted(): number;
}

/** The same API, counting the writes that were accepted: a call of several steps can fail after the first of them. */
export function watchWrites(api: PostHogApi): WatchedApi {
  let sent = 0;
  let accepted = 0;
  const counted = async <T>(write: Promise<T>): Promise<T> => {
    sent += 1;
    const answer = await write;
    accepted += 1;
    return answer;
  };
  return {
    api: {
      ...api,
      post: (path, shape, body, options) => counted(api.post(path, shape, body, options)),
      patch: (path, shape, body) => counted(api.patch(path, shape, body)),
      delete: (path, shape) => counted(api.delete(path, shape)),
    },
    sent: () => sent,
    accepted: () => accepted,
  };
}

export interface DoneSoFar {
  changes: { path: string; before: unknown; after: unknown }[];
  undo?: object;
}

/**
 * The error of a call that failed on the way: the steps before are done and stay done, whatever the cause says of its own
 * step. `done` is null where the state could not be read.
 */
export function partlyDone(cause: ToolError, done: DoneSoFar | null): ToolError {
  const message =
    cause.code === 'cancelled'
      ? 'The call was cancelled after a part of it was done.'
      : `The call was done in part and then failed. ${cause.message}`;
  const hint = done
    ? 'The changes so far stand. Take them back with the undo given here, or go on from the state as it is now.'
    : 'The changes so far stand and could not be read; read the state before anything else.';
  return cause.with({ message, hint, ...(done ?? {}) });
}
