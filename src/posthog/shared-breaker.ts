import { type SharedStore, unlessDown } from '../replicas/store.js';
import { type Breaker, type Passage, unreachable } from './breaker.js';
import { BREAKER_OPEN_MS, DEFAULT_LIMITS } from './limits.js';

/** Set while nobody sends anything. */
const DOWN = 'posthog-down';
/** Set until PostHog was reached again: after `DOWN`, only the process that holds `PROBE` sends. */
const SUSPECT = 'posthog-suspect';
const PROBE = 'posthog-probe';

/** Long enough that somebody calls in between; if nobody does, nobody needs the warning. Milliseconds. */
const SUSPECT_MS = 10 * 60_000;

/**
 * What other processes know of PostHog, in front of the breaker of this one, which goes on alone while the store is down.
 */
export interface SharedBreaker {
  /** @throws ToolError `connection_failed` while another process takes PostHog for down */
  heed(): Promise<void>;
  /** As `Breaker.enter`, where of all processes one may probe. @throws ToolError `connection_failed` */
  enter(call: object): Promise<(reached: boolean | null) => void>;
}

export function createSharedBreaker(breaker: Breaker, store: SharedStore): SharedBreaker {
  /** Nobody waits for it, and the next one to fail says it again. */
  const tell = (...operations: Promise<void>[]) => {
    for (const operation of operations) unlessDown(operation, undefined);
  };
  const passed = ({ isProbe, end }: Passage) => {
    return (reached: boolean | null) => {
      const change = end(reached);
      if (change === 'down') tell(store.put(SUSPECT, '', SUSPECT_MS), store.put(DOWN, '', BREAKER_OPEN_MS));
      if (change === 'up') tell(store.remove([DOWN, SUSPECT]));
      if (isProbe) tell(store.remove([PROBE]));
    };
  };
  return {
    heed: async () => {
      if ((await unlessDown(store.get(SUSPECT), null)) === null) return;
      if ((await unlessDown(store.get(DOWN), null)) !== null) throw unreachable(BREAKER_OPEN_MS);
      breaker.suspect();
    },
    enter: async (call) => {
      const passage = breaker.enter(call);
      if (!passage.isProbe || (await unlessDown(store.claim(PROBE, DEFAULT_LIMITS.deadlineMs), true)))
        return passed(passage);
      passage.end(null);
      throw unreachable(1_000);
    },
  };
}
