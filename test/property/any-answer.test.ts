import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { WHO_ACTS } from '../../src/errors.js';
import { CATALOGUE } from '../../src/generated/tools.js';
import { type Alteration, startAlteringProxy } from '../helpers/altering-proxy.js';
import { openFor } from '../helpers/furnish.js';
import { anyJunkValue, patience, runs } from '../helpers/fuzz.js';
import { VALID_CALLS } from '../helpers/valid-calls.js';

const alteration: fc.Arbitrary<Alteration> = fc.record({
  answer: fc.nat({ max: 5 }),
  place: fc.nat({ max: 400 }),
  change: fc.constantFrom('missing', 'null', 'other', 'extra'),
  value: anyJunkValue,
});

describe('risk 11: an answer of PostHog with fields added, missing, emptied or of another type', () => {
  it.each(CATALOGUE.map(({ name }) => name))(
    'leads %s to an answer, or to an error that names what did not fit',
    async (tool) => {
      await fc.assert(
        fc.asyncProperty(fc.array(alteration, { minLength: 1, maxLength: 3 }), async (alterations) => {
          const world = await openFor(tool, {
            between: (target) => startAlteringProxy(target, alterations),
            patienceMs: [0],
          });
          try {
            const { isError, data, text } = await world.call(tool, VALID_CALLS[tool]);
            const { code = 'none', message = '' } = Object(data.error);
            expect(Object.keys(WHO_ACTS).includes(code), text).toBe(isError);
            expect(['internal', 'timeout', 'connection_failed'], text).not.toContain(code);
            if (code === 'unexpected_response') expect(message).toMatch(/ at [^ ]+: | as a whole/);
            if (!/undefined|NaN|object Object/.test(JSON.stringify(alterations)))
              expect(text).not.toMatch(/\b(?:undefined|NaN)\b|\[object Object\]/);
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
