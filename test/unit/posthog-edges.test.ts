import { describe, expect, it } from 'vitest';
import { excerpt } from '../../src/posthog/body.js';
import { nextOffset } from '../../src/posthog/page.js';
import { apiPath } from '../../src/posthog/path.js';
import { decideRetry, parseRetryAfter } from '../../src/posthog/retry.js';

describe('a retry', () => {
  const decide = (isRead: boolean, attempt: number, remainingMs: number) => {
    const failure = { kind: 'status', status: 503, retryAfterMs: null } as const;
    return decideRetry({ isRead, attempt, failure, remainingMs, random: () => 0 });
  };

  it('that is not made says why', () => {
    expect(decide(false, 0, 45_000)).toEqual({ retry: false, reason: 'not repeatable' });
    expect(decide(true, 2, 45_000)).toEqual({ retry: false, reason: 'attempts used up' });
    expect(decide(true, 0, 125)).toEqual({ retry: false, reason: 'the wait exceeds the deadline' });
    expect(decide(true, 0, 126)).toEqual({ retry: true, delayMs: 125 });
  });

  it('waits for parts of a second too, and for no words', () => {
    expect(parseRetryAfter('1.25', 0)).toBe(1_250);
    expect(parseRetryAfter(undefined, 0)).toBeNull();
    expect(parseRetryAfter('At Mon, 1 Jun 2026 12:00:00 GMT', 0)).toBeNull();
    expect(parseRetryAfter('Mon, 1 Jun 2026 12:00:00 GMT or so', 0)).toBeNull();
  });
});

describe('a value that can be no part of a path', () => {
  it.each<[string | number, string]>([
    [0, '0 cannot be used as an identifier: it must be a positive whole number.'],
    [1.5, '1.5 cannot be used as an identifier: it must be a positive whole number.'],
    ['', '"" cannot be used as an identifier: it is empty.'],
    ['..', '".." cannot be used as an identifier: it is a path step.'],
    ['%2E', '"%2E" cannot be used as an identifier: it is a path step.'],
    ['a/b', '"a/b" cannot be used as an identifier: it holds a character that no identifier has.'],
    [
      `${'a'.repeat(100)}/`,
      `"${'a'.repeat(100)}" cannot be used as an identifier: it holds a character that no identifier has.`,
    ],
  ])('is refused and told why: %j', (value, message) => {
    expect(() => apiPath`/api/${value}/`).toThrow(
      expect.objectContaining({
        ...{ code: 'invalid_arguments', message },
        hint: 'Pass the identifier as a list or get tool returned it.',
      }),
    );
  });

  it.each(['a..', '..a', '...', 'v1.2'])('is not %j, which steps nowhere', (value) => {
    expect(String(apiPath`/api/${value}/`)).toBe(`/api/${value}/`);
  });
});

describe('the next page', () => {
  it.each<[unknown, number | null]>([
    ['https://us.posthog.com/api/x/?limit=10&offset=20', 20],
    ['/api/x/?offset=0', 0],
    ['/api/x/?limit=10', null],
    ['/api/x/?offset=-1', null],
    ['/api/x/?offset=1e3', null],
    [`/api/x/?offset=${'9'.repeat(16)}`, null],
    ['http://[', null],
    [null, null],
    [new URL('https://us.posthog.com/?offset=20'), null],
  ])('of %s begins at %s', (next, offset) => {
    expect(nextOffset(next)).toBe(offset);
  });
});

describe('an excerpt of a body that is no JSON', () => {
  it('is its text on one line, without tags', () => {
    expect(excerpt('  <h1>Sign in</h1>\n\n<p>to   go on</p> ')).toBe('Sign in to go on');
  });

  it('is cut where it is long, and only there', () => {
    const long = excerpt('x'.repeat(10_000));
    expect(long).toMatch(/^x+…$/);
    expect(excerpt('x'.repeat(long.length - 1))).not.toContain('…');
    expect(excerpt(long.replace('…', ''))).toBe(long.replace('…', ''));
  });
});
