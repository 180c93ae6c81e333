import { ToolError } from '../errors.js';

/** What PostHog says of a missing route; a missing row of an endpoint that exists has words of its own. */
const NO_ROUTE = /^(not found\.?|endpoint not found\.?)$/i;

/** Runs a request to an endpoint that older builds lack, and says so where it is not there. */
export async function unlessOlderBuild<T>(what: string, request: Promise<T>): Promise<T> {
  try {
    return await request;
  } catch (error) {
    const missing =
      error instanceof ToolError && error.fields.status === 404 && NO_ROUTE.test(error.fields.detail ?? 'Not found.');
    if (!missing) throw error;
    throw new ToolError(
      'not_supported',
      `This PostHog does not offer ${what}.`,
      'It is an older build; the other tools work. PostHog Cloud and newer self-hosted builds have it.',
      { status: 404 },
    );
  }
}
