import type { z } from 'zod';
import type { ApiPath, Query } from '../posthog/types.js';
import { nextOffset } from '../schema/page.js';
import { stripped } from '../schema/stripped.js';
import type { CallContext } from '../tool.js';

/** The most rows that PostHog gives in one page of these lists. */
const PAGE = 100;

export interface List<T> {
  path: ApiPath;
  page: z.ZodType<{ results: T[]; next?: string | null | undefined }>;
  query?: Query;
}

/**
 * All rows of a list, page after page, for as long as they are asked for. A server whose next page is no later one is
 * not followed in circles.
 */
export async function* allRows<T>({ api }: CallContext, { path, page, query }: List<T>): AsyncGenerator<T> {
  for (let offset: number | null = 0; offset !== null; ) {
    const answer: { results: T[]; next?: string | null | undefined } = await api.get(path, page, {
      ...query,
      limit: PAGE,
      offset,
    });
    yield* answer.results;
    const next = nextOffset(answer.next);
    offset = next !== null && next > offset ? next : null;
  }
}

/** Notes the rows of a list that have this name; the look it returns finds the one that has come since. */
export async function watchName<T extends { id: number; name: string }>(
  name: string,
  list: List<T>,
  context: CallContext,
): Promise<(later: CallContext) => Promise<T | null>> {
  const before = new Set<number>();
  for await (const row of allRows(context, list)) before.add(row.id);
  return async (later) => {
    for await (const row of allRows(later, list))
      if (!before.has(row.id) && stripped(row.name) === stripped(name)) return row;
    return null;
  };
}
