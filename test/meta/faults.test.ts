import { build } from 'esbuild';
import { beforeAll, describe, expect, it } from 'vitest';
import { steady } from '../../scripts/faults/answer.js';
import { type Clean, runCell } from '../../scripts/faults/cell.js';
import { openLane } from '../../scripts/faults/lane.js';
import { leaksOf } from '../../scripts/faults/leaks.js';
import { DEFAULT_LIMITS } from '../../scripts/faults/limits.js';
import { FAULTS } from '../../scripts/faults/list.js';

const SERVER = 'node_modules/.cache/faults-meta/bad-server.mjs';
const DAWDLE_MS = 1.2 * DEFAULT_LIMITS.deadlineMs;

const READ = 'experiment-get';
const WRITE = 'experiment-pause';
const CLEAN: Readonly<Record<string, Clean>> = {
  [READ]: { facts: steady({ name: 'Checkout steps' }), requests: 1, writes: 0 },
  [WRITE]: { facts: '', requests: 1, writes: 1 },
};

beforeAll(() =>
  build({
    entryPoints: ['test/helpers/bad-server.ts'],
    outfile: SERVER,
    bundle: true,
    platform: 'node',
    format: 'esm',
  }),
);

let lanes = 0;

/** A lane with the bad server in the product's place. */
function openBad(misdeed: string) {
  lanes += 1;
  return openLane({
    transport: 'stdio',
    node: ['--expose-gc', SERVER],
    env: { MISDEED: misdeed, DAWDLE_MS: String(DAWDLE_MS) },
    address: `127.0.3.${lanes}`,
    patienceMs: 1.5 * DAWDLE_MS,
  });
}

async function problemsOf(misdeed: string, tool: string, name: string): Promise<string> {
  const fault = FAULTS.find((one) => one.name === name);
  const clean = CLEAN[tool];
  if (!fault || !clean) throw new Error(`no ${name} or ${tool}`);
  const lane = await openBad(misdeed);
  try {
    // What a server loads with its first call must not count as slowness.
    await lane.attempt(tool);
    return (await runCell({ fault, tool, place: 'every' }, lane, clean)).join('; ');
  } finally {
    await lane.close();
  }
}

describe.concurrent('the check of faults', () => {
  it.each([
    [READ, 'reset_after_request'],
    [READ, 'redirect_302'],
    [READ, 'stall_before_headers'],
    [WRITE, 'reset_after_request'],
    [WRITE, '500_forever'],
  ])('finds nothing in a server that behaves: %s, %s', async (tool, fault) => {
    expect(await problemsOf('', tool, fault)).toBe('');
  });

  it.each([
    ['claims', WRITE, '500_forever', /applied, and 0 of 1 writes were made/],
    ['denies', WRITE, '429_once', /not_applied|next call fails/],
    ['repeats', WRITE, 'reset_after_request', /sent more than once: POST \/api\/projects\/1\/experiments\/2\/pause/],
    ['hides', WRITE, 'reset_after_request', /timeout hides 1 writes/],
    ['follows', READ, 'redirect_302', /requests reached another host/],
    ['tells', READ, '500_forever', /the key is in an answer$/],
    ['prints', READ, '500_forever', /the key is in what it printed$/],
    ['mumbles', READ, '500_forever', /no answer of a tool/],
    ['invents', READ, '500_forever', /unknown code oops/],
    ['blames', READ, '500_forever', /invalid_arguments, which no fault is/],
    ['makes_up', READ, '500_forever', /differs from the true one/],
    ['dawdles', READ, '500_forever', /answered after \d+ ms, \d+ were allowed/],
    ['hangs', READ, '500_forever', /no answer came/],
    ['sticks', READ, '500_forever', /the next call fails/],
    ['holds', READ, 'stall_before_headers', /1 sockets are left open/],
  ])('reports a server that %s: %s, %s', async (misdeed, tool, fault, problem) => {
    expect(await problemsOf(misdeed, tool, fault)).toMatch(problem);
  });

  it('reports a server that hoards timers', async () => {
    const lane = await openBad('hoards');
    try {
      const leaks = await leaksOf(lane, [READ], async () => void (await lane.attempt(WRITE)), { quietMs: 500 });
      expect(leaks).toEqual(['timers went from 0 to 1']);
    } finally {
      await lane.close();
    }
  });
});
