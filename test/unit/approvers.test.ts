import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { approversInWords } from '../../src/posthog/approvers.js';

describe('who has to approve', () => {
  it.each([
    [{ quorum: 1, users: [1, 2], roles: [] }, 'an approval by users 1 or 2'],
    [
      { quorum: 2, users: [7], roles: ['lead', 'owner', 'admin'] },
      '2 approvals by user 7 or roles lead, owner or admin',
    ],
    [
      { users: [{ id: 4, first_name: 'Ada', last_name: 'L.' }, { email: 'b@example.com' }] },
      'an approval by users Ada L. or b@example.com',
    ],
    [{ roles: [{ id: 'r1', name: 'Growth' }] }, 'an approval by role Growth'],
    [{ quorum: 3 }, '3 approvals'],
    [{}, undefined],
    [null, undefined],
    ['nobody', undefined],
    [{ users: 'all' }, undefined],
  ])('%j is %j', (value, words) => {
    expect(approversInWords(value)).toBe(words);
  });

  it('is never shown as JSON, whatever PostHog sends', () => {
    const word = fc.string({ unit: fc.constantFrom('a', 'b', ' ', '-') }).map((rest) => `a${rest}`);
    const entry = fc.oneof(fc.integer(), word, fc.record({ id: fc.integer(), name: word }, { requiredKeys: [] }));
    const shape = fc.record(
      { quorum: fc.integer(), users: fc.array(entry), roles: fc.array(entry) },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(shape, (value) => {
        expect(approversInWords(value) ?? '').not.toMatch(/[{}[\]"]/);
      }),
    );
  });
});
