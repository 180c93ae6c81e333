/** Sessions that a process holds at once. */
export const MAX_SESSIONS = 100;
/** The share of them that one caller may hold, where callers are known. */
export const CALLER_SHARE = 0.25;
/** A session that nobody has used for so long is closed. Milliseconds. */
export const SESSION_IDLE_MS = 30 * 60_000;

interface Held<T> {
  value: T;
  caller: string;
  usedAt: number;
}

/** A place in the table, taken before the session is there, so that many that open at once do not exceed its size. */
export interface Place<T> {
  keep(id: string, value: T): void;
  /** Gives the place back where no session came of it. */
  leave(): void;
}

export interface SessionTable<T> {
  /** A place for this caller, or what is used up. */
  take(caller: string): Place<T> | 'full' | 'share used up';
  /** The session, if it is this caller's; undefined for all others, so that an id alone opens nothing. */
  find(id: string, caller: string): T | undefined;
  drop(id: string): void;
  count(): number;
  /** Closes those that are idle for too long. */
  sweep(): Promise<void>;
  closeAll(): Promise<void>;
}

export interface TableLimits {
  max?: number;
  /** Of one caller. */
  maxPerCaller?: number;
  idleMs?: number;
  /** Milliseconds of any clock that only goes forward. */
  now?: () => number;
}

/** Sessions by their ids, each of the caller who opened it. */
export function createSessionTable<T>(close: (value: T) => Promise<void>, limits: TableLimits = {}): SessionTable<T> {
  const { max = MAX_SESSIONS, maxPerCaller = max, idleMs = SESSION_IDLE_MS, now = () => performance.now() } = limits;
  const held = new Map<string, Held<T>>();
  /** Callers of the sessions that are not there yet. */
  const opening: string[] = [];
  const end = async (ids: readonly string[]) => {
    const values = ids.flatMap((id) => {
      const session = held.get(id);
      held.delete(id);
      return session ? [session.value] : [];
    });
    await Promise.allSettled(values.map(close));
  };
  return {
    take: (caller) => {
      if (held.size + opening.length >= max) return 'full';
      const callers = [...opening, ...[...held.values()].map((session) => session.caller)];
      if (callers.filter((one) => one === caller).length >= maxPerCaller) return 'share used up';
      opening.push(caller);
      let open = true;
      const leave = () => {
        if (open) opening.splice(opening.indexOf(caller), 1);
        open = false;
      };
      const keep = (id: string, value: T) => {
        leave();
        held.set(id, { value, caller, usedAt: now() });
      };
      return { keep, leave };
    },
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
