import { describe, expect, it } from 'vitest';
import { MAX_MESSAGE } from '../../src/mcp/consent/question.js';
import { idAndName, quoted } from '../../src/schema/quote.js';
import type { Preview } from '../../src/writes/pipeline/consent.js';
import { BEGINNINGS, notes, previewWith, textOf } from './question-previews.js';

describe('the question to a person', () => {
  it.each(['x', '\n', '😀', '"', '\\', '\u202E', '\uD83D'])(
    'keeps to its length and leaves out nothing that must be read, of any number of %j',
    (letter) => {
      const typed = letter.repeat(5_000);
      const text = textOf(previewWith(typed, 500), { notes, reason: typed });
      expect(text.length).toBeLessThanOrEqual(MAX_MESSAGE);
      for (const beginning of BEGINNINGS.slice(0, 6)) expect(text).toContain(beginning);
      expect(text).toMatch(/and 488 more changes|There is more than fits here\.$/);
      expect(text).not.toMatch(/\p{Surrogate}/u);
    },
  );

  it('asks for a reason where none is given and one is needed', () => {
    const preview = previewWith('x');
    expect(textOf(preview, { notes: [] })).toContain('\nGive your reason.\n');
    expect(textOf({ ...preview, gate: null }, { notes: [] })).not.toMatch(/reason|evidence/i);
  });
});

describe('a line of the question', () => {
  const plain: Preview = { ...previewWith('x'), gate: null, warnings: [], changes: [] };
  const linesOf = (more: Partial<Preview>) => textOf({ ...plain, ...more }, { notes: [] }).split('\n');

  it('is each thing that a person must know, and nothing else', () => {
    expect(linesOf({})).toEqual([
      'experiment-ship-variant (destructive) in project 1: experiment 7 "x". Go ahead?',
      'Users: All users see x.',
      'Cannot be undone: the filters hold x.',
      'Analysis: It ends with x.',
    ]);
  });

  it('says how the call can be undone', () => {
    const undo = { tool: 'experiment-resume', arguments: { id: 7 } };
    expect(linesOf({ undo })).toContain('Undo: experiment-resume.');
  });

  it('says each change in values as they are stored, where there are any', () => {
    const changes = [
      { path: 'end_date', before: undefined, after: 'now' },
      { path: 'tags', before: ['a', 'b'], after: null },
    ];
    expect(linesOf({ changes }).slice(-2)).toEqual(['end_date: nothing → "now"', 'tags: ["a","b"] → null']);
  });

  it('stands for all changes beyond twelve, by their number', () => {
    const changes = Array.from({ length: 13 }, (_, at) => ({ path: `field_${at}`, before: 0, after: 1 }));
    expect(linesOf({ changes }).slice(-2)).toEqual(['field_11: 0 → 1', 'and 1 more change']);
    expect(linesOf({ changes: changes.slice(1) }).at(-1)).toBe('field_12: 0 → 1');
  });

  it('is never two: a line break that was typed is a blank', () => {
    expect(linesOf({ about: 'experiment 7\nwhich ends' })[0]).toContain('project 1: experiment 7 which ends.');
  });

  it('is cut where a value is longer than eighty characters, and only there', () => {
    const change = (length: number) => ({ path: 'name', before: '', after: 'n'.repeat(length - 2) });
    expect(linesOf({ changes: [change(80)] }).at(-1)).toBe(`name: "" → "${'n'.repeat(78)}"`);
    expect(linesOf({ changes: [change(81)] }).at(-1)).toBe(`name: "" → "${'n'.repeat(78)}…`);
    const changes = [{ path: 'name', before: '', after: `${'n'.repeat(77)}😀` }];
    expect(linesOf({ changes }).at(-1)).toBe(`name: "" → "${'n'.repeat(77)}…`);
  });
});

describe('the first three lines of the question, which is what some clients show', () => {
  const long = 'n'.repeat(400);
  const plain: Preview = { ...previewWith('x'), gate: null, changes: [] };
  const firstLines = (preview: Preview, notes: Preview['warnings'] = []) =>
    textOf(preview, { notes }).split('\n').slice(0, 3);

  it('risk 47: hold action, level, project, what users get, the worst warning and the way back, however long the names are', () => {
    const about = `experiment ${idAndName({ id: 7, name: long })}`;
    const warnings = [
      { code: 'unlisted', message: `It ends ${quoted(long)}.` },
      { code: 'rebucketing', message: 'Users change variants.' },
      { code: 'shared_flag', message: `The flag serves ${quoted(long)}.`, experiments: [9, 12] },
    ];
    const undo = { tool: 'feature-flag-restore', arguments: {} };
    const lines = firstLines({ ...plain, about, warnings, undo, effects: { ...plain.effects, users: 'All see "a".' } });
    expect(lines).toEqual([
      `experiment-ship-variant (destructive) in project 1: experiment 7 "${'n'.repeat(59)}…". Go ahead?`,
      'Users: All see "a".',
      'This also reaches 2 other experiments: 9, 12. Undo: feature-flag-restore.',
    ]);
  });

  it('hold the evidence where it is against the call, before any warning', () => {
    const [, , third] = firstLines(previewWith('x'), notes);
    expect(third).toBe('The evidence does not support this: x needs more. Cannot be undone: the filters hold x.');
  });

  it('count other experiments and name at most ten', () => {
    const experiments = Array.from({ length: 25 }, (_, at) => at + 1);
    const [, , third] = firstLines({ ...plain, warnings: [{ code: 'shared_flag', message: 'x', experiments }] });
    expect(third).toContain('This also reaches 25 other experiments: 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 and 15 more.');
  });

  it('keep a name that is cut inside its quotes, also where it was escaped', () => {
    const [first] = firstLines({ ...plain, about: `experiment ${idAndName({ id: 7, name: '"\\'.repeat(100) })}` });
    expect(first).toMatch(
      /^experiment-ship-variant \(destructive\) in project 1: experiment 7 "(?:\\"|\\\\)+…"\. Go ahead\?$/,
    );
  });

  it('show no half of a secret that stands where something is cut', () => {
    const secret = 'phx_0123456789abcdef';
    const redact = (text: string) => text.replaceAll(secret, '[redacted]');
    for (let before = 40; before < 90; before += 1) {
      const typed = `${'n'.repeat(before)}${secret}`;
      const about = `experiment ${idAndName({ id: 7, name: typed })}`;
      const changes = [{ path: `settings.${typed}`, before: typed, after: null }];
      expect(textOf({ ...plain, about, changes }, { notes: [], redact })).not.toContain('phx_');
    }
  });

  it('never show a control character', () => {
    const [first] = firstLines({ ...plain, about: 'experiment 7 "a\u001b[2Kb\u0007\u202e"' });
    expect(first).not.toMatch(/[\p{Cc}\u202e]/u);
  });
});

describe('a question of just the length that there is', () => {
  const plain: Preview = { ...previewWith('x'), gate: null, warnings: [], changes: [] };
  /** Of as many characters as are asked for, the last of them on lines of notes. */
  function questionOf(length: number): string {
    const first = { code: 'x', message: 'It stands in the third line.' };
    const spare = length - textOf({ ...plain, warnings: [first] }, { notes: [] }).length;
    const full = Math.ceil(spare / 400) - 1;
    const sizes = [...Array.from({ length: full }, () => 399), spare - full * 400 - 1];
    const warnings = [first, ...sizes.map((size) => ({ code: 'x', message: 'm'.repeat(size) }))];
    return textOf({ ...plain, warnings }, { notes: [] });
  }

  it('is whole', () => {
    const text = questionOf(MAX_MESSAGE);
    expect(text).toHaveLength(MAX_MESSAGE);
    expect(text).not.toContain('There is more');
  });

  it('loses its last line to the note where it is one character longer', () => {
    const text = questionOf(MAX_MESSAGE + 1);
    expect(text).toMatch(/m\nThere is more than fits here\.$/);
    expect(text.split('\n')).toHaveLength(questionOf(MAX_MESSAGE).split('\n').length);
  });
});
