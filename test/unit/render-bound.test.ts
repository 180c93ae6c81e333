import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { boundAnswer } from '../../src/render/bound.js';

const size = (value: unknown) => JSON.stringify(value).length;

describe('boundAnswer', () => {
  it('leaves an answer that fits as it is', () => {
    const answer = { items: [{ id: 1 }], total: 1, next_offset: null };
    expect(boundAnswer(answer)).toEqual(answer);
  });

  it('drops rows from the end of a list and says where to go on', () => {
    const items = Array.from({ length: 50 }, (_, index) => ({ id: index, name: 'n'.repeat(100) }));
    const bounded = boundAnswer({ items, total: 500, next_offset: 70 }, { offset: 20, limit: 2_000 });
    const kept = bounded.items;
    if (!Array.isArray(kept)) throw new Error('items went away');
    expect(size(bounded)).toBeLessThanOrEqual(2_000);
    expect(kept).toEqual(items.slice(0, kept.length));
    expect(kept.length).toBeGreaterThan(5);
    expect(bounded).toMatchObject({ total: 500, next_offset: 20 + kept.length, truncated: true });
  });

  it('cuts the longest strings and arrays of anything else and names them', () => {
    const answer = { id: 1, experiment: { name: 'x', description: 'd'.repeat(5_000) }, rows: new Array(300).fill(1) };
    const bounded = boundAnswer(answer, { limit: 2_000 });
    expect(size(bounded)).toBeLessThanOrEqual(2_000);
    expect(bounded).toMatchObject({ id: 1, experiment: { name: 'x' }, truncated: true });
    expect(JSON.stringify(bounded.cut)).toContain('experiment.description: first 1000 of 5000 characters');
  });

  it('cuts a single row that is too long by itself', () => {
    const bounded = boundAnswer(
      { items: [{ id: 1, text: 't'.repeat(9_000) }], total: 1, next_offset: null },
      { limit: 2_000 },
    );
    expect(bounded).toMatchObject({ items: [{ id: 1 }], truncated: true, next_offset: null });
  });

  it('never cuts what is sent back as it is', () => {
    const whole = {
      confirmation_token: 't'.repeat(1_300),
      undo: { tool: 'x', arguments: { text: 'u'.repeat(3_900) } },
    };
    const changes = Array.from({ length: 200 }, (_, index) => ({
      path: `p${index}`,
      before: 'b'.repeat(990),
      after: null,
    }));
    const bounded = boundAnswer({ ...whole, changes, experiment: { description: 'd'.repeat(3_000) } });
    expect(bounded).toMatchObject({ ...whole, truncated: true });
  });

  it('names what could be sent back, where even that had to go', () => {
    const bounded = boundAnswer({ status: 'applied', undo: { arguments: { filters: 'f'.repeat(40_000) } } });
    expect(bounded).toMatchObject({ status: 'applied', truncated: true, cut: [expect.anything(), 'undo: left out'] });
    expect(size(bounded)).toBeLessThan(1_000);
  });

  it('puts first how much there is and how to get the rest, since some clients keep the beginning only', () => {
    const answer = { note: '', items: [], status: 'x', rest: 'r', next_offset: 1, truncated: true, total: 2 };
    expect(Object.keys(boundAnswer(answer))).toEqual([
      ...['status', 'total', 'next_offset', 'truncated', 'rest', 'note', 'items'],
    ]);
  });

  it('never splits a surrogate pair', () => {
    const bounded = boundAnswer({ text: `x${'😀'.repeat(3_000)}` }, { limit: 5_000 });
    expect(JSON.stringify(bounded)).not.toMatch(/\\ud83d(?!\\ude00)/);
    expect(bounded.text).not.toMatch(/\p{Surrogate}/u);
  });

  it('fits whatever it is given', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string({ maxLength: 20 }), fc.jsonValue({ maxDepth: 4 })), (answer) => {
        expect(size(boundAnswer(answer, { limit: 400 }))).toBeLessThanOrEqual(400);
      }),
      { numRuns: 300 },
    );
  });
});
