import { ToolError } from '../errors.js';

/** What PostHog says of a missing route; a missing row of an endpoint that exists has words of its own. */
const NO_ROUTE = /^(not found\.?|endpoint not found\.?)$/i;

/** Whether there is no such endpoint. Where it would lie beside the ids, an older build takes its name for one: 405. */
function isMissing(error: unknown): error is ToolError {
  if (!(error instanceof ToolError)) return false;
  const { status, detail = 'Not found.' } = error.fields;
  return status === 405 || (status === 404 && NO_ROUTE.test(detail));
}

/** Runs a request to an endpoint that older builds lack, and says so where it is not there. */
export async function unlessOlderBuild<T>(what: string, request: Promise<T>): Promise<T> {
  try {
    return await request;
  } catch (error) {
    if (!isMissing(error)) throw error;
    throw new ToolError(
      'not_supported',
      `This PostHog does not offer ${what}.`,
      'It is an older build; the other tools work. PostHog Cloud and newer self-hosted builds have it.',
      { ...error.fields },
    );
  }
}
