import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

/** Posts over 13,000 visits to a shop, so it needs more time than other tests. Milliseconds. */
const PATIENCE_MS = 120_000;

it('the example finds out what its visitors were made to do', { timeout: PATIENCE_MS }, async () => {
  const { stdout } = await promisify(execFile)(process.execPath, ['examples/checkout/run.mjs'], { maxBuffer: 1e7 });
  expect(stdout).toMatch(/^6000 visitors came in three weeks/m);
  expect(stdout).toMatch(/^ship: .*"Purchase"/m);
  expect(stdout).toMatch(/^applied: All users see "test"/m);
});
