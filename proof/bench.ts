/**
 * `npm run bench [-- --rounds N] [--write]` compares this server with others, which it installs from npm into a scratch
 * folder; `npm run bench -- http|stdio [--calls N]` looks closer at one transport, `npm run bench -- events` at a million events on the sandbox. Prints what was measured on this
 * machine; a missed goal is told and fails nothing. Needs a build.
 */
import { parseArgs } from 'node:util';

const USAGE = 'npm run bench -- [--rounds N] [--write] | http|stdio [--calls N] | events';
const { values, positionals } = parseArgs({
  options: {
    calls: { type: 'string', default: '50000' },
    rounds: { type: 'string', default: '9' },
    write: { type: 'boolean', default: false },
  },
  allowPositionals: true,
});
const [calls, rounds] = [Number(values.calls), Number(values.rounds)];
const [what] = positionals;
if (!Number.isInteger(calls) || calls < 10 || !Number.isInteger(rounds) || rounds < 1) throw new Error(USAGE);
if (what === undefined) await (await import('./bench/all.js')).benchAll({ rounds, write: values.write });
else if (what === 'http') await (await import('./bench/http.js')).benchHttp(calls);
else if (what === 'stdio') await (await import('./bench/stdio.js')).benchStdio(calls);
else if (what === 'events') await (await import('./bench/events.js')).benchEvents();
else throw new Error(USAGE);
