/**
 * `npm run faults [-- --only fault,tool,transport] [--lanes N] [--write]`: every fault of a network, every tool, both
 * transports. The server is the product's own bundle with shorter waits. Needs Linux.
 */
import { parseArgs } from 'node:util';
import { buildImpatient } from './faults/build.js';
import { TRANSPORTS } from './faults/product.js';
import { failuresOf, tableOf, writeReport } from './faults/report.js';
import { cellsFor, narrowed, type Result, repeatAlone, runAll } from './faults/run.js';

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: '' },
    lanes: { type: 'string', default: '12' },
    write: { type: 'boolean', default: false },
  },
});
const only = values.only.split(',').filter((name) => name !== '');
if (values.write && only.length > 0) throw new Error('--write is for a run of all cells, without --only');
const startedAt = performance.now();
const node = await buildImpatient();
const cells = cellsFor(only);
const transports = narrowed(
  TRANSPORTS.map((name) => ({ name })),
  only,
);
const all = cells.length * transports.length;
let done = 0;
const onResult = ({ fault, tool, place, transport, problems }: Result) => {
  done += 1;
  for (const problem of problems)
    process.stderr.write(`FAILED ${fault}, ${tool}, ${place}, ${transport}: ${problem}\n`);
  if (done % 500 === 0) process.stderr.write(`${done} of ${all} cells\n`);
};
const options = transports.map(({ name }) => ({ cells, transport: name, node, lanes: Number(values.lanes), onResult }));
let results = (await Promise.all(options.map(runAll))).flat();
for (const one of options) results = await repeatAlone(results, one);
const seconds = Math.round((performance.now() - startedAt) / 1000);
const failures = failuresOf(results);
const repeated = results.filter((one) => one.repeated).length;
process.stdout.write(`${tableOf(results)}\n\n${failures.map((line) => `${line}\n`).join('')}`);
process.stdout.write(
  `${results.length - failures.length} of ${results.length} cells passed in ${seconds} s, ${repeated} of them when repeated alone\n`,
);
if (values.write) await writeReport(results, seconds);
process.exitCode = failures.length === 0 ? 0 : 1;
