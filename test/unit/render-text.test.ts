import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { renderText } from '../../src/render/text.js';

describe('renderText', () => {
  it('writes one fact a line, objects by indentation and equal rows as a table', () => {
    const answer = {
      project_id: 1,
      experiment: { id: 7, name: 'Checkout button', tags: ['a', 'b'], end_date: null, metrics: [] },
      items: [
        { id: 1, name: 'One', status: 'draft' },
        { id: 2, name: 'Two', status: 'running', note: 'x' },
      ],
      warnings: [{ code: 'no_plan', message: 'Nothing planned.', more: { a: 1 } }],
      empty: {},
    };
    expect(renderText(answer)).toBe(
      [
        'project_id: 1',
        'experiment:',
        '  id: 7',
        '  name: Checkout button',
        '  tags: [a, b]',
        '  end_date: null',
        '  metrics: []',
        'items: (2)',
        '  id | name | status  | note',
        '-  1 | One  | draft   | ',
        '-  2 | Two  | running | x',
        'warnings: (1)',
        '- code: no_plan',
        '  message: Nothing planned.',
        '  more:',
        '    a: 1',
        'empty: {}',
      ].join('\n'),
    );
  });

  it.each(['-UKPabc~1.x', '12~3', '_a'])('never quotes a confirmation token such as %s, which is copied', (token) => {
    expect(renderText({ confirmation_token: token })).toBe(`confirmation_token: ${token}`);
  });

  it('quotes what only says that it is one', () => {
    expect(renderText({ confirmation_token: 'x\nstatus: applied' })).toBe('confirmation_token: "x\\nstatus: applied"');
  });

  it('leaves undefined members out, as JSON does', () => {
    expect(renderText({ a: undefined, b: 1 })).toBe('b: 1');
  });

  it.each([
    ['a line of its own', 'x\nstatus: applied', '"x\\nstatus: applied"'],
    ['a key', 'status: applied', '"status: applied"'],
    ['a table cell', 'a | b', '"a | b"'],
    ['a list item', '- a', '"- a"'],
    ['a number', '12', '"12"'],
    ['a truth value', 'true', '"true"'],
    ['null', 'null', '"null"'],
    ['nothing', '', '""'],
    ['a JSON object', '{"a":1}', '"{\\"a\\":1}"'],
    ['a line separator', 'a\u2028b', '"a\\u2028b"'],
  ])('quotes a string that could pass for %s', (_, name, shown) => {
    expect(renderText({ name })).toBe(`name: ${shown}`);
  });

  it('lets no string or key add a line', () => {
    const hostile = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom('a\nb: c', '\u2028', '\u0085', '| x', ': '),
    );
    fc.assert(
      fc.property(hostile, hostile, (key, text) => {
        const lines = renderText({ rows: [{ a: text }, { a: text }], [`k${key}`]: text }).split(
          /[\n\r\u0085\u2028\u2029]/,
        );
        // The head has a line of its own where the cells leave room for it.
        expect(lines).toHaveLength(lines[0] === 'rows: (2)' ? 5 : 4);
      }),
      { numRuns: 500 },
    );
  });

  it('says of a probability next to 0 or 1 only that, wherever it stands', () => {
    const variants = [
      { key: 'a', p_value: 0.000012, chance_to_be_better: 0.99991 },
      { key: 'b', p_value: 0.012, chance_to_be_better: 0.5 },
    ];
    const answer = { variants, srm_p_value: 1e-9, evidence: { corrected_p_values: [0.00002, 0.2] }, other: 0.0002 };
    expect(renderText(answer).split('\n')).toEqual([
      'variants: (2)',
      '  key |  p_value | chance_to_be_better',
      '- a   | < 0.0001 |             > 99.9%',
      '- b   |    0.012 |               50.0%',
      'srm_p_value: < 0.0001',
      'evidence:',
      '  corrected_p_values: [< 0.0001, 0.2]',
      'other: 0.0002',
    ]);
  });
});
