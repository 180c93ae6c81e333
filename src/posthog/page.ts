/** The offset that a page's `next` link asks for; null where there is no further page. The link itself is never fetched. */
export function nextOffset(next: unknown): number | null {
  if (typeof next !== 'string' || !URL.canParse(next, 'http://localhost')) return null;
  const offset = new URL(next, 'http://localhost').searchParams.get('offset') ?? '';
  return /^\d{1,15}$/.test(offset) ? Number(offset) : null;
}
