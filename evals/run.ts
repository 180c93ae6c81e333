/**
 * `npm run evals -- --model anthropic/claude-sonnet-4-5 [--runs 3] [--only TASK]` lets a real model work on the tasks, with your own key of its
 * provider, and prints a table: how often each was done right, with calls and tokens. It costs what the provider charges.
 */
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { openSandbox } from '../src/cli/sandbox.js';
import { aiSdkAgent, type Spent } from './ai-sdk.js';
import { play } from './play.js';
import { TASKS } from './tasks.js';

const { values } = parseArgs({
  options: { model: { type: 'string' }, runs: { type: 'string', default: '3' }, only: { type: 'string' } },
});
if (values.model === undefined)
  throw new Error('Say which model: npm run evals -- --model PROVIDER/NAME [--runs 3] [--only TASK]');
const runs = Number(values.runs);
const spent: Spent = { input: 0, output: 0 };
const agent = await aiSdkAgent(values.model, spent);
const say = (line: string) => process.stdout.write(`${line}\n`);

say(`| Task | Right of ${runs} | Calls | Tokens in | Tokens out | What was wrong |`);
say('|---|---:|---:|---:|---:|---|');
let right = 0;
const tasks = TASKS.filter(({ id }) => values.only === undefined || id.includes(values.only));
for (const task of tasks) {
  const before = { ...spent };
  const played = [];
  for (let run = 0; run < runs; run++) {
    const sandbox = await openSandbox('demo');
    const opened = { url: sandbox.url, key: sandbox.key, project_id: sandbox.projectId, close: () => sandbox.close() };
    played.push(await play(task, agent, { sandbox: opened, main: resolve('dist/main.js') }));
    await sandbox.close();
  }
  const good = played.filter(({ problems }) => problems.length === 0).length;
  right += good;
  const mean = (total: number) => Math.round(total / runs);
  const calls = played.reduce((sum, one) => sum + one.calls, 0) / runs;
  const wrong = [...new Set(played.flatMap(({ problems }) => problems))].join('; ').replaceAll('|', '\\|');
  say(
    `| ${task.id} | ${good} | ${calls.toFixed(1)} | ${mean(spent.input - before.input)} | ${mean(spent.output - before.output)} | ${wrong} |`,
  );
}
say(`\n${values.model}: ${right} of ${tasks.length * runs} right.`);
