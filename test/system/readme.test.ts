import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const run = promisify(execFile);
const MINUTES = 60_000;

it('every command of README.md works in a fresh clone of the last commit', { timeout: 20 * MINUTES }, async () => {
  const { stdout } = await run('npm', ['run', '--silent', 'readme'], { maxBuffer: 64 * 1024 * 1024 });
  expect(stdout).toContain('ok      npm ci');
  expect(stdout).not.toContain('FAILED');
});
