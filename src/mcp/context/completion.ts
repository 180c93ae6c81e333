import type { CompleteRequestParams, CompleteResult } from '@modelcontextprotocol/server';
import { z } from 'zod';
import { oneLine } from '../../render/untrusted.js';
import { completesOf } from './prompts.js';
import { TEMPLATE_URIS, type ToolSource } from './resources.js';

/** The most values that the protocol allows. */
const MAX_VALUES = 100;
/** A person is typing, so what comes late is of no use. Milliseconds. */
const PATIENCE_MS = 5_000;

const EMPTY: CompleteResult = { completion: { values: [], total: 0, hasMore: false } };

export interface CompletionSource {
  call: ToolSource['call'];
  signal: AbortSignal;
  patienceMs?: number;
}

/**
 * Values for what a person is typing, from one request to PostHog. Where that fails, or there is nothing to offer, the
 * list is empty: a client that cannot complete can still send.
 */
export async function complete(
  { ref, argument }: CompleteRequestParams,
  { call, signal, patienceMs = PATIENCE_MS }: CompletionSource,
): Promise<CompleteResult> {
  const completer = ref.type === 'ref/prompt' ? ofPrompt(ref.name, argument.name) : ofTemplate(ref.uri, argument.name);
  if (!completer) return EMPTY;
  const typed = argument.value.trim();
  const limited = AbortSignal.any([signal, AbortSignal.timeout(patienceMs)]);
  const request = { name: completer.tool, arguments: completer.ask(typed), signal: limited };
  const answer = page.safeParse((await call(request)).structuredContent);
  return answer.success ? resultOf(answer.data, (row) => completer.values(row, typed)) : EMPTY;
}

const page = z.object({
  items: z.array(z.object({ id: z.number().optional(), name: z.string(), feature_flag_key: z.string().optional() })),
  total: z.number(),
  next_offset: z.number().nullable(),
});
type Page = z.output<typeof page>;
type Row = Page['items'][number];

interface Completer {
  tool: string;
  ask(typed: string): Record<string, unknown>;
  /** What a row offers to somebody who typed this. */
  values(row: Row, typed: string): string[];
}

const searchFor = (typed: string) => ({ limit: MAX_VALUES, ...(typed === '' ? {} : { search: typed }) });
const holds = (text: string, typed: string) => text.toLowerCase().includes(typed.toLowerCase());

/** Names; keys too once something was typed, since with nothing typed they only double the list. */
const EXPERIMENT: Completer = {
  tool: 'experiment-list',
  ask: searchFor,
  values: ({ name, feature_flag_key: key = '' }, typed) => [
    ...(holds(name, typed) ? [name] : []),
    ...(typed !== '' && holds(key, typed) ? [key] : []),
  ],
};

const BY_KIND: Readonly<Record<'experiment' | 'draft' | 'event', Completer>> = {
  experiment: EXPERIMENT,
  draft: { ...EXPERIMENT, ask: (typed) => ({ ...searchFor(typed), status: 'draft' }) },
  event: { tool: 'event-search', ask: searchFor, values: ({ name }) => [name] },
};

/** PostHog cannot search by id, so digits are looked for among the newest; a name that is typed finds its id. */
const ID: Completer = {
  tool: 'experiment-list',
  ask: (typed) => (/^\d+$/.test(typed) ? searchFor('') : searchFor(typed)),
  values: ({ id }, typed) =>
    id !== undefined && (!/^\d+$/.test(typed) || String(id).startsWith(typed)) ? [`${id}`] : [],
};

function ofPrompt(prompt: string, argument: string): Completer | undefined {
  const kind = completesOf(prompt, argument);
  return kind && BY_KIND[kind];
}

function ofTemplate(uri: string, argument: string): Completer | undefined {
  return argument === 'id' && TEMPLATE_URIS.includes(uri) ? ID : undefined;
}

/** The total is told only where all matches were seen: PostHog counts experiments, not values. */
function resultOf({ items, next_offset }: Page, valuesOf: (row: Row) => string[]): CompleteResult {
  // A value goes into a field of one line.
  const all = [...new Set(items.flatMap(valuesOf))].filter((value) => oneLine(value) === value);
  const allSeen = next_offset === null;
  const values = all.slice(0, MAX_VALUES);
  return {
    completion: { values, ...(allSeen ? { total: all.length } : {}), hasMore: !allSeen || all.length > MAX_VALUES },
  };
}
