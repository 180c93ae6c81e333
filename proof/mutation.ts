/**
 * `npm run mutation -- [part …] [--force] [--write]`: breaks the code of each part in many small ways and looks whether its
 * tests notice; fails where fewer than 85% are noticed. Without a name, all parts in turn. `--force` forgets earlier runs,
 * `--write` writes docs/proof/mutation.md afterwards.
 */
import { constants, setPriority } from 'node:os';
import { parseArgs } from 'node:util';
import { writeDocument } from './mutation/document.js';
import { PARTS } from './mutation/parts.js';
import { runPart } from './mutation/run.js';

const { values, positionals } = parseArgs({
  options: { force: { type: 'boolean', default: false }, write: { type: 'boolean', default: false } },
  allowPositionals: true,
});
const names = positionals.length > 0 ? positionals : Object.keys(PARTS);
const unknown = names.filter((name) => !Object.hasOwn(PARTS, name));
if (unknown.length > 0) throw new Error(`No part ${unknown.join(', ')}; there are ${Object.keys(PARTS).join(', ')}`);

// A run keeps all cores busy for minutes; whoever works on the machine goes first.
setPriority(constants.priority.PRIORITY_LOW);
for (const [name, part] of Object.entries(PARTS)) if (names.includes(name)) await runPart(name, part, values.force);
if (values.write) await writeDocument();
