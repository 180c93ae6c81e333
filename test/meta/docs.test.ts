import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { toolsPage } from '../../scripts/generate/tools-page.js';
import { CATALOGUE } from '../../src/generated/tools.js';

const zone = process.env.TZ;

afterEach(() => {
  vi.useRealTimers();
  if (zone === undefined) delete process.env.TZ;
  else process.env.TZ = zone;
});

describe('docs/tools.md', () => {
  // It plays the shop once for each tool.
  it('comes out the same on another day and in another time zone', { timeout: 180_000 }, async () => {
    vi.useFakeTimers({ now: new Date('2031-01-31T23:30:00Z'), toFake: ['Date'] });
    process.env.TZ = 'Asia/Tokyo';
    expect(await toolsPage(CATALOGUE)).toBe(readFileSync('docs/tools.md', 'utf8'));
  });
});
