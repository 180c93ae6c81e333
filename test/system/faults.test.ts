import { beforeAll, expect, it } from 'vitest';
import { buildImpatient } from '../../proof/faults/build.js';
import { failuresOf } from '../../proof/faults/report.js';
import { cellsFor, repeatAlone, runAll } from '../../proof/faults/run.js';

/** One that reads, one that writes; `npm run faults` takes all. */
const TOOLS = ['experiment-get', 'experiment-pause'];

let node: string[] = [];

beforeAll(async () => {
  node = await buildImpatient('node_modules/.cache/faults-system');
});

it('every fault of the network, met by a read and by a write over stdio, ends in a true answer or a typed error', async () => {
  const cells = cellsFor(TOOLS);
  expect(cells.length).toBeGreaterThan(100);
  // More at once would make the machine late, and a server that answers that it got none in time looks broken then.
  const options = { cells, transport: 'stdio' as const, node, lanes: 6 };
  const results = await repeatAlone(await runAll(options), options);
  expect(failuresOf(results)).toEqual([]);
}, 240_000);
