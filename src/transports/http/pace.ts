import { type SharedStore, unlessDown } from '../../replicas/store.js';
import { type Refusal, refusal } from './refusal.js';

export interface PaceOptions {
  /** Requests a second that a caller may keep up; null: any number. */
  perSecond: number | null;
  /** Requests of all callers in work at once. */
  maxConcurrent: number;
  /** Requests of one caller in work at once. */
  maxPerCaller: number;
  /** Through which the rate of a caller holds for several processes together. */
  store?: SharedStore | undefined;
  /** Milliseconds of any clock that only goes forward. */
  now?: () => number;
}

/** How many seconds' worth of requests a caller that was quiet may send at once. */
const BURST_SECONDS = 4;
/** Callers that are remembered; one that is forgotten starts anew with a full bucket. */
const MAX_CALLERS = 10_000;

interface Bucket {
  tokens: number;
  at: number;
  active: number;
}

export interface Pace {
  /** Counts one more request, or says when to come again. */
  enter(caller: string): Promise<Refusal | null>;
  /** Lets a request that is there as a whole into work; `done` is called when it has been answered. */
  start(caller: string): { done: () => void } | { refused: Refusal };
}

/** A token bucket for each caller, and caps on what is in work at once, so that one caller cannot crowd out the others. */
export function createPace({
  perSecond,
  maxConcurrent,
  maxPerCaller,
  store,
  now = () => performance.now(),
}: PaceOptions): Pace {
  const buckets = new Map<string, Bucket>();
  const size = (perSecond ?? 0) * BURST_SECONDS;
  const window = { limit: size, windowMs: BURST_SECONDS * 1000 };
  let active = 0;

  const bucketOf = (caller: string): Bucket => {
    const bucket = buckets.get(caller) ?? { tokens: size, at: now(), active: 0 };
    // The one that came last is the last to be forgotten.
    buckets.delete(caller);
    buckets.set(caller, bucket);
    for (const [oldest, { active: busy }] of buckets) {
      if (buckets.size <= MAX_CALLERS) break;
      if (busy === 0) buckets.delete(oldest);
    }
    return bucket;
  };

  return {
    enter: async (caller) => {
      if (perSecond === null) return null;
      const bucket = bucketOf(caller);
      bucket.tokens = Math.min(size, bucket.tokens + ((now() - bucket.at) / 1000) * perSecond);
      bucket.at = now();
      if (bucket.tokens < 1) return tooMany(Math.ceil((1 - bucket.tokens) / perSecond));
      bucket.tokens -= 1;
      const taken = store && (await unlessDown(store.take(`rate:${caller}`, window), null));
      return taken && 'waitMs' in taken ? tooMany(Math.ceil(taken.waitMs / 1000)) : null;
    },
    start: (caller) => {
      const bucket = bucketOf(caller);
      if (active >= maxConcurrent || bucket.active >= maxPerCaller) return { refused: tooMany(1) };
      bucket.active += 1;
      active += 1;
      let open = true;
      return {
        done: () => {
          if (!open) return;
          open = false;
          bucket.active -= 1;
          active -= 1;
        },
      };
    },
  };
}

function tooMany(seconds: number): Refusal {
  return refusal(429, `Too many requests; try again in ${seconds} s.`, { 'retry-after': String(seconds) });
}
