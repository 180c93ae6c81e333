import { ToolError } from '../errors.js';

/** Requests of one call that are under way at once: PostHog limits concurrent queries of a team. */
export const CONCURRENCY = 4;

/** Runs `task` over all items, at most `CONCURRENCY` at a time; settled results in the order of the items. */
export async function settleAll<T, R>(
  items: readonly T[],
  task: (item: T) => Promise<R>,
): Promise<PromiseSettledResult<R>[]> {
  const results: PromiseSettledResult<R>[] = [];
  const queue = items.entries();
  const worker = async () => {
    for (const [index, item] of queue) {
      const [result] = await Promise.allSettled([task(item)]);
      results[index] = result;
    }
  };
  await Promise.all(Array.from({ length: Math.min(CONCURRENCY, items.length) }, worker));
  return results;
}

/** Why a part is missing, in words that may be shown. */
export function reasonOf(error: unknown): string {
  return error instanceof ToolError ? error.message : 'could not be read';
}
