import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Attempt, decideRetry, type Failure, parseRetryAfter, waitInWords } from '../../src/posthog/retry.js';

const NOW = Date.parse('2026-06-01T12:00:00Z');
const status = (code: number, retryAfterMs: number | null = null): Failure => ({
  kind: 'status',
  status: code,
  retryAfterMs,
});
const attempt = (change: Partial<Attempt>): Attempt => ({
  isRead: true,
  attempt: 0,
  failure: status(503),
  remainingMs: 45_000,
  random: () => 0.5,
  ...change,
});

describe('decideRetry', () => {
  it.each<[string, Failure, boolean, boolean]>([
    ['429', status(429), true, true],
    ['502', status(502), true, false],
    ['503', status(503), true, false],
    ['504', status(504), true, false],
    ['a connection never made', { kind: 'never_sent' }, true, true],
    ['a connection that broke after the request', { kind: 'broken' }, true, false],
    ['a timeout or an unreadable answer', { kind: 'final' }, false, false],
    ['400', status(400), false, false],
    ['401', status(401), false, false],
    ['404', status(404), false, false],
    ['409', status(409), false, false],
    ['500', status(500), false, false],
    ['512', status(512), false, false],
  ])('after %s repeats a read or a write only where that is safe', (_name, failure, read, write) => {
    expect(decideRetry(attempt({ failure, isRead: true })).retry).toBe(read);
    expect(decideRetry(attempt({ failure, isRead: false })).retry).toBe(write);
  });

  it('gives up after the second retry', () => {
    expect([0, 1, 2].map((count) => decideRetry(attempt({ attempt: count })).retry)).toEqual([true, true, false]);
  });

  it('risk 2: waits for at least what PostHog asked and reports it where the deadline does not allow that', () => {
    expect(decideRetry(attempt({ failure: status(429, 37_000), random: () => 0 }))).toEqual({
      retry: true,
      delayMs: 37_000,
    });
    expect(decideRetry(attempt({ failure: status(429, 600_000) }))).toEqual({
      retry: false,
      reason: 'the wait exceeds the deadline',
      retryAfterSeconds: 600,
    });
  });

  it('reports the wait also where it does not repeat for another reason', () => {
    expect(decideRetry(attempt({ isRead: false, failure: status(503, 4_200) }))).toMatchObject({
      retry: false,
      retryAfterSeconds: 5,
    });
  });

  it('does not begin a backoff that the deadline would cut', () => {
    expect(decideRetry(attempt({ remainingMs: 100 })).retry).toBe(false);
  });

  const randomness = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

  const ALMOST_ONE = 1 - Number.EPSILON;
  const delayOf = (change: Partial<Attempt>) => {
    const decision = decideRetry(attempt(change));
    return decision.retry ? decision.delayMs : null;
  };

  it.each([
    [0, 125, 250],
    [1, 250, 500],
  ])('risk 4: spreads backoff %i by chance over all of its second half', (count, half, whole) => {
    expect(delayOf({ attempt: count, random: () => 0 })).toBe(half);
    expect(delayOf({ attempt: count, random: () => 0.5 })).toBe((half + whole) / 2);
    expect(delayOf({ attempt: count, random: () => ALMOST_ONE })).toBeCloseTo(whole, 6);
    fc.assert(
      fc.property(randomness, (random) => {
        expect(delayOf({ attempt: count, random: () => random })).toBeCloseTo(half + random * half, 6);
      }),
    );
  });

  it.each([
    [0, 250],
    [1, 500],
  ])('risk 4: spreads wait %i that PostHog asked for by chance, only upwards', (count, spread) => {
    const failure = status(429, 1_000);
    expect(delayOf({ attempt: count, failure, random: () => 0 })).toBe(1_000);
    expect(delayOf({ attempt: count, failure, random: () => ALMOST_ONE })).toBeCloseTo(1_000 + spread, 6);
  });

  it('never waits less than asked nor past the deadline', () => {
    const waits = fc.integer({ min: 0, max: 120_000 });
    fc.assert(
      fc.property(waits, waits, randomness, fc.boolean(), (retryAfterMs, remainingMs, random, isRead) => {
        const failure = status(429, retryAfterMs);
        const decision = decideRetry(attempt({ failure, remainingMs, isRead, random: () => random }));
        if (decision.retry) {
          expect(decision.delayMs).toBeGreaterThanOrEqual(retryAfterMs);
          expect(decision.delayMs).toBeLessThan(remainingMs);
        } else {
          expect(decision.retryAfterSeconds).toBe(Math.ceil(retryAfterMs / 1000));
        }
      }),
    );
  });
});

describe('risk 3: parseRetryAfter', () => {
  it.each<[string | undefined, number | null]>([
    ['37', 37_000],
    [' 37 ', 37_000],
    ['0', 0],
    ['1.5', 1_500],
    ['Mon, 01 Jun 2026 12:00:10 GMT', 10_000],
    ['Monday, 01-Jun-26 12:00:10 GMT', 10_000],
    ['Mon, 01 Jun 2026 11:00:00 GMT', 0],
    ['-5', null],
    ['+5', null],
    ['1e3', null],
    ['0x10', null],
    ['soon', null],
    ['Mon, 01 Foo 2026 12:00:10 GMT', null],
    ['2026-06-01T12:00:10Z', null],
    ['NaN', null],
    ['Infinity', null],
    ['', null],
    [undefined, null],
  ])('reads %j as %j ms', (value, expected) => {
    expect(parseRetryAfter(value, NOW)).toBe(expected);
  });

  it('keeps an absurd number finite', () => {
    expect(parseRetryAfter('9'.repeat(400), NOW)).toBe(365 * 24 * 3_600_000);
  });

  it('yields a wait of at least zero or null for any text', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const wait = parseRetryAfter(text, NOW);
        expect(wait === null || (Number.isFinite(wait) && wait >= 0)).toBe(true);
      }),
    );
  });
});

it('finds the wait in the words of a throttled answer', () => {
  expect(waitInWords('{"detail":"Request was throttled. Expected available in 37 seconds."}')).toBe(37_000);
  expect(waitInWords('{"detail":"Expected available in 1 second."}')).toBe(1_000);
  expect(waitInWords('Too many requests')).toBeNull();
});
