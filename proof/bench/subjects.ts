import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';
import { z } from 'zod';
import { BUNDLE_OPTIONS } from '../../scripts/bundle-options.js';

/** A server that the table compares. */
export interface Subject {
  name: string;
  /** Arguments of Node. */
  args: readonly string[];
  env: Readonly<Record<string, string>>;
  /** All that its installation puts on the disk, dependencies included. */
  installedBytes: number;
}

/** Why a server has no row of numbers. */
export interface Missing {
  name: string;
  reason: string;
}

export const OURS = 'this server';
export const HELLO = 'hello world of the same SDK';

interface Rival {
  name: string;
  version: string;
  /** Within the package. */
  file: string;
  args: readonly string[];
  /** Enough to start without a network: the keys are no keys. */
  env: Readonly<Record<string, string>>;
}

const RIVALS: readonly Rival[] = [
  {
    name: '@modelcontextprotocol/server-everything',
    version: '2026.8.31',
    file: 'dist/index.js',
    args: ['stdio'],
    env: {},
  },
  {
    name: '@launchdarkly/mcp-server',
    version: '0.6.2',
    file: 'bin/mcp-server.js',
    args: ['start', '--api-key', 'none'],
    env: {},
  },
  {
    name: '@notionhq/notion-mcp-server',
    version: '2.5.2',
    file: 'bin/cli.mjs',
    args: [],
    env: { NOTION_TOKEN: 'none' },
  },
  {
    name: '@sentry/mcp-server',
    version: '0.36.0',
    file: 'dist/index.js',
    args: [],
    env: { SENTRY_ACCESS_TOKEN: 'none' },
  },
];

/** Installs or makes every server that is compared, each in a folder of its own under `scratch`. */
export async function makeSubjects(scratch: string): Promise<{ subjects: Subject[]; missing: Missing[] }> {
  const subjects = [ourselves(folder(scratch, 'ours')), await hello(folder(scratch, 'hello'))];
  const missing: Missing[] = [];
  for (const rival of RIVALS) {
    const name = `${rival.name} ${rival.version}`;
    try {
      const at = folder(scratch, rival.name.replaceAll(/\W+/g, '-'));
      install(at, `${rival.name}@${rival.version}`);
      const args = [join(at, 'node_modules', rival.name, rival.file), ...rival.args];
      subjects.push({ name, args, env: { HOME: at, ...rival.env }, installedBytes: sizeOf(join(at, 'node_modules')) });
    } catch (error) {
      missing.push({ name, reason: `npm could not install it: ${reasonOf(error)}` });
    }
  }
  return { subjects, missing };
}

function ourselves(at: string): Subject {
  const packed = execFileSync('npm', ['pack', '--ignore-scripts', '--json', '--pack-destination', at], {
    encoding: 'utf8',
  });
  const [pack] = z.array(z.object({ filename: z.string() })).parse(JSON.parse(packed));
  install(at, join(at, pack?.filename ?? ''));
  const args = [join(at, 'node_modules/posthog-experiments-mcp/dist/main.js'), '--sandbox'];
  return { name: OURS, args, env: {}, installedBytes: sizeOf(join(at, 'node_modules')) };
}

async function hello(at: string): Promise<Subject> {
  writeFileSync(join(at, 'package.json'), '{"type":"module"}');
  await build({ ...BUNDLE_OPTIONS, entryPoints: ['proof/bench/hello.ts'], outdir: join(at, 'dist') });
  return { name: HELLO, args: [join(at, 'dist/hello.js')], env: {}, installedBytes: sizeOf(join(at, 'dist')) };
}

function install(at: string, what: string): void {
  writeFileSync(join(at, 'package.json'), '{"private":true}');
  // Nobody's install scripts are run on this machine.
  const quietly = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  execFileSync('npm', ['install', ...quietly, what], { cwd: at, stdio: ['ignore', 'ignore', 'pipe'] });
}

function folder(scratch: string, name: string): string {
  const path = resolve(scratch, name);
  mkdirSync(path, { recursive: true });
  return path;
}

/** Bytes of all files in a folder. */
function sizeOf(path: string): number {
  const files = readdirSync(path, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return files.reduce((sum, { parentPath, name }) => sum + statSync(join(parentPath, name)).size, 0);
}

export function reasonOf(error: unknown): string {
  const said: unknown = Reflect.get(Object(error), 'stderr');
  const text =
    said instanceof Buffer && said.length > 0 ? said.toString('utf8') : String(Object(error).message ?? error);
  return text.trim().replaceAll(/\s+/g, ' ').slice(0, 200);
}

/** Version of a package that the benchmark itself was run with. */
export function versionOf(name: string): string {
  const manifest = JSON.parse(readFileSync(join('node_modules', name, 'package.json'), 'utf8'));
  return String(manifest.version);
}
