import type { Answer, Context } from './router.js';

const DEFAULT_LIMIT = 100;

function whole(value: string | null): number | null {
  return value !== null && /^\d+$/.test(value.trim()) ? Number(value) : null;
}

function pageLink(context: Context, limit: number, offset: number): string {
  const query = new URLSearchParams(context.query);
  query.set('limit', String(limit));
  if (offset > 0) query.set('offset', String(offset));
  else query.delete('offset');
  return `${context.address}?${query}`;
}

/** One page in PostHog's envelope. A limit that is no positive number is the default of 100; there is no maximum. */
export function page<T>(context: Context, rows: readonly T[], render: (row: T) => object): Answer {
  const limit = whole(context.query.get('limit')) || DEFAULT_LIMIT;
  const offset = whole(context.query.get('offset')) ?? 0;
  const body = {
    count: rows.length,
    next: offset + limit < rows.length ? pageLink(context, limit, offset + limit) : null,
    previous: offset > 0 ? pageLink(context, limit, Math.max(0, offset - limit)) : null,
    results: rows.slice(offset, offset + limit).map(render),
  };
  return { status: 200, body };
}
