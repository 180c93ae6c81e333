/** Memory that a client makes the process hold: a body that is still coming in, an answer that is not read yet. */
interface Holder {
  caller: string;
  bytes(): number;
  /** Lets go of the memory, since it is too much or is held for too long. */
  drop(): void;
}

export interface Holding {
  /** Looks at the bounds again; to be called before and after `bytes` grows. */
  check(): void;
  end(): void;
}

export interface Holdings {
  hold(holder: Holder): Holding;
  /** Drops what has been held for longer than this without a break. Milliseconds. */
  dropOlder(ms: number): void;
}

interface HoldingLimits {
  max: number;
  maxPerCaller: number;
  maxEach: number;
  /** Milliseconds of any clock that only goes forward. */
  now: () => number;
}

interface Held extends Holder {
  since: number;
}

/**
 * Bounds what clients make the process hold, each, per caller and in all. Where it is too much, the one goes that has held
 * most for longest: an honest client is done with its few bytes in no time, however many others hold theirs.
 */
export function createHoldings({ max, maxPerCaller, maxEach, now }: HoldingLimits): Holdings {
  const all = new Set<Held>();

  const drop = (held: Held): void => {
    if (all.delete(held)) held.drop();
  };

  /** Bytes times age; the clock may stand still, so no age is 0. */
  const weight = ({ bytes, since }: Held): number => bytes() * (now() - since + 1);

  const relieve = (held: Iterable<Held>, limit: number): void => {
    let left = [...held];
    while (left.reduce((sum, { bytes }) => sum + bytes(), 0) > limit) {
      const heaviest = left.reduce((one, other) => (weight(other) > weight(one) ? other : one));
      drop(heaviest);
      left = left.filter((one) => one !== heaviest);
    }
  };

  return {
    hold: (holder) => {
      const held: Held = { ...holder, since: now() };
      all.add(held);
      return {
        check: () => {
          if (held.bytes() === 0) {
            held.since = now();
            return;
          }
          if (held.bytes() > maxEach) drop(held);
          relieve(
            [...all].filter(({ caller }) => caller === held.caller),
            maxPerCaller,
          );
          relieve(all, max);
        },
        end: () => all.delete(held),
      };
    },
    dropOlder: (ms) => {
      for (const held of all) {
        if (held.bytes() === 0) held.since = now();
        else if (now() - held.since > ms) drop(held);
      }
    },
  };
}
