import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { unpackExtension } from '@anthropic-ai/mcpb';

/** As `npm init` writes it. Node applies it to every folder below that has no package.json of its own. */
export const COMMONJS = '{ "type": "commonjs" }';

/** Packs the bundle for Claude Desktop and unpacks it below a CommonJS package in `folder`. Returns where it is. */
export async function unpackedBundle(folder: string): Promise<string> {
  const file = join(folder, 'server.mcpb');
  await promisify(execFile)(process.execPath, ['--import', 'tsx', 'scripts/pack-mcpb.ts', file]);
  const parent = join(folder, 'commonjs');
  mkdirSync(parent);
  writeFileSync(join(parent, 'package.json'), COMMONJS);
  const outputDir = join(parent, 'unpacked');
  if (!(await unpackExtension({ mcpbPath: file, outputDir, silent: true }))) throw new Error('the bundle is broken');
  return outputDir;
}
