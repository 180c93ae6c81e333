import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { BARE_ENV } from '../helpers/server-process.js';

const exec = promisify(execFile);

const INSPECTOR = '@modelcontextprotocol/inspector';
const INSPECTOR_VERSION = '2.12.0';
/** The Inspector asks for 22.19 or newer. */
const NODE_VERSION = '22';
const SCRATCH = resolve('node_modules/.cache/inspector', INSPECTOR_VERSION);
export const NODE = join(SCRATCH, 'node_modules/node/bin/node');
export const COMMAND = join(SCRATCH, 'node_modules/.bin/mcp-inspector');
/** 120 packages of 110 MB, from a registry that may be slow. */
export const INSTALL_MS = 300_000;

/** Installs the official Inspector beside the Node that it needs, once; the network is needed for that alone. */
export async function installInspector(): Promise<void> {
  if (existsSync(NODE) && existsSync(COMMAND)) return;
  await rm(SCRATCH, { recursive: true, force: true });
  await mkdir(SCRATCH, { recursive: true });
  await writeFile(join(SCRATCH, 'package.json'), '{ "private": true }');
  const packages = [`${INSPECTOR}@${INSPECTOR_VERSION}`, `node@${NODE_VERSION}`];
  await exec('npm', ['install', '--no-audit', '--no-fund', ...packages], { cwd: SCRATCH });
}

export interface Inspected {
  /** 0 ok, 5 the call failed or the tool answered an error, 6 `--strict` found errors. */
  code: unknown;
  /** What it printed; undefined where that is no JSON. */
  result: unknown;
  stderr: string;
}

/** Runs the Inspector's command line: `target` says which server, `args` what to ask it. */
export async function inspect(target: readonly string[], args: readonly string[]): Promise<Inspected> {
  const all = [COMMAND, '--cli', ...target, ...args, '--format', 'json'];
  const env = { ...BARE_ENV, HOME: SCRATCH };
  const ended = await exec(NODE, all, { env, maxBuffer: 64 * 1024 * 1024 }).then(
    (printed) => ({ code: 0, ...printed }),
    (error: unknown) => ({ code: Object(error).code, stdout: Object(error).stdout, stderr: Object(error).stderr }),
  );
  return { code: ended.code, result: parsed(String(ended.stdout)), stderr: String(ended.stderr) };
}

function parsed(text: string): unknown {
  try {
    return Object(JSON.parse(text)).result;
  } catch {
    return undefined;
  }
}
