import { invalid } from '../http/api-error.js';
import type { Answer, Context } from '../http/router.js';
import type { JsonObject } from '../store/model.js';
import { body as asBody, boolean, char, choice, dict, optional, required } from '../validation/drf.js';
import { cachedAnswer, cacheKey, computedAnswer } from './answer.js';
import { startQuery } from './background.js';
import { answerHogQL } from './hogql-query.js';

const REFRESH_MODES = [
  'blocking',
  'force_blocking',
  'async',
  'lazy_async',
  'async_except_on_cache_miss',
  'force_async',
  'force_cache',
] as const;
type RefreshMode = (typeof REFRESH_MODES)[number];

function modeOf(source: JsonObject): RefreshMode {
  const { refresh } = source;
  if (typeof refresh === 'boolean' || refresh === null) return 'blocking';
  const mode = optional(source, 'refresh', choice(REFRESH_MODES));
  return mode ?? (optional(source, 'async', boolean) ? 'async' : 'blocking');
}

/** POST: answers at once or from the cache with 200, or with 202 and an id to look at. Source: PostHog API docs. */
export function postQuery(context: Context): Answer | Promise<Answer> {
  const source = asBody(context.body);
  const query = required(source, 'query', dict);
  const mode = modeOf(source);
  const id = source.client_query_id === null ? undefined : optional(source, 'client_query_id', char());
  // `query/{kind}/` names it twice; the words are ours.
  if (context.id !== '' && context.id !== query.kind) throw invalid(`The query is no ${context.id}`, 'query__kind');
  if (query.kind === 'HogQLQuery') return answerHogQL(query, context);
  if (query.kind !== 'ExperimentQuery' && query.kind !== 'ExperimentExposureQuery') {
    throw invalid(`Unsupported query kind: ${String(query.kind)}`, 'query__kind');
  }
  const key = cacheKey(query, context);
  const ask = { query, key, id };
  const blocking = () => ({ status: 200, body: computedAnswer(query, key, context) });
  if (mode === 'force_blocking') return blocking();
  if (mode === 'force_async') return startQuery(ask, context);
  const cached = cachedAnswer(key, context.store);
  if (cached) return { status: 200, body: cached };
  const missed = !context.store.results.cache.has(key);
  const inBackground = mode === 'async' || mode === 'lazy_async' || (mode === 'async_except_on_cache_miss' && !missed);
  return inBackground ? startQuery(ask, context) : blocking();
}
