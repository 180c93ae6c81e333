import { afterEach, describe, expect, it, vi } from 'vitest';
import { dateTime } from '../../src/schema/date.js';

const input = dateTime('Start');

afterEach(() => {
  vi.unstubAllEnvs();
});

describe.each(['UTC', 'America/Los_Angeles', 'Asia/Kolkata', 'Pacific/Auckland'])(
  'a date on a machine in %s',
  (zone) => {
    it.each([
      ['2026-06-01', '2026-06-01T00:00:00Z'],
      ['2026-06-01T12:00', '2026-06-01T12:00:00Z'],
      ['2026-06-01T12:00:30', '2026-06-01T12:00:30Z'],
      ['2026-06-01T12:00:30Z', '2026-06-01T12:00:30Z'],
      ['2026-06-01T01:00:30+02:00', '2026-05-31T23:00:30Z'],
      ['2026-06-01T12:00:30.123456Z', '2026-06-01T12:00:30.123456Z'],
      ['2026-06-01T12:00:30.123456-05:30', '2026-06-01T17:30:30.123456Z'],
      ['2028-02-29', '2028-02-29T00:00:00Z'],
    ])('takes %s for %s', (given, utc) => {
      vi.stubEnv('TZ', zone);
      expect(new Date(2026, 0, 1).getTimezoneOffset() === 0).toBe(zone === 'UTC');
      expect(input.parse(given)).toBe(utc);
    });
  },
);

describe('a date', () => {
  it.each([
    '2026-02-30',
    '2026-02-29',
    '2026-02-30T12:00:00Z',
    '2026-13-01',
    '2026-04-31T00:00:00+02:00',
    '2026-06-01T24:00:00Z',
    '2026-06-01T12:60',
    '2026-06-01T12:00:00+99:00',
    '1 June 2026',
    '',
  ])('is refused where the calendar has no %j', (given) => {
    expect(input.safeParse(given).error?.issues[0]?.message).toContain('must be an ISO date');
  });
});
