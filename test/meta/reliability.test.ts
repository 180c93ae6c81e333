import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import { RISKS } from '../../proof/reliability/risks.js';
import { testsOfRisks } from '../../proof/reliability/tests.js';
import usual from '../../vitest.config.js';
import distant from '../../vitest.distant.config.js';
import system from '../../vitest.system.config.js';

const tests = testsOfRisks();
const numbers = RISKS.map(({ number }) => number);
const all = readdirSync('test', { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.test.ts'));
/** Without this one, whose examples would be found. */
const others = all.filter((file) => file !== 'meta/reliability.test.ts');

/** Ways to have a test that does not run, or that others keep from running. Another operating system is a reason, and so is no registry. */
const NOT_RUN = new RegExp(
  [
    /\b(?:it|test|describe|suite)\s*(?:\.\s*\w+\s*)*\.\s*(?:skip|skipIf(?!\(!online\))|only|todo|fails)\b/,
    /\.\s*runIf\s*\((?!process\.platform)/,
    /\bx(?:it|test|describe)\s*\(/,
    /\b(?:skip|only|todo|fails):\s*true\b/,
    /\bskip\(\)/,
  ]
    .map(({ source }) => source)
    .join('|'),
);

describe('the table of risks', () => {
  it('counts its rows from 1, without gaps', () => {
    expect(numbers).toEqual(RISKS.map((_, at) => at + 1));
  });

  it.each(RISKS)('row $number has a test that carries its number: $risk', ({ number }) => {
    expect(tests.filter(({ risk }) => risk === number)).not.toEqual([]);
  });

  it('has a row for every number that a test carries', () => {
    expect(tests.filter(({ risk }) => !numbers.includes(risk))).toEqual([]);
  });

  it('knows every test that speaks of a risk by number', () => {
    const spoken = others.flatMap((file) =>
      [...readFileSync(join('test', file), 'utf8').matchAll(/\brisk (\d+)/gi)].map(([, risk]) => `${file}: ${risk}`),
    );
    const known = tests.map(({ file, risk }) => `${relative('test', file)}: ${risk}`);
    expect(spoken.length).toBeGreaterThan(RISKS.length);
    expect(spoken.filter((one) => !known.includes(one))).toEqual([]);
  });
});

describe('risk 42: the tests', () => {
  it.each(others)('in %s are neither skipped, focused nor left to be written', (file) => {
    const source = readFileSync(join('test', file), 'utf8');
    expect(source.match(NOT_RUN) ?? []).toEqual([]);
  });

  it.each([
    'it.skip(',
    'it.concurrent.skip(',
    'describe.only.each([',
    'test\n  .todo(',
    'it.fails(',
    'xit(',
    "it('x', { skip: true }, () =>",
    "it('x', { timeout: 5, only: true }, () =>",
    "it('x', ({ skip }) => skip())",
    'context.skip()',
    'it.runIf(false)(',
    'it.skipIf(slow)(',
  ])('would be found where one is not run: %s', (source) => {
    expect(source).toMatch(NOT_RUN);
  });

  it.each([
    "it('skips what was deleted', () =>",
    "it.runIf(process.platform === 'linux')('x', () =>",
    'only: { ids: [1] }',
  ])('are not taken for ones that are not run: %s', (source) => {
    expect(source).not.toMatch(NOT_RUN);
  });

  it.each([usual, distant, system])('each need a claim to pass', ({ test }) => {
    expect(test?.expect).toMatchObject({ requireAssertions: true });
  });
});
