import type { ServerResponse } from 'node:http';
import type { Holdings } from './holdings.js';

export interface Answers {
  /** Counts what the client of this answer leaves unread, be it a stream or not. */
  watch(res: ServerResponse, caller: string): void;
  /** Resolves when the clients have what was written to the end. */
  sent(): Promise<void>;
}

/** The answers that are not through yet. A client that does not read loses its connection, as `unread` bounds it. */
export function createAnswers(unread: Holdings): Answers {
  const open = new Set<ServerResponse>();
  return {
    watch: (res, caller) => {
      const holding = unread.hold({ caller, bytes: () => res.writableLength, drop: () => res.destroy() });
      open.add(res);
      res.once('close', () => {
        open.delete(res);
        holding.end();
      });
      // What is still written once the connection is closed is lost, as it should be.
      res.on('error', () => undefined);
      const { write, end } = res;
      const counted =
        <Args extends unknown[], Result>(method: (...args: Args) => Result) =>
        (...args: Args): Result => {
          holding.check();
          const result = Reflect.apply(method, res, args);
          holding.check();
          return result;
        };
      Object.assign(res, {
        // A writer that is told to wait would keep what it has in a queue of its own, where nobody counts it.
        write: (...args: Parameters<typeof write>) => {
          counted(write)(...args);
          return true;
        },
        end: counted(end),
      });
    },
    sent: async () => {
      const ended = [...open].filter(({ writableEnded }) => writableEnded);
      await Promise.all(ended.map((res) => new Promise((resolve) => res.once('close', resolve))));
    },
  };
}
