import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ToolError } from '../../src/errors.js';
import { nextOffset } from '../../src/posthog/page.js';
import { apiPath } from '../../src/posthog/path.js';

describe('risk 15: apiPath', () => {
  it('puts each value into one encoded segment', () => {
    expect(apiPath`/api/projects/${1}/experiments/${77}/launch/`).toBe('/api/projects/1/experiments/77/launch/');
    expect(apiPath`/a/${'x y?#é'}/`).toBe('/a/x%20y%3F%23%C3%A9/');
    expect(apiPath`/api/users/@me/`).toBe('/api/users/@me/');
  });

  it.each([
    '',
    '.',
    '..',
    '%2e',
    '%2E%2e',
    '.%2e',
    '%252e%252e',
    'a/b',
    '../x',
    'a\\b',
    '%2f',
    'a\0b',
    'a\nb',
    '\ud800',
    0,
    -1,
    1.5,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    2 ** 53,
  ])('refuses %j', (value) => {
    expect(() => apiPath`/api/x/${value}/`).toThrow(ToolError);
    expect(() => apiPath`/api/x/${value}/`).toThrow(expect.objectContaining({ code: 'invalid_arguments' }));
  });

  it('risk 15: either refuses a text or makes exactly one segment of it that reads back as the same text', () => {
    const texts = fc.oneof(fc.string(), fc.string({ unit: 'binary' }), fc.stringMatching(/^[.%2eEfF/\\]{0,8}$/));
    fc.assert(
      fc.property(texts, (text) => {
        let path: string;
        try {
          path = apiPath`/api/projects/${text}/experiments/`;
        } catch (error) {
          expect(error).toBeInstanceOf(ToolError);
          return;
        }
        const segments = new URL(path, 'http://localhost').pathname.split('/');
        expect(segments).toHaveLength(6);
        expect(decodeURIComponent(segments[3] ?? '')).toBe(text);
      }),
      { numRuns: 500 },
    );
  });
});

describe('nextOffset', () => {
  it.each<[unknown, number | null]>([
    ['https://us.posthog.com/api/projects/1/experiments/?limit=20&offset=40', 40],
    ['https://evil.example/?offset=40', 40],
    ['/api/projects/1/experiments/?offset=20', 20],
    ['https://us.posthog.com/api/?offset=-1', null],
    ['https://us.posthog.com/api/?offset=1e3', null],
    ['https://us.posthog.com/api/?limit=20', null],
    ['http://[', null],
    ['', null],
    [null, null],
    [undefined, null],
    [7, null],
  ])('of %j is %j', (next, expected) => {
    expect(nextOffset(next)).toBe(expected);
  });
});
