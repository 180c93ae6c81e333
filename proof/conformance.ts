/**
 * Runs the official conformance suite against the product and against fixtures behind the product's HTTP front. Needs a
 * build, and the network once: the suite and the Node it needs are kept in node_modules/.cache.
 */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { listen } from '../scripts/processes.js';

const run = promisify(execFile);

const SUITE = '@modelcontextprotocol/conformance';
const SUITE_VERSION = '0.2.0-alpha.12';
/** The suite uses `fs.globSync`, which Node 20 does not have. */
const NODE_VERSION = '22';
const SCRATCH = resolve('node_modules/.cache/conformance', SUITE_VERSION);
const NODE = join(SCRATCH, 'node_modules/node/bin/node');
const MAIN = join(SCRATCH, 'node_modules', SUITE, 'dist/index.js');
/** With a list, even an empty one, the suite takes warnings for failures. */
const NONE = join(SCRATCH, 'none.yml');
/** One run takes about ten seconds. */
const RUN_MS = 180_000;

interface Run {
  title: string;
  server: readonly string[];
  scenarios: readonly string[];
  expected: string;
}

const PRODUCT = ['dist/main.js', 'http', '--sandbox', '--rate', 'off', '--port', '0'];
const FIXTURES = ['--import', 'tsx', 'test/conformance/fixture-server.ts'];
const baseline = (name: string) => resolve(`test/conformance/baseline-${name}.yml`);

const RUNS: readonly Run[] = [
  {
    title: 'product, 2026-07-28',
    server: PRODUCT,
    scenarios: ['--requirements', '2026-07-28'],
    expected: baseline('2026-07-28'),
  },
  {
    title: 'product, 2025-11-25, stateless',
    server: PRODUCT,
    scenarios: ['--spec-version', '2025-11-25'],
    expected: baseline('2025-11-25-stateless'),
  },
  {
    title: 'product, 2025-11-25, sessions',
    server: [...PRODUCT, '--sessions'],
    scenarios: ['--spec-version', '2025-11-25'],
    expected: baseline('2025-11-25'),
  },
  { title: 'fixtures, 2026-07-28', server: FIXTURES, scenarios: ['--requirements', '2026-07-28'], expected: NONE },
  {
    title: 'fixtures, 2025-11-25, sessions',
    server: [...FIXTURES, '--sessions'],
    scenarios: ['--requirements', '2025-11-25'],
    expected: NONE,
  },
];

async function install(): Promise<void> {
  if (!existsSync(NODE) || !existsSync(MAIN)) {
    await rm(SCRATCH, { recursive: true, force: true });
    await mkdir(SCRATCH, { recursive: true });
    await writeFile(join(SCRATCH, 'package.json'), '{ "private": true }');
    const packages = [`${SUITE}@${SUITE_VERSION}`, `node@${NODE_VERSION}`];
    // The binary of node is a package of its own that needs no script; others' scripts are none of our business.
    await run('npm', ['install', '--no-audit', '--no-fund', ...packages], { cwd: SCRATCH });
  }
  await writeFile(NONE, 'server: []\n');
}

/** The suite's verdict, and what it printed from its summary on. */
async function conform({ server, scenarios, expected }: Run): Promise<{ ok: boolean; summary: string }> {
  const { line, stop } = await listen(server);
  try {
    const results = join(SCRATCH, 'results');
    const args = ['server', '--url', String(line.url), ...scenarios, '--expected-failures', expected, '-o', results];
    const options = { cwd: SCRATCH, timeout: RUN_MS, maxBuffer: 64 * 1024 * 1024 };
    const ended = await run(NODE, [MAIN, ...args], options).then(
      ({ stdout }) => ({ ok: true, stdout }),
      (error: unknown) => ({ ok: false, stdout: `${Reflect.get(Object(error), 'stdout')}${error}` }),
    );
    const at = ended.stdout.indexOf('=== SUMMARY ===');
    return { ok: ended.ok, summary: at < 0 ? ended.stdout.slice(-2_000) : ended.stdout.slice(at) };
  } finally {
    await stop();
  }
}

/** `50 scenarios, 108 checks passed, 30 failed as the baseline lists, 11 optional scenarios failed` */
function inWords(summary: string): string {
  const scenarios = [...summary.matchAll(/^([✓✗]) (.*): \d+ passed, \d+ failed$/gm)];
  const checks = /^Total: (\d+) passed/m.exec(summary)?.[1] ?? '?';
  const listed = [...summary.matchAll(/^ {2}~ ([^:\s]+)/gm)].map(([, scenario]) => scenario);
  // Extensions (tasks) and drafts: a revision does not demand them, and the suite does not score them.
  const optional = scenarios.filter(([, mark, scenario]) => mark === '✗' && !listed.includes(scenario));
  const counts = [
    `${scenarios.length} scenarios`,
    `${checks} checks passed`,
    ...(listed.length > 0 ? [`${listed.length} failed as the baseline lists`] : []),
    ...(optional.length > 0 ? [`${optional.length} optional scenarios failed`] : []),
  ];
  return counts.join(', ');
}

await install();
let isFine = true;
for (const one of RUNS) {
  const { ok, summary } = await conform(one);
  isFine &&= ok;
  process.stdout.write(`${ok ? 'ok    ' : 'FAILED'}  ${one.title}: ${inWords(summary)}\n`);
  if (!ok) process.stdout.write(`${summary}\n`);
}
process.exitCode = isFine ? 0 : 1;
