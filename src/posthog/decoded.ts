import type { z } from 'zod';
import { ToolError } from '../errors.js';
import { type Asked, otherThanAsked } from './asked.js';
import type { RequestInfo } from './attempt.js';
import { pathName } from './depth.js';
import { outcomeUnknown } from './failures.js';

/** The answer in the shape that was expected, and about the thing that was asked for. */
export function decoded<T>(value: unknown, shape: z.ZodType<T>, asked: Asked): T {
  const parsed = shape.safeParse(value);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const where = issue === undefined || issue.path.length === 0 ? 'as a whole' : `at ${pathName(issue.path)}`;
    const hint = 'This PostHog may be of a version that this server does not know; another tool may still work.';
    throw misfit(asked.info, `${where}: ${inWords(issue?.message)}`, hint);
  }
  const other = otherThanAsked(asked, value);
  if (other === null) return parsed.data;
  throw misfit(
    asked.info,
    `at ${other}`,
    'Try again; if it stays, something between here and PostHog mixes up answers.',
  );
}

/** @param problem `at results.0.name: what is wrong with it` */
function misfit(info: RequestInfo, problem: string, hint: string): ToolError {
  if (!info.isRead) return outcomeUnknown(info, `PostHog accepted the request but its answer does not fit ${problem}`);
  const message = `The answer of ${info.origin} to ${info.method} ${info.path} does not fit ${problem}.`;
  return new ToolError('unexpected_response', message, hint);
}

/** "received undefined" is no word for people: JSON knows only what is there and what is not. */
function inWords(problem = 'unknown shape'): string {
  return problem.replace(/, received undefined$/, ', and it is missing');
}
