import { judgeClaims } from '../../assessment/judge.js';
import { createRedactor } from '../../log.js';
import { AFTERWARDS_MS } from '../../posthog/limits.js';
import type { PostHogApi, PostHogClient } from '../../posthog/types.js';
import { MAX_ANSWER_CHARACTERS } from '../../render/bound.js';
import { writeAnswerOf } from '../../schema/answer.js';
import type { AnyWriteTool, CallContext, Tool } from '../../tool.js';
import type { Question } from '../../writes/pipeline/consent.js';
import type { Journal } from '../../writes/pipeline/journal.js';
import type { Limits, WriteContext } from '../../writes/pipeline/types.js';
import { runWrite } from '../../writes/pipeline/write.js';
import type { Consents, DialogAnswer } from '../consent/consent.js';
import { type BugOptions, type CallAnswer, successAnswer, thrownAnswer } from './answer.js';
import type { Caller } from './caller.js';
import { withinRole } from './limits.js';
import { type ParsedArguments, parseArguments } from './parse-arguments.js';
import type { ReportProgress } from './progress.js';

export interface CallRequest {
  name: string;
  arguments: Readonly<Record<string, unknown>>;
  signal: AbortSignal;
  /** Hears how far a long call is; absent where nobody asked. */
  progress?: ReportProgress;
  /** Where the client can ask a person: what the person answered to the question of the round before. */
  dialog?: { answer?: DialogAnswer | undefined } | undefined;
  /** What the client calls itself. */
  client?: string | undefined;
  /** Absent where one person uses the process. */
  caller?: Caller | undefined;
}

/** An answer, or a question to the person first where the request has a `dialog`. */
export type CallResult = CallAnswer & { question?: Question };

export interface CallEnvironment extends BugOptions {
  tools: ReadonlyMap<string, Tool>;
  client: PostHogClient;
  /** Numeric id of the project that all calls act in. */
  project(api: PostHogApi, caller?: Caller): Promise<number>;
  now(): Date;
  consents: Consents;
  limits: Limits;
  journal: Journal | null;
  patienceMs?: readonly number[];
  /** What holds for all calls with the process's own key. */
  remembered: Map<number, unknown>;
}

/** One tool call, from raw arguments to an answer. Never rejects: this is the one place where errors become answers. */
export async function callTool(request: CallRequest, shared: CallEnvironment): Promise<CallResult> {
  const environment = request.caller?.key === undefined ? shared : withoutKey(shared, request.caller.key);
  try {
    const tool = environment.tools.get(request.name);
    if (!tool) throw new Error(`the catalogue names ${request.name}, tools/index.ts does not`);
    const parsed = parseArguments(tool, request.arguments);
    const { client } = environment;
    const { signal, caller } = request;
    const api = client.forCall({ signal, key: caller?.key, readOnly: caller?.role === 'read' });
    const project = await environment.project(api, caller);
    const { now, redact } = environment;
    const progress = request.progress ?? (() => undefined);
    const memory = caller?.key === undefined ? { remembered: environment.remembered } : {};
    const context = { api, project, now, signal: request.signal, progress, ...memory };
    if (tool.access !== 'read') return await write(tool, parsed, { request, environment, context });
    const facts = Object(tool.output.parse(await tool.run(parsed.input, context)));
    return withPicture(tool, successAnswer({ ...facts }, { redact, offset: offsetOf(parsed.input) }));
  } catch (error) {
    return thrownAnswer(error, environment);
  }
}

/** The same environment, whose answers, log and journal do not show the caller's key either. */
function withoutKey(environment: CallEnvironment, key: string): CallEnvironment {
  const redactKey = createRedactor([key]);
  return {
    ...environment,
    redact: (text) => redactKey(environment.redact(text)),
    reportBug: (id, error) => environment.reportBug(id, error, redactKey),
    journal: environment.journal?.hiding(redactKey) ?? null,
  };
}

interface Writing {
  request: CallRequest;
  environment: CallEnvironment;
  context: CallContext;
}

/** The projection on the way out: fields that no schema names die here. */
async function write(tool: AnyWriteTool, parsed: ParsedArguments, writing: Writing): Promise<CallResult> {
  const { input, token, overrideReason } = parsed;
  const { request, environment, context } = writing;
  const { client, consents, limits, journal, redact, patienceMs } = environment;
  const { dialog, caller } = request;
  const writeContext: WriteContext = {
    ...context,
    consent: consents({
      token,
      overrideReason,
      canAsk: dialog !== undefined,
      answer: dialog?.answer,
      key: caller?.key,
      redact,
    }),
    judge: (claims, experiment) => judgeClaims(claims, experiment, context),
    limits: caller ? withinRole(limits, caller) : limits,
    journal,
    ...(caller ? { caller: { id: caller.id, name: caller.name } } : {}),
    ...(patienceMs ? { patienceMs } : {}),
    afterwards: () => ({
      ...context,
      api: client.forCall({ signal: new AbortController().signal, deadlineMs: AFTERWARDS_MS, key: caller?.key }),
    }),
  };
  const written = await runWrite(tool, input, writeContext);
  if ('question' in written) return { content: [], structuredContent: {}, question: written.question };
  const facts = writeAnswerOf(tool.subject?.field ?? 'experiment').parse(written.answer);
  return successAnswer({ ...facts }, { redact });
}

/** Drawn from the cleaned answer, so that a picture cannot show what the data may not. */
function withPicture(tool: Tool, answer: CallAnswer): CallAnswer {
  const output = tool.access === 'read' && tool.picture ? tool.output.safeParse(answer.structuredContent) : null;
  if (tool.access !== 'read' || !output?.success) return answer;
  const lines = tool.picture?.(output.data) ?? [];
  if (lines.length === 0) return answer;
  const content = answer.content.map(({ text }) => ({ type: 'text' as const, text: [text, '', ...lines].join('\n') }));
  // The text says all without the picture, which is left out where both are more than clients take.
  return content.every(({ text }) => text.length <= MAX_ANSWER_CHARACTERS) ? { ...answer, content } : answer;
}

function offsetOf(input: unknown): number {
  const offset = input !== null && typeof input === 'object' ? Reflect.get(input, 'offset') : 0;
  return typeof offset === 'number' ? offset : 0;
}
