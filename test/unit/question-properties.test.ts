import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cleanText } from '../../src/render/untrusted.js';
import { BEGINNINGS, notes, previewWith, textOf } from './question-previews.js';

describe('the question to a person', () => {
  it('says whatever was typed into PostHog on lines of ours only, cleaned', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.string()), (typed) => {
        const text = textOf(previewWith(typed), { notes, reason: typed });
        expect(text).toBe(cleanText(text));
        const lines = text.split('\n');
        expect(lines).toHaveLength(BEGINNINGS.length);
        for (const [at, line] of lines.entries()) expect(line.startsWith(BEGINNINGS[at] ?? '?'), line).toBe(true);
      }),
    );
  });
});
