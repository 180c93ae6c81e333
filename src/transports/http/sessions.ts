/** Sessions that a process holds at once. */
export const MAX_SESSIONS = 100;
/** A session that nobody has used for so long is closed. Milliseconds. */
export const SESSION_IDLE_MS = 30 * 60_000;

interface Held<T> {
  value: T;
  caller: string;
  usedAt: number;
}

export interface SessionTable<T> {
  /** False where there is no room. */
  hasRoom(): boolean;
  add(id: string, caller: string, value: T): void;
  /** The session, if it is this caller's; undefined for all others, so that an id alone opens nothing. */
  find(id: string, caller: string): T | undefined;
  drop(id: string): void;
  count(): number;
  /** Closes those that are idle for too long. */
  sweep(): Promise<void>;
  closeAll(): Promise<void>;
}

interface TableOptions<T> {
  close(value: T): Promise<void>;
  max?: number;
  idleMs?: number;
  now?: () => number;
}

/** Sessions by their ids, each of the caller who opened it. */
export function createSessionTable<T>({
  close,
  max = MAX_SESSIONS,
  idleMs = SESSION_IDLE_MS,
  now = Date.now,
}: TableOptions<T>): SessionTable<T> {
  const held = new Map<string, Held<T>>();
  const end = async (ids: readonly string[]) => {
    const values = ids.flatMap((id) => {
      const session = held.get(id);
      held.delete(id);
      return session ? [session.value] : [];
    });
    await Promise.allSettled(values.map(close));
  };
  return {
    hasRoom: () => held.size < max,
    add: (id, caller, value) => held.set(id, { value, caller, usedAt: now() }),
    find: (id, caller) => {
      const session = held.get(id);
      if (session?.caller !== caller) return undefined;
      session.usedAt = now();
      return session.value;
    },
    drop: (id) => held.delete(id),
    count: () => held.size,
    sweep: () => end([...held].filter(([, { usedAt }]) => now() - usedAt > idleMs).map(([id]) => id)),
    closeAll: () => end([...held.keys()]),
  };
}
