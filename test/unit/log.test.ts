import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createLog, createRedactor, LOG_LEVELS, type LogLevel } from '../../src/log.js';

const KEY = 'phx_canaryA1b2C3d4E5f6G7h8';

describe('risk 19: createRedactor', () => {
  const redact = createRedactor([KEY, 'odd secret/ü?']);

  it.each([
    `Authorization: Bearer ${KEY}`,
    `https://us.posthog.com/?key=${KEY}&x=1`,
    Buffer.from(KEY).toString('base64'),
    Buffer.from(KEY).toString('base64url'),
    Buffer.from(`user:${KEY}`).toString('base64'),
    Buffer.from(`ab:${KEY}:x`).toString('base64'),
    `"${encodeURIComponent('odd secret/ü?')}"`,
  ])('removes a known secret from %j', (text) => {
    const clean = redact(text);
    expect(clean).toContain('[redacted]');
    expect(clean).not.toContain('canary');
    expect(clean).not.toContain(encodeURIComponent('ü'));
    expect(clean).not.toContain(Buffer.from('naryA1b2C3d4').toString('base64').slice(0, 12));
  });

  it('removes a known secret from base64 wherever it stands in the encoded text', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (before, after) => {
        const clean = redact(Buffer.from(`${before}${KEY}${after}`).toString('base64'));
        expect(Buffer.from(clean.replace('[redacted]', ''), 'base64').toString()).not.toContain('A1b2C3d4E5');
        expect(clean).toContain('[redacted]');
      }),
    );
  });

  it.each([
    'phx_0123456789abcdefghijABCDEFGHIJ',
    'pha_0123456789abcdefghijABCDEFGHIJ',
    'phs_0123456789abcdefghijABCDEFGHIJ',
    'phr_0123456789abcdefghijABCDEFGHIJ',
    'Bearer 0123456789abcdef.ghij',
    'bearer 0123456789abcdef.ghij',
    'phx_ab****yz',
  ])('removes what has the shape of a secret: %s', (text) => {
    expect(redact(`a ${text} b`)).toMatch(/^a (?:bearer )?\[redacted\] b$/i);
  });

  it.each([
    'Set POSTHOG_PERSONAL_API_KEY to a personal API key (phx_…), not a project key (phc_…).',
    'phx_YOUR_KEY_GOES_HERE',
    'phx_...',
    'the bearer of news',
    'Bearer authentication is used',
    'Bearer responsibilities-and-duties',
    'experiment pha_button_colour',
    'cookie: a banner for consent',
    'uuid 0197c2a4-7d3e-7c11-9c55-0123456789ab',
    'f'.repeat(64),
  ])('keeps intact: %s', (text) => {
    expect(redact(text)).toBe(text);
  });

  it('does not take a short word for a secret', () => {
    expect(createRedactor(['', 'test'])('a test text')).toBe('a test text');
  });
});

describe('createLog', () => {
  const capture = (level: LogLevel) => {
    const lines: string[] = [];
    const now = () => new Date('2026-06-01T12:00:00Z');
    const log = createLog({ level, redact: createRedactor([KEY]), write: (line) => lines.push(line), now });
    return { log, lines };
  };

  it('writes one line of JSON', () => {
    const { log, lines } = capture('info');
    log.info('hello\nworld', { status: 200 });
    expect(lines).toEqual([
      '{"time":"2026-06-01T12:00:00.000Z","level":"info","message":"hello\\nworld","status":200}\n',
    ]);
  });

  it('escapes what a reader cannot see or takes for the end of a line, and loses nothing of it', () => {
    const { log, lines } = capture('info');
    const text = 'a\u2028b\u0085c\u202Ed\u200Be\u{E0041}f\u009Bg\u007F';
    log.info(text, { [text]: text });
    expect(lines.join('')).toMatch(/^[\x20-\x7E]+\n$/);
    expect(JSON.parse(lines.join(''))).toMatchObject({ message: text, [text]: text });
  });

  it.each(LOG_LEVELS)('at level %s writes what is at least as grave', (level) => {
    const { log, lines } = capture(level);
    for (const name of ['debug', 'info', 'warn', 'error'] as const) log[name](name);
    expect(lines).toHaveLength(4 - LOG_LEVELS.indexOf(level));
  });

  it('redacts by value, by shape and by the name of a field at any depth', () => {
    const { log, lines } = capture('debug');
    log.warn(`key ${KEY}`, {
      headers: { Authorization: 'anything', cookie: 'a=b', 'x-api-key': 'c', accept: 'json' },
      error: new Error(`failed with ${KEY}`, { cause: new Error(KEY) }),
    });
    expect(lines.join('')).not.toContain('canary');
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({
      message: 'key [redacted]',
      headers: { Authorization: '[redacted]', cookie: '[redacted]', 'x-api-key': '[redacted]', accept: 'json' },
      error: { message: 'failed with [redacted]', cause: { message: '[redacted]' } },
    });
  });

  it('shows stacks at debug only', () => {
    for (const level of ['debug', 'info'] as const) {
      const { log, lines } = capture(level);
      log.error('failed', { error: new Error('x') });
      expect(lines.join('').includes('log.test.ts')).toBe(level === 'debug');
    }
  });

  it('survives what JSON cannot hold', () => {
    const { log, lines } = capture('info');
    const circular: Record<string, unknown> = { key: KEY, authorization: KEY };
    circular.self = circular;
    const hostile = {
      toJSON() {
        throw new Error('no');
      },
    };
    for (const fields of [circular, { hostile }, { big: 1n, missing: undefined, fn: () => 1 }]) log.info('odd', fields);
    expect(lines).toHaveLength(3);
    for (const line of lines) expect(JSON.parse(line)).toMatchObject({ message: 'odd' });
    expect(lines.join('')).not.toContain('canary');
  });
});
