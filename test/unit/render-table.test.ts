import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { renderText } from '../../src/render/text.js';
import { columnsOf } from '../../src/render/width.js';
import { runs } from '../helpers/fuzz.js';

const linesOf = (value: Readonly<Record<string, unknown>>) => renderText(value).split('\n');

const outsideQuotes = (line: string) => line.replaceAll(/"(?:[^"\\]|\\.)*"/g, (quoted) => '_'.repeat(quoted.length));

const SEPARATOR_COLUMNS = ' | '.length;

/** Columns at which the separators of a line begin; cells that hold one are quoted, and it is looked past. */
function separatorsOf(line: string): number[] {
  return [...outsideQuotes(line).matchAll(/ \| /g)].map(({ index }) => columnsOf(line.slice(0, index)));
}

/** Columns that a table of unpadded lines would take if each column were as wide as its longest cell. */
function neededBy(lines: readonly string[]): number {
  const widths = lines.map((line) => {
    const ends = [...separatorsOf(line), columnsOf(line)];
    return ends.map((end, at) => end - (ends[at - 1] ?? -SEPARATOR_COLUMNS) - SEPARATOR_COLUMNS);
  });
  const columns = widths[0]?.map((_, at) => Math.max(...widths.map((ofLine) => ofLine[at] ?? 0))) ?? [];
  return columns.reduce((sum, width) => sum + width, SEPARATOR_COLUMNS * (columns.length - 1));
}

const NAMES = [
  'control',
  '新しい支払い',
  '결제 페이지',
  '👩‍👩‍👧‍👦 family 🇩🇪',
  '⚠️ sign',
  'e\u0301tude combine\u0301e',
  'pipe | pipe',
  'line\nbreak',
  '',
  '-1',
];
const name = fc.oneof(fc.constantFrom(...NAMES), fc.string({ unit: 'grapheme', maxLength: 40 }));
const number = fc.oneof(fc.integer({ min: -100_000, max: 100_000 }), fc.double({ min: -100, max: 100, noNaN: true }));
const rows = fc.array(
  fc.record(
    { key: name, exposed: number, share_percent: number, a_rather_long_name_of_a_column: number, note: name },
    { requiredKeys: ['key'] },
  ),
  { minLength: 2, maxLength: 6 },
);

describe('a table in text', () => {
  it('lines up under its head, numbers to the right, whatever script names are in', () => {
    const variants = [
      { key: 'control', name: 'Kontrolle', split_percent: 50 },
      { key: 'test', name: '新しい支払い', split_percent: 5 },
      { key: '👩‍👩‍👧‍👦', split_percent: 45 },
    ];
    expect(linesOf({ flag: { variants } })).toEqual([
      'flag:',
      '  variants: (3)',
      '    key     | name         | split_percent',
      '  - control | Kontrolle    |            50',
      '  - test    | 新しい支払い |             5',
      '  - 👩‍👩‍👧‍👦      |              |            45',
    ]);
  });

  it('whose head is too wide has it beside the label, and its rows still line up', () => {
    const variant = { key: 'test', value: 0.139, effect_percent: 39, interval_percent: [5, 72] };
    const more = { chance_to_be_better: 0.988, significant: true, verdict: 'better', samples: 1010 };
    const variants = [
      { key: 'control', value: 0.1, samples: 1000 },
      { ...variant, ...more },
    ];
    expect(linesOf({ variants })).toEqual([
      'variants: (2) key | value | samples | effect_percent | interval_percent | chance_to_be_better | significant | verdict',
      '- control |   0.1 | 1000 |    |         |       |      | ',
      '- test    | 0.139 | 1010 | 39 | [5, 72] | 98.8% | true | better',
    ]);
  });

  it('whose cells are too wide for 80 columns loses no data and is not padded', () => {
    const long = 'x'.repeat(75);
    expect(
      linesOf({
        rows: [
          { key: 'a', name: long },
          { key: 'longer', name: 'b' },
        ],
      }),
    ).toEqual(['rows: (2) key | name', `- a | ${long}`, '- longer | b']);
  });

  it('has its separators at the same columns in every line, within 80, or is not padded at all', () => {
    let padded = 0;
    fc.assert(
      fc.property(rows, fc.integer({ min: 0, max: 3 }), (items, depth) => {
        let answer: Record<string, unknown> = { items };
        for (let level = 0; level < depth; level += 1) answer = { inner: answer };
        const lines = linesOf(answer).slice(depth);
        const [label = '', ...rest] = lines;
        const cells = items.map((item) => linesOf({ item }).slice(1));
        const table = label.trimStart() === `items: (${items.length})` ? rest : lines.slice(1);
        expect(table).toHaveLength(items.length + (table === rest ? 1 : 0));
        // Nothing is cut: each cell is in its row as it is said alone.
        for (const [at, facts] of cells.entries())
          for (const fact of facts)
            expect(table.at(at - items.length)).toContain(fact.trimStart().slice(fact.trimStart().indexOf(': ') + 2));
        const columns = table.map(separatorsOf);
        if (table !== rest && neededBy(table) > 80) {
          for (const line of table) expect(outsideQuotes(line)).not.toMatch(/[^ |] {2,}\| /);
          return;
        }
        padded += 1;
        for (const line of table) expect(columnsOf(line)).toBeLessThanOrEqual(80);
        for (const found of columns) expect(found).toEqual(columns[0]);
      }),
      runs(500),
    );
    expect(padded).toBeGreaterThan(0);
  });
});
