/** Begins a write in the journal named by its first argument, says so, and waits to be killed. */
import { openJournal } from '../../src/journal/journal.js';

const journal = await openJournal(process.argv[2] ?? '', { redact: (text) => text, now: () => new Date() });
const id = await journal.begin({
  tool: 'experiment-end',
  arguments: { id: 7 },
  project_id: 1,
  before: { id: 7, status: 'running' },
  read: { tool: 'experiment-get', arguments: { id: 7 } },
});
process.stdout.write(`${id}\n`);
setInterval(() => undefined, 60_000);
