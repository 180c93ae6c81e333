import { z } from 'zod';
import type { Redact } from '../log.js';
import { cleanText, mapStrings, oneLine } from '../render/untrusted.js';
import { plainOrQuoted } from '../schema/quote.js';
import { approversInWords } from './approvers.js';
import { excerpt } from './body.js';
import { tooDeep } from './depth.js';

/** Longest `detail` passed on, in characters; PostHog's own are far below. */
const MAX_DETAIL = 2_000;

/** What could be had of an error's body; PostHog has one standard shape and several others. */
export interface ErrorBody {
  /** PostHog's own words; an excerpt where the body is no JSON. */
  detail?: string;
  code?: string;
  attr?: string;
  changeRequestId?: string;
  /** What the change request is about: `feature_flag 7`. */
  changeRequestFor?: string;
  /** Who has to approve: `an approval by user 4 or role Leads`. */
  approvers?: string;
  /** Present on version conflicts: what both sides changed. */
  conflicts?: readonly string[];
  guidance?: string;
  /** False for HTML, plain text and nothing at all: then it may not be PostHog that spoke. */
  isJson: boolean;
}

const text = z.string().min(1).optional().catch(undefined);
const names = z.array(z.string()).catch([]);

const anyBody = z.looseObject({
  detail: z.unknown().optional(),
  error: z.unknown().optional(),
  message: text,
  code: text,
  attr: text,
  change_request_id: text,
  resource_type: text,
  resource_id: z.union([z.string(), z.number()]).nullish().catch(null),
  required_approvers: z.unknown().optional(),
  current_version: z.unknown().optional(),
  conflicting_fields: names,
  conflicting_metric_uuids: names,
  guidance: text,
});

/**
 * @param redact takes out what an error must not show. Applied, as the cleaning, to what the body says once it is decoded and
 * before anything is cut: nothing of an error's body is ever sent back, so that nothing can be lost by it.
 */
export function parseErrorBody(raw: string, redact: Redact = (said) => said): ErrorBody {
  const safe = (said: string) => oneLine(redact(cleanText(said)));
  const json = mapStrings(parseJson(raw), safe);
  const parsed = anyBody.safeParse(json);
  if (!parsed.success) {
    const words = json === undefined ? excerpt(safe(raw)) : firstText(json);
    return { isJson: json !== undefined, ...(words && { detail: shorten(words) }) };
  }
  const body = parsed.data;
  const detail = firstText(body.detail) ?? firstText(body.error) ?? body.message;
  const byField = detail === undefined ? messageByField(body) : undefined;
  const words = detail ?? byField?.detail;
  const field = body.attr ?? byField?.field;
  const conflicts = [...body.conflicting_fields, ...body.conflicting_metric_uuids];
  const approvers = approversInWords(body.required_approvers);
  return {
    isJson: true,
    ...(words && { detail: shorten(unwrap(words)) }),
    ...(body.code && { code: body.code }),
    ...(field && { attr: field }),
    ...(body.change_request_id && { changeRequestId: body.change_request_id }),
    ...(body.resource_type &&
      body.resource_id && {
        changeRequestFor: `${plainOrQuoted(body.resource_type)} ${plainOrQuoted(String(body.resource_id))}`,
      }),
    ...(approvers && { approvers: shorten(approvers) }),
    ...((conflicts.length > 0 || body.current_version !== undefined) && { conflicts }),
    ...(body.guidance && { guidance: shorten(body.guidance) }),
  };
}

/** The first string in a value that is one, or a list of such, or an object with a text in a usual place. */
function firstText(value: unknown): string | undefined {
  if (typeof value === 'string') return value === '' ? undefined : value;
  if (Array.isArray(value)) return value.map(firstTextShallow).find((item) => item !== undefined);
  return firstTextShallow(value);
}

function firstTextShallow(value: unknown): string | undefined {
  if (typeof value === 'string') return value === '' ? undefined : value;
  const inner = z.looseObject({ detail: text, message: text, error: text }).safeParse(value);
  return inner.success ? (inner.data.detail ?? inner.data.message ?? inner.data.error) : undefined;
}

/** Django REST framework's bare form: `{"name": ["This field is required."]}`. */
function messageByField(body: Record<string, unknown>): { field: string; detail: string } | undefined {
  for (const [field, value] of Object.entries(body)) {
    const detail = Array.isArray(value) ? firstText(value) : undefined;
    if (detail !== undefined) return { field, detail };
  }
  return undefined;
}

/**
 * Some details are a JSON object within the string. Its text is taken, or the names of what is true in it
 * (`{"no-events": true}` → `no-events`).
 */
function unwrap(detail: string): string {
  const inner = detail.startsWith('{') ? z.record(z.string(), z.unknown()).safeParse(parseJson(detail)) : undefined;
  if (!inner?.success) return detail;
  const truths = Object.keys(inner.data).filter((name) => inner.data[name] === true);
  return firstTextShallow(inner.data) ?? (truths.length > 0 ? truths.join(', ') : detail);
}

function parseJson(raw: string): unknown {
  try {
    const value: unknown = JSON.parse(raw);
    return tooDeep(value) === null ? value : undefined;
  } catch {
    return undefined;
  }
}

function shorten(words: string): string {
  return words.length > MAX_DETAIL ? `${words.slice(0, MAX_DETAIL - 1)}…` : words;
}
