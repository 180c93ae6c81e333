import type { ToolError } from '../errors.js';
import { boundAnswer } from '../render/bound.js';
import { renderText } from '../render/text.js';
import { cleanText, mapStrings } from '../render/untrusted.js';

type Json = Record<string, unknown>;

/** An answer as MCP sends it: the same facts as data and as text. */
export interface CallAnswer {
  content: { type: 'text'; text: string }[];
  structuredContent: Json;
  isError?: true;
}

export interface AnswerOptions {
  redact(text: string): string;
  /** Offset of a list call, for the right `next_offset` where rows had to be dropped. */
  offset?: number;
}

export function successAnswer(answer: Json, { redact, offset = 0 }: AnswerOptions): CallAnswer {
  const structured = boundAnswer(safe(answer, redact), { offset });
  return { content: [{ type: 'text', text: renderText(structured) }], structuredContent: { ...structured } };
}

/** What happened, PostHog's own words, what to do next. */
export function errorAnswer(error: ToolError, { redact }: AnswerOptions): CallAnswer {
  const facts = { code: error.code, message: error.message, ...error.fields, next: error.hint };
  const structured = boundAnswer(safe({ error: facts }, redact));
  return {
    content: [{ type: 'text', text: errorText(structured.error) }],
    structuredContent: { ...structured },
    isError: true,
  };
}

function errorText(error: unknown): string {
  const { message, detail, next, ...facts } = asJson(error);
  const rest = Object.entries(facts).map(([name, value]) => `${name} ${String(value)}`);
  return [
    String(message),
    ...(typeof detail === 'string' ? [`PostHog says: ${JSON.stringify(detail)}`] : []),
    ...(next === '' ? [] : [`Next: ${String(next)}`]),
    `(${rest.join(', ')})`,
  ].join('\n');
}

/** Plain JSON in which every string is cleaned and free of secrets. */
function safe(value: Json, redact: (text: string) => string): Json {
  return asJson(mapStrings(JSON.parse(JSON.stringify(value)), (text) => redact(cleanText(text))));
}

function asJson(value: unknown): Json {
  return value !== null && typeof value === 'object' ? { ...value } : {};
}
