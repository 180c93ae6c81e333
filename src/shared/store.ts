/**
 * What the processes of one deployment have to agree on. Without a store that they share, each process has its own.
 * Keys are ours and hold no secrets; times are milliseconds.
 */
export interface SharedStore {
  /** Sets the key unless it is set. True for the one who set it; the key is gone after `forMs`. */
  claim(key: string, forMs: number): Promise<boolean>;
  /** Sets the key, whatever it was; it is gone after `forMs`. */
  put(key: string, value: string, forMs: number): Promise<void>;
  /** Null where the key is not set. */
  get(key: string): Promise<string | null>;
}

/** The store of a process that shares nothing. */
export function createMemoryStore(now: () => number): SharedStore {
  const entries = new Map<string, { value: string; until: number }>();
  const read = (key: string): string | null => {
    const entry = entries.get(key);
    return entry && entry.until > now() ? entry.value : null;
  };
  const write = (key: string, value: string, forMs: number): void => {
    for (const [old, { until }] of entries) if (until <= now()) entries.delete(old);
    entries.set(key, { value, until: now() + forMs });
  };
  return {
    claim: async (key, forMs) => {
      if (read(key) !== null) return false;
      write(key, '', forMs);
      return true;
    },
    put: async (key, value, forMs) => write(key, value, forMs),
    get: async (key) => read(key),
  };
}
