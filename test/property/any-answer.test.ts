import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isWrite } from '../../proof/faults/asked.js';
import { WHO_ACTS } from '../../src/errors.js';
import { CATALOGUE } from '../../src/generated/tools.js';
import { openAltered } from '../helpers/altered-world.js';
import type { Alteration } from '../helpers/altering-proxy.js';
import { anyJunkValue, patience, runs } from '../helpers/fuzz.js';
import { rewinder } from '../helpers/rewind.js';
import { VALID_CALLS } from '../helpers/valid-calls.js';

const alteration: fc.Arbitrary<Alteration> = fc.oneof(
  fc.record<Alteration>({
    answer: fc.nat(),
    place: fc.nat(),
    change: fc.constantFrom('missing', 'null', 'other', 'extra'),
    value: anyJunkValue,
  }),
  fc.record<Alteration>({
    answer: fc.nat(),
    place: fc.nat(),
    change: fc.constant('unusable' as const),
    value: fc.nat({ max: 100 }),
  }),
);

/** What PostHog stores as it was sent, or by names of variants and days: a field more is content, and may be shown. */
const CONTENT =
  /(?:^|\.)(?:metrics|metrics_secondary|query|filters|parameters|exposure_criteria|stats_config|total_exposures|timeseries)\./;

/** The tool's world behind a proxy, what its valid call answers, and the same call with answers altered on the way. */
async function openAltering(tool: string) {
  const { world, proxies } = await openAltered(tool);
  const rewind = rewinder(world);
  const call = async (alterations: readonly Alteration[]) => {
    rewind();
    const { requests } = world.sandbox;
    const earlier = requests.length;
    for (const proxy of proxies) proxy.alter(alterations);
    const answer = await world.call(tool, VALID_CALLS[tool]);
    // What PostHog refused as a conflict of versions may be sent again.
    const writes = requests
      .slice(earlier)
      .filter(({ method, path, status }) => isWrite(method, path) && status !== 409).length;
    return { ...answer, writes, altered: proxies.flatMap((proxy) => proxy.altered()) };
  };
  const clean = await call([]);
  const [answers = 0] = proxies.map((proxy) => proxy.answers());
  expect(clean.isError, clean.text).toBe(false);
  expect(answers).toBeGreaterThan(0);
  return { clean, call: (all: Alteration[]) => call(all.map((one) => ({ ...one, answer: one.answer % answers }))) };
}

describe('risk 11: an answer of PostHog with fields added, missing, emptied or of another type', () => {
  it.each(CATALOGUE.map(({ name }) => name))(
    'leads %s to an answer, or to an error that names what did not fit',
    async (tool) => {
      const { clean, call } = await openAltering(tool);
      await fc.assert(
        fc.asyncProperty(fc.array(alteration, { minLength: 1, maxLength: 3 }), async (alterations) => {
          const { isError, data, text, altered, writes } = await call(alterations);
          fc.pre(altered.length > 0);
          const context = `${JSON.stringify(altered)}\n${text}`;
          const { code = 'none', message = '' } = Object(data.error);
          expect(Object.keys(WHO_ACTS).includes(code), context).toBe(isError);
          expect(['internal', 'timeout', 'connection_failed'], context).not.toContain(code);
          // An id of PostHog's that cannot be used is no argument of the caller's.
          expect(text).not.toContain('cannot be used as an identifier');
          // Whatever cannot be understood, nothing is sent twice; what is refused for it was not sent at all.
          expect(writes, context).toBeLessThanOrEqual(code === 'unexpected_response' ? 0 : clean.writes);
          if (/does not fit/.test(message)) {
            const named = /does not fit at (.+?)(?:: |, so)/.exec(message)?.[1];
            // Where two fields contradict each other, one of them is named.
            const twin = named?.replace(/feature_flag\.key$/, 'feature_flag_key');
            const fits = altered.some(({ path }) => [named, twin].includes(path) || named?.startsWith(`${path}.`));
            expect(fits, context).toBe(true);
          } else expect(code, context).not.toBe('unexpected_response');
          if (altered.every(({ change, path }) => change === 'extra' && !CONTENT.test(path))) {
            expect(text, context).toBe(clean.text);
            expect(data, context).toEqual(clean.data);
          }
          if (!/undefined|NaN|object Object/.test(JSON.stringify(alterations)))
            expect(text).not.toMatch(/\b(?:undefined|NaN)\b|\[object Object\]/);
        }),
        runs(16),
      );
    },
    patience(120_000),
  );
});
