/** What is wrong with a query, in PostHog's form. The code is `invalid_input`, or the name that ClickHouse gives the error. */
export class HogQLError extends Error {
  override readonly name = 'HogQLError';
  readonly code: string;

  constructor(message: string, code = 'invalid_input') {
    super(message);
    this.code = code;
  }
}

/** For the parts of HogQL that PostHog has and the sandbox does not; worded like the parser's own refusals. */
export function unsupported(what: string): HogQLError {
  return new HogQLError(`Unsupported: ${what}. The sandbox runs a part of HogQL.`, 'not_implemented');
}
