/** Holds a request in work until the function it gives is called. */
export type Hold = () => () => void;

export interface Work {
  /** One more request; `onEnd` is called whenever nothing holds it any longer. */
  begin(onEnd: () => void): Hold;
  /** Resolves when no request is in work. */
  none(): Promise<void>;
}

/** Counts the requests in work: those whose answer is awaited, be it here or on a stream. Open streams are none. */
export function createWork(): Work {
  let count = 0;
  let waiting: (() => void)[] = [];
  const end = (): void => {
    count -= 1;
    if (count > 0) return;
    for (const wake of waiting) wake();
    waiting = [];
  };
  return {
    begin: (onEnd) => {
      let holds = 0;
      return () => {
        if (holds === 0) count += 1;
        holds += 1;
        let open = true;
        return () => {
          if (!open) return;
          open = false;
          holds -= 1;
          if (holds > 0) return;
          onEnd();
          end();
        };
      };
    },
    none: () =>
      new Promise((resolve) => {
        if (count === 0) resolve();
        else waiting.push(resolve);
      }),
  };
}
