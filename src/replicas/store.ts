import { ToolError } from '../errors.js';

/** At most `limit` within any `windowMs`. */
export interface Window {
  limit: number;
  windowMs: number;
}

/** A place within a window, or how long to wait for one. */
export type Taken = { giveBack(): Promise<void> } | { waitMs: number };

/**
 * What the processes of one deployment have to agree on. Without a store that they share, each process has its own.
 * Keys are ours and hold no secrets; times are milliseconds. Every operation of a store in another process can reject
 * with the ToolError `store_unavailable`.
 */
export interface SharedStore {
  /** Sets the key unless it is set. True for the one who set it; the key is gone after `forMs`. */
  claim(key: string, forMs: number): Promise<boolean>;
  /** Sets the key, whatever it was; it is gone after `forMs`. */
  put(key: string, value: string, forMs: number): Promise<void>;
  /** Null where the key is not set. */
  get(key: string): Promise<string | null>;
  remove(keys: readonly string[]): Promise<void>;
  /** Takes a place, in one step, so that callers at the same moment cannot pass the limit. */
  take(key: string, window: Window): Promise<Taken>;
  /** How long until there is a place; 0 where there is one now. Takes none. */
  waitFor(key: string, window: Window): Promise<number>;
}

/** Taken at this time. */
interface Place {
  at: number;
}

/** For those who can go on without the store: `otherwise` while it is unavailable. */
export async function unlessDown<T>(operation: Promise<T>, otherwise: T): Promise<T> {
  try {
    return await operation;
  } catch (error) {
    if (error instanceof ToolError && error.code === 'store_unavailable') return otherwise;
    throw error;
  }
}

/** The store of a process that shares nothing. */
export function createMemoryStore(now: () => number): SharedStore {
  const entries = new Map<string, { value: string; until: number }>();
  const windows = new Map<string, Place[]>();
  const read = (key: string): string | null => {
    const entry = entries.get(key);
    return entry && entry.until > now() ? entry.value : null;
  };
  const write = (key: string, value: string, forMs: number): void => {
    for (const [old, { until }] of entries) if (until <= now()) entries.delete(old);
    entries.set(key, { value, until: now() + forMs });
  };
  const takenOf = (key: string, { windowMs }: Window): Place[] => {
    const taken = (windows.get(key) ?? []).filter(({ at }) => at > now() - windowMs);
    windows.set(key, taken);
    return taken;
  };
  const waitOf = (taken: readonly Place[], { limit, windowMs }: Window): number => {
    const leaving = taken[taken.length - limit];
    return leaving === undefined ? 0 : leaving.at + windowMs - now();
  };
  return {
    claim: async (key, forMs) => {
      if (read(key) !== null) return false;
      write(key, '', forMs);
      return true;
    },
    put: async (key, value, forMs) => write(key, value, forMs),
    get: async (key) => read(key),
    remove: async (keys) => {
      for (const key of keys) entries.delete(key);
    },
    take: async (key, window) => {
      const taken = takenOf(key, window);
      const waitMs = waitOf(taken, window);
      if (waitMs > 0) return { waitMs };
      const place = { at: now() };
      taken.push(place);
      return {
        giveBack: async () => {
          const others = (windows.get(key) ?? []).filter((one) => one !== place);
          windows.set(key, others);
        },
      };
    },
    waitFor: async (key, window) => waitOf(takenOf(key, window), window),
  };
}
