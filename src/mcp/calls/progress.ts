/** Tells a waiting client how far a call is: `done` of `total` steps. */
export type ReportProgress = (done: number, total: number, message: string) => void;

export interface ProgressUpdate {
  progress: number;
  total: number;
  message: string;
}

/** Least time between two notifications of one call. Milliseconds. */
const INTERVAL_MS = 250;

/**
 * Passes on what the protocol allows: progress that strictly rises, not too often, and none after `stop`. The last step
 * is passed on whenever it comes.
 */
export function createProgress(send: (update: ProgressUpdate) => void, now: () => number) {
  let last = -1;
  let sentAt = Number.NEGATIVE_INFINITY;
  let stopped = false;
  const report: ReportProgress = (done, total, message) => {
    const due = now() - sentAt >= INTERVAL_MS || done >= total;
    if (stopped || done <= last || !due) return;
    last = done;
    sentAt = now();
    send({ progress: done, total, message });
  };
  return {
    report,
    stop: () => {
      stopped = true;
    },
  };
}
