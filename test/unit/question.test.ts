import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_MESSAGE, questionText } from '../../src/mcp/question.js';
import { cleanText } from '../../src/render/untrusted.js';
import { idAndName } from '../../src/schema/quote.js';
import type { Preview } from '../../src/writes/consent.js';

/** A preview with what people typed in every place where it can stand. */
function previewWith(text: string, changes = 1): Preview {
  return {
    tool: 'experiment-ship-variant',
    arguments: {},
    project: 1,
    origin: 'https://us.posthog.com',
    level: 'destructive',
    about: `experiment ${idAndName({ id: 7, name: text })}`,
    state: {},
    changes: Array.from({ length: changes }, () => ({
      path: `feature_flag.variants.${text}`,
      before: text,
      after: { text },
    })),
    effects: { users: `All users see ${text}.`, analysis: `It ends with ${text}.` },
    warnings: Array.from({ length: changes }, () => ({ code: 'shared_flag', message: `It reaches ${text}.` })),
    undo: { not_reversible_because: `the filters hold ${text}` },
    gate: {
      passes: false,
      because: [`${text} needs more.`],
      recommendation: 'fix_first',
      variant_key: null,
      findings: [],
      evidence_comment: text,
    },
  };
}

const notes = [{ code: 'state_moved', message: 'Since the preview something moved: version.' }];
const BEGINNINGS = [
  'experiment-ship-variant on experiment 7 "',
  'Since the preview something moved: version.',
  'The evidence does not carry this: ',
  'Reason given: "',
  'Users: All users see ',
  'Analysis: It ends with ',
  'It cannot be taken back: the filters hold ',
  'feature_flag.variants.',
  'Note: It reaches ',
];

describe('the question to a person', () => {
  it('says whatever was typed into PostHog on lines of ours only, cleaned', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.string()), (typed) => {
        const text = questionText(previewWith(typed), { notes, reason: typed });
        expect(text).toBe(cleanText(text));
        const lines = text.split('\n');
        expect(lines).toHaveLength(BEGINNINGS.length);
        for (const [at, line] of lines.entries()) expect(line.startsWith(BEGINNINGS[at] ?? '?'), line).toBe(true);
      }),
    );
  });

  it.each(['x', '\n', '😀', '"', '\\', '\u202E', '\uD83D'])(
    'keeps to its length and leaves out nothing that must be read, of any number of %j',
    (letter) => {
      const typed = letter.repeat(5_000);
      const text = questionText(previewWith(typed, 500), { notes, reason: typed });
      expect(text.length).toBeLessThanOrEqual(MAX_MESSAGE);
      for (const beginning of BEGINNINGS.slice(0, 7)) expect(text).toContain(beginning);
      expect(text).toMatch(/and 488 more changes|There is more than fits here\.$/);
      expect(text).not.toMatch(/\p{Surrogate}/u);
    },
  );

  it('asks for a reason where none is given and one is needed', () => {
    const preview = previewWith('x');
    expect(questionText(preview, { notes: [] })).toContain('\nGive your reason.\n');
    expect(questionText({ ...preview, gate: null }, { notes: [] })).not.toMatch(/reason|evidence/i);
  });
});
