/** Reads that PostHog takes by POST. */
const READS = /\/(query|calculate_running_time)\/$/;

/** Whether a request changes something. `path` may have a query. */
export function isWrite(method: string, path: string): boolean {
  return method !== 'GET' && !READS.test(path.split('?')[0] ?? '');
}
