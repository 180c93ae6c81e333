/** `npm run bench -- http|stdio [--calls N]`: prints what was measured on this machine, and judges nothing. Needs a build. */
import { parseArgs } from 'node:util';

const USAGE = 'npm run bench -- http|stdio [--calls N]';
const { values, positionals } = parseArgs({
  options: { calls: { type: 'string', default: '50000' } },
  allowPositionals: true,
});
const calls = Number(values.calls);
const [what] = positionals;
if (!Number.isInteger(calls) || calls < 10) throw new Error(USAGE);
if (what === 'http') await (await import('./bench/http.js')).benchHttp(calls);
else if (what === 'stdio') await (await import('./bench/stdio.js')).benchStdio(calls);
else throw new Error(USAGE);
