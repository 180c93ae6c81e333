import type { PostHogApi, PostHogClient } from '../posthog/types.js';
import { writeAnswerOf } from '../schema/answer.js';
import type { CallContext, Tool } from '../tool.js';
import { runWrite } from '../writes/write.js';
import { type BugOptions, type CallAnswer, successAnswer, thrownAnswer } from './answer.js';
import { parseArguments } from './parse-arguments.js';
import type { ReportProgress } from './progress.js';

export interface CallRequest {
  name: string;
  arguments: Readonly<Record<string, unknown>>;
  signal: AbortSignal;
  /** Hears how far a long call is; absent where nobody asked. */
  progress?: ReportProgress;
}

export interface CallEnvironment extends BugOptions {
  tools: ReadonlyMap<string, Tool>;
  client: PostHogClient;
  /** Numeric id of the project that all calls act in. */
  project(api: PostHogApi): Promise<number>;
  now(): Date;
}

/** One tool call, from raw arguments to an answer. Never rejects: this is the one place where errors become answers. */
export async function callTool(request: CallRequest, environment: CallEnvironment): Promise<CallAnswer> {
  try {
    const tool = environment.tools.get(request.name);
    if (!tool) throw new Error(`the catalogue names ${request.name}, tools/index.ts does not`);
    const input = parseArguments(tool, request.arguments);
    const api = environment.client.forCall({ signal: request.signal });
    const project = await environment.project(api);
    const { now, redact } = environment;
    const progress = request.progress ?? (() => undefined);
    const facts = await run(tool, input, { api, project, now, signal: request.signal, progress });
    return withPicture(tool, successAnswer({ ...facts }, { redact, offset: offsetOf(input) }));
  } catch (error) {
    return thrownAnswer(error, environment);
  }
}

/** The projection on the way out: fields that no schema names die here. */
async function run(tool: Tool, input: unknown, context: CallContext): Promise<object> {
  if (tool.access !== 'read') {
    return writeAnswerOf(tool.subject?.field ?? 'experiment').parse(await runWrite(tool, input, context));
  }
  return Object(tool.output.parse(await tool.run(input, context)));
}

/** Drawn from the cleaned answer, so that a picture cannot show what the data may not. */
function withPicture(tool: Tool, answer: CallAnswer): CallAnswer {
  const output = tool.access === 'read' && tool.picture ? tool.output.safeParse(answer.structuredContent) : null;
  if (tool.access !== 'read' || !output?.success) return answer;
  const lines = tool.picture?.(output.data) ?? [];
  if (lines.length === 0) return answer;
  return {
    ...answer,
    content: [...answer.content.map(({ text }) => ({ type: 'text' as const, text: [text, '', ...lines].join('\n') }))],
  };
}

function offsetOf(input: unknown): number {
  const offset = input !== null && typeof input === 'object' ? Reflect.get(input, 'offset') : 0;
  return typeof offset === 'number' ? offset : 0;
}
