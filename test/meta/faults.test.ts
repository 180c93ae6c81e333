import { build } from 'esbuild';
import { beforeAll, describe, expect, it } from 'vitest';
import { steady } from '../../proof/faults/answer.js';
import { runCell } from '../../proof/faults/cell.js';
import { contradiction } from '../../proof/faults/contradiction.js';
import type { Clean } from '../../proof/faults/lane.js';
import { type Lane, openLane } from '../../proof/faults/lane.js';
import { leaksOf } from '../../proof/faults/leaks.js';
import { DEFAULT_LIMITS } from '../../proof/faults/limits.js';
import { FAULTS } from '../../proof/faults/list.js';
import type { Place } from '../../proof/faults/proxy.js';
import { type Result, repeatAlone } from '../../proof/faults/run.js';

const SERVER = 'node_modules/.cache/faults-meta/bad-server.mjs';
const DAWDLE_MS = 1.2 * DEFAULT_LIMITS.deadlineMs;

const READ = 'experiment-get';
const WRITE = 'experiment-pause';
const CLEAN: Readonly<Record<string, Clean>> = {
  [READ]: { facts: steady({ id: 2, name: 'Checkout steps' }), requests: 1, writes: 0 },
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

async function problemsOf(misdeed: string, tool: string, name: string, place: Place = 'every'): Promise<string> {
  const fault = FAULTS.find((one) => one.name === name);
  const clean = CLEAN[tool];
  if (!fault || !clean) throw new Error(`no ${name} or ${tool}`);
  const lane = await openBad(misdeed);
  try {
    // What a server loads with its first call must not count as slowness.
    await lane.attempt(tool);
    return (await runCell({ fault, tool, place }, lane, clean)).join('; ');
  } finally {
    await lane.close();
  }
}

describe.concurrent('the check of faults', () => {
  it.each<[string, string, Place?]>([
    [READ, 'reset_after_request'],
    [READ, 'redirect_302'],
    [READ, 'stall_before_headers'],
    [READ, 'slow_drip'],
    [READ, 'endless_500'],
    [READ, '503_once'],
    [READ, 'closed_idle_socket'],
    [READ, 'closed_on_reuse'],
    [WRITE, 'reset_after_request'],
    [WRITE, 'reset_after_request', 'write'],
    [WRITE, 'reset_at_once', 'write'],
    [WRITE, '429_once'],
    [WRITE, '503_once'],
    [WRITE, '500_forever'],
  ])('finds nothing in a server that behaves: %s, %s, %s', async (tool, fault, place = 'every') => {
    expect(await problemsOf('', tool, fault, place)).toBe('');
  });

  it.each([
    ['claims', WRITE, '500_forever', /applied, and 0 of 1 writes were made/],
    ['denies', WRITE, '429_once', /not_applied, and 1 writes were carried out/],
    ['doubts', WRITE, '500_forever', /the outcome is called unknown, and it could be known/],
    ['repeats', WRITE, 'reset_after_request', /sent more than once: POST \/api\/projects\/1\/experiments\/2\/pause/],
    ['repeats', WRITE, '503_once', /^sent more than once: POST/],
    ['repeats', WRITE, 'redirect_301', /sent more than once: POST/],
    ['gives_up', WRITE, '429_once', /not_applied, and it had to succeed/],
    ['gives_up', READ, '503_once', /upstream_error, and it had to succeed/],
    ['gives_up', READ, 'closed_on_reuse', /upstream_error, and it had to succeed/],
    ['clings', READ, 'closed_idle_socket', /timeout, and it had to succeed/],
    ['forgets', READ, 'closed_on_reuse', /the fault was never met/],
    ['rushes', WRITE, '429_once', /answered too soon, after \d+ ms: 1000 were due/],
    ['hurries', READ, 'slow_drip', /answered too soon, after \d+ ms: 3000 were due/],
    ['hurries', READ, 'stall_inside_headers', /answered too soon, after \d+ ms: 600 were due/],
    ['lingers', READ, 'endless_500', /the error says timeout, not upstream_error/],
    ['hides', WRITE, 'reset_after_request', /timeout hides 1 writes/],
    ['follows', READ, 'redirect_302', /requests reached another host/],
    ['tells', READ, '500_forever', /the key is in an answer$/],
    ['prints', READ, '500_forever', /the key is in what it printed$/],
    ['mumbles', READ, '500_forever', /no answer of a tool/],
    ['invents', READ, '500_forever', /unknown code oops/],
    ['blames', READ, '500_forever', /invalid_arguments, which no fault is/],
    ['makes_up', READ, '500_forever', /differs from the true one at its top.name/],
    ['miscounts', READ, '503_once', /differs from the true one at its top.id/],
    ['guesses', READ, '500_forever', /differs from the true one at its top.id/],
    ['dawdles', READ, '500_forever', /answered after \d+ ms, \d+ were allowed/],
    ['hangs', READ, '500_forever', /no answer came/],
    ['prints_and_hangs', READ, '500_forever', /no answer came.*the key is in what it printed$/],
    ['sticks', READ, '500_forever', /the next call fails/],
    ['holds', READ, 'stall_before_headers', /1 sockets are left open/],
    ['holds', READ, 'endless_500', /1 sockets are left open/],
  ])('reports a server that %s: %s, %s', async (misdeed, tool, fault, problem) => {
    expect(await problemsOf(misdeed, tool, fault)).toMatch(problem);
  });

  it.each([
    ['write', 'reset_at_once', 'repeats', /sent more than once: POST/],
    ['write', 'reset_after_request', 'shrugs', /^the outcome is called unknown, and it could be known$/],
    ['every', 'reset_after_request', 'shrugs', /^$/],
  ] as const)('holds a write that meets it at %s of %s, and %s, to what it can know', async (...given) => {
    const [place, fault, misdeed, problem] = given;
    expect(await problemsOf(misdeed, WRITE, fault, place)).toMatch(problem);
  });

  it.each([
    ['to the end', async () => undefined],
    ['until it is replaced', (lane: Lane) => lane.renew()],
  ])('reports a server that hoards timers %s', async (_, then) => {
    const lane = await openBad('hoards');
    const work = async () => {
      await lane.attempt(WRITE);
      await then(lane);
    };
    try {
      expect(await leaksOf(lane, [READ], work, { quietMs: 2_000 })).toContain('timers went from 0 to 1');
    } finally {
      await lane.close();
    }
  });

  it('repeats what was late and nothing else', async () => {
    const fault = FAULTS.find(({ name }) => name === '503_once');
    if (!fault) throw new Error('no 503_once');
    const cells = ['every', 'write', 'from_write'].map((place) => ({ fault, tool: READ, place: place as Place }));
    const late = ['answered after 9000 ms, 3000 were allowed', 'no answer came'];
    const wrong = ['no answer came', 'sent more than once: POST /'];
    const resultOf = (place: string, problems: string[]): Result => ({
      ...{ fault: fault.name, tool: READ, place, transport: 'stdio' as const, problems },
    });
    const results = [resultOf('every', late), resultOf('write', wrong), resultOf('from_write', [])];
    const options = { cells, transport: 'stdio' as const, node: ['--expose-gc', SERVER], lanes: 90 };
    const again = await repeatAlone(results, options);
    expect(again).toEqual([{ ...results[0], problems: [], repeated: true }, ...results.slice(1)]);
  });
});

describe('an answer with gaps', () => {
  const truth = {
    id: 2,
    total: 3,
    items: [{ id: 7, days: 4, severity: 'blocker' }],
    freshness: { source: 'calculation' },
  };

  it.each([
    [{ id: 2, total: 1, items: [{ id: 7, days: 4, severity: 'info' }], missing: ['x'] }],
    [{ id: 2, total: 0, items: [], freshness: { source: 'none', note: 'It could not be read.' } }],
    [
      {
        id: 2,
        items: [
          { id: 7, days: null },
          { code: 'no_results', days: 1 },
        ],
      },
    ],
  ])('may leave out what it likes: %j', (said) => {
    expect(contradiction(said, truth, true)).toBeNull();
    expect(contradiction(said, truth, false)).not.toBeNull();
  });

  it.each([
    [{ id: 3 }, 'its top.id'],
    [{ total: 4 }, 'its top.total'],
    [{ items: [{ id: 8, days: 4 }] }, 'its top.items[0]'],
    [{ items: [{ id: 7, days: 5 }] }, 'its top.items[0].days'],
    [{ freshness: { source: 'none' } }, 'its top.freshness.source'],
    [{ verdict: 'better' }, 'its top.verdict'],
  ])('may say nothing that is not so: %j', (said, at) => {
    expect(contradiction(said, truth, true)).toBe(at);
  });
});
