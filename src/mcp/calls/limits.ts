import { ToolError } from '../../errors.js';
import { type SharedStore, unlessDown } from '../../replicas/store.js';
import { admits, type OnlyExperiments, outsideOf } from '../../writes/pipeline/only.js';
import type { Limits } from '../../writes/pipeline/types.js';
import type { Caller } from './caller.js';

export interface LimitOptions {
  /** Live and destructive calls within any hour. */
  maxLivePerHour?: number | undefined;
  /** The experiments that such calls may touch. */
  only?: OnlyExperiments | undefined;
}

const HOUR_MS = 3_600_000;

/** What live and destructive calls of all processes that share the store are counted under. */
const LIVE_WRITES = 'live-writes';

export function createLimits({ maxLivePerHour, only }: LimitOptions, store: SharedStore): Limits {
  const window = { limit: maxLivePerHour ?? 0, windowMs: HOUR_MS };
  return {
    check: async (write, isRisky) => {
      const outside = only && (admits(only, write) ?? (isRisky ? outsideOf(only, write) : undefined));
      if (outside) throw new ToolError('outside_limits', outside, ASK_OPERATOR);
      if (!isRisky || maxLivePerHour === undefined) return;
      if (maxLivePerHour === 0) throw new ToolError('outside_limits', NONE, ASK_OPERATOR);
      // A preview needs no place, so only what is sent waits for the store.
      const waitMs = await unlessDown(store.waitFor(LIVE_WRITES, window), 0);
      if (waitMs > 0) throw usedUp(maxLivePerHour, waitMs);
    },
    take: async () => {
      if (maxLivePerHour === undefined) return async () => undefined;
      const taken = await store.take(LIVE_WRITES, window);
      if ('waitMs' in taken) throw usedUp(maxLivePerHour, taken.waitMs);
      // One call counted too many does less harm than the report of a call lost.
      return () => unlessDown(taken.giveBack(), undefined);
    },
  };
}

function usedUp(maxLivePerHour: number, waitMs: number): ToolError {
  const seconds = Math.ceil(waitMs / 1000);
  const message = `This server makes at most ${maxLivePerHour} live or destructive calls an hour (--max-live-writes), and they are used up; nothing was sent.`;
  const hint = `Wait ${seconds} seconds, or ask whoever runs the server.`;
  return new ToolError('outside_limits', message, hint, { retry_after_seconds: seconds });
}

const NONE = 'This server makes no live or destructive calls (--max-live-writes); nothing was sent.';

const ASK_OPERATOR = 'Whoever runs this server has set these limits; ask them, do not look for another way.';

/** The same limits for a caller that may not do everything. */
export function withinRole(limits: Limits, { name, role }: Pick<Caller, 'name' | 'role'>): Limits {
  return {
    ...limits,
    check: async (write, isRisky) => {
      if (role === 'read' || (role === 'write' && isRisky)) {
        const kind = isRisky ? 'live or destructive' : 'changing';
        const message = `${name} may make no ${kind} calls on this server (role ${role}); nothing was sent.`;
        throw new ToolError('outside_limits', message, 'Ask whoever runs the server for a token with another role.');
      }
      await limits.check(write, isRisky);
    },
  };
}
