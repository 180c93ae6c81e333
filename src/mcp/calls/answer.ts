import { ToolError } from '../../errors.js';
import type { Redact } from '../../log.js';
import { boundAnswer, MAX_ANSWER_CHARACTERS } from '../../render/bound.js';
import { renderText } from '../../render/text.js';
import { cleanText, mapStrings, oneLine } from '../../render/untrusted.js';
import { plainOrQuoted, quoted } from '../../schema/quote.js';

type Json = Record<string, unknown>;

/** An answer as MCP sends it: the same facts as data and as text. */
export interface CallAnswer {
  content: { type: 'text'; text: string }[];
  structuredContent: Json;
  isError?: true;
}

/** Beside an undo whose texts were cleaned: called, it writes them without what was taken out. */
export const LOSS_NOTE = 'Invisible characters of texts do not come back.';

export interface AnswerOptions {
  redact(text: string): string;
  /** Offset of a list call, for the right `next_offset` where rows had to be dropped. */
  offset?: number;
}

export function successAnswer(answer: Json, { redact, offset = 0 }: AnswerOptions): CallAnswer {
  const { structured, text } = bounded({ ...safe(answer, redact), ...safeUndo(answer.undo, redact) }, offset);
  return { content: [{ type: 'text', text }], structuredContent: { ...structured } };
}

/** Data and text say the same, so where the text is too long, the data is cut until it is not. */
function bounded(answer: Json, offset: number) {
  let limit = MAX_ANSWER_CHARACTERS;
  for (;;) {
    const structured = boundAnswer(answer, { offset, limit });
    const text = renderText(structured);
    if (text.length <= MAX_ANSWER_CHARACTERS) return { structured, text };
    limit = Math.floor(Math.min(0.9, MAX_ANSWER_CHARACTERS / text.length) * limit);
  }
}

/** What happened, PostHog's own words, what to do next. */
function errorAnswer(error: ToolError, { redact }: AnswerOptions): CallAnswer {
  const facts = { code: error.code, message: error.message, ...error.fields, next: error.hint };
  const shown = { ...safe(facts, redact), ...safeUndo(facts.undo, redact) };
  const structured = boundAnswer({ error: shown });
  return {
    content: [{ type: 'text', text: errorText(structured.error) }],
    structuredContent: { ...structured },
    isError: true,
  };
}

export interface BugOptions extends AnswerOptions {
  /** Hears of errors that are bugs of ours; the model is only told the id. `also` hides what the call alone knows. */
  reportBug(id: string, error: unknown, also?: Redact): void;
}

/** The answer to whatever was thrown. What is not a `ToolError` may hold secrets, so nothing of it is shown. */
export function thrownAnswer(error: unknown, options: BugOptions): CallAnswer {
  if (error instanceof ToolError) return errorAnswer(error, options);
  const id = crypto.randomUUID().slice(0, 8);
  options.reportBug(id, error);
  const message = `The server failed on this call because of a mistake of its own (id ${id}).`;
  const hint = `Calling again is unlikely to help. Tell the user; the server's log names the cause under ${id}.`;
  return errorAnswer(new ToolError('internal', message, hint), options);
}

function errorText(error: unknown): string {
  const { message, detail, next, changes, undo, ...facts } = asJson(error);
  const rest = Object.entries(facts).map(([name, value]) => `${name} ${plainOrQuoted(String(value))}`);
  return [
    String(message),
    ...(typeof detail === 'string' ? [`PostHog says: ${quoted(detail)}`] : []),
    ...(changes === undefined && undo === undefined ? [] : [renderText({ changes, undo })]),
    ...(next === '' ? [] : [`Next: ${String(next)}`]),
    `(${rest.join(', ')})`,
  ].join('\n');
}

/** Plain JSON in which every string is cleaned and free of secrets, and every sentence of ours is one line. */
function safe(value: Json, redact: (text: string) => string): Json {
  const cleaned = mapStrings(JSON.parse(JSON.stringify(value)), (text) => redact(cleanText(text)));
  return asJson(withOneLineSentences(cleaned));
}

/**
 * Members that hold sentences of ours. What PostHog says is quoted in them; the line is kept even where that was forgotten, so
 * that no text can add a line to an answer that reads as one of ours.
 */
const SENTENCES =
  /^(?:advice|analysis|because|cautions|cut|measures|message|missing|next|note|not_reversible_because|path|problem|rest|summary|title|users)$/;
/** Members that hold what PostHog stores, which may have members by the same names. */
const STORED = /^(?:after|arguments|before|exposure_criteria|filters|query|stats_config)$/;

function withOneLineSentences(value: unknown, name = ''): unknown {
  if (typeof value === 'string') return SENTENCES.test(name) ? oneLine(value) : value;
  if (Array.isArray(value)) return value.map((item) => withOneLineSentences(item, name));
  if (value === null || typeof value !== 'object' || STORED.test(name)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withOneLineSentences(item, key)]));
}

/**
 * The undo as it may be shown. Cleaning or redaction must not change what a later call would write: text that loses only
 * invisible characters is offered with a note, text that holds a secret is not offered at all.
 */
function safeUndo(undo: unknown, redact: (text: string) => string): Json {
  const { arguments: saved } = asJson(undo);
  if (saved === undefined) return {};
  const { note, ...rest } = safe(asJson(undo), redact);
  const plain = asJson(JSON.parse(JSON.stringify(saved)));
  const cleaned = asJson(mapStrings(plain, cleanText));
  if (JSON.stringify(mapStrings(cleaned, redact)) !== JSON.stringify(cleaned)) {
    const reason =
      'the state before holds text that looks like a secret and is not shown; restore it in PostHog itself';
    return { undo: { not_reversible_because: reason } };
  }
  const lost = JSON.stringify(cleaned) !== JSON.stringify(plain);
  const notes = [...(typeof note === 'string' ? [note] : []), ...(lost ? [LOSS_NOTE] : [])];
  return { undo: { ...rest, arguments: cleaned, ...(notes.length > 0 ? { note: notes.join(' ') } : {}) } };
}

function asJson(value: unknown): Json {
  return value !== null && typeof value === 'object' ? { ...value } : {};
}
