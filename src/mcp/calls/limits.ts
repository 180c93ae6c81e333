import { ToolError } from '../../errors.js';
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

/** @param now milliseconds since 1970 */
export function createLimits({ maxLivePerHour, only }: LimitOptions, now: () => number): Limits {
  let acted: number[] = [];
  return {
    check: (write, isRisky) => {
      const outside = only && (admits(only, write) ?? (isRisky ? outsideOf(only, write) : undefined));
      if (outside) throw new ToolError('outside_limits', outside, ASK_OPERATOR);
      if (!isRisky || maxLivePerHour === undefined) return;
      if (maxLivePerHour === 0) throw new ToolError('outside_limits', NONE, ASK_OPERATOR);
      acted = acted.filter((at) => at > now() - HOUR_MS);
      if (acted.length < maxLivePerHour) return;
      const seconds = Math.ceil(((acted[0] ?? now()) + HOUR_MS - now()) / 1000);
      const message = `This server makes at most ${maxLivePerHour} live or destructive calls an hour (--max-live-writes), and they are used up; nothing was sent.`;
      throw new ToolError('outside_limits', message, `Wait ${seconds} seconds, or ask whoever runs the server.`, {
        retry_after_seconds: seconds,
      });
    },
    record: () => {
      const at = now();
      if (maxLivePerHour !== undefined) acted.push(at);
      return () => {
        const last = acted.lastIndexOf(at);
        if (last >= 0) acted.splice(last, 1);
      };
    },
  };
}

const NONE = 'This server makes no live or destructive calls (--max-live-writes); nothing was sent.';

const ASK_OPERATOR = 'Whoever runs this server has set these limits; ask them, do not look for another way.';

/** The same limits for a caller that may not do everything. */
export function withinRole(limits: Limits, { name, role }: Pick<Caller, 'name' | 'role'>): Limits {
  return {
    ...limits,
    check: (write, isRisky) => {
      if (role === 'read' || (role === 'write' && isRisky)) {
        const kind = isRisky ? 'live or destructive' : 'changing';
        const message = `${name} may make no ${kind} calls on this server (role ${role}); nothing was sent.`;
        throw new ToolError('outside_limits', message, 'Ask whoever runs the server for a token with another role.');
      }
      limits.check(write, isRisky);
    },
  };
}
