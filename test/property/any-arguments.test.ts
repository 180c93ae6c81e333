import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { WHO_ACTS } from '../../src/errors.js';
import { CATALOGUE } from '../../src/generated/tools.js';
import { openFor } from '../helpers/furnish.js';
import { patience, runs } from '../helpers/fuzz.js';
import { argumentsOf } from '../helpers/schema-arguments.js';
import { VALID_CALLS } from '../helpers/valid-calls.js';

/** Nothing that is only wrong with the arguments may look like a failure of the server or of PostHog. */
const NEVER = ['internal', 'upstream_error', 'unexpected_response', 'connection_failed', 'timeout', 'outcome_unknown'];

const cases = CATALOGUE.map(({ name, definition }) => [name, definition.inputSchema] as const);

describe('any arguments', () => {
  it.each(cases)(
    'of %s get an answer, or an error that says who is to act',
    async (tool, schema) => {
      await fc.assert(
        fc.asyncProperty(argumentsOf(schema, VALID_CALLS[tool] ?? {}), async (args) => {
          const world = await openFor(tool);
          try {
            const { isError, data, text } = await world.call(tool, args);
            const code = String(Object(data.error).code ?? 'none');
            expect(Object.keys(WHO_ACTS).includes(code), text).toBe(isError);
            expect(NEVER, text).not.toContain(code);
            expect(['not_applied', 'outcome_unknown'], text).not.toContain(data.status);
            const failed = world.sandbox.requests.filter(({ status }) => status === null || status >= 500);
            expect(failed, text).toEqual([]);
            if (!/undefined|NaN/.test(JSON.stringify(args))) expect(text).not.toMatch(/\b(?:undefined|NaN)\b/);
          } finally {
            await world.close();
          }
        }),
        runs(8),
      );
    },
    patience(120_000),
  );
});
