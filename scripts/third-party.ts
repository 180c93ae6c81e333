/** The licences of the packages whose code is in the bundle: their authors ask that the text goes along with every copy. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Metafile } from 'esbuild';
import { z } from 'zod';
import { MISSING_TEXTS } from './licence-texts.js';

export const THIRD_PARTY_FILE = 'THIRD_PARTY_LICENSES.txt';

const LEGAL_FILE = /^(?:licen[cs]e|notice|copying)/i;
const RULE = `\n${'-'.repeat(100)}\n`;
const packageSchema = z.object({ name: z.string(), version: z.string(), license: z.string() });

/** The folders of the packages that esbuild took code from, sorted. */
export function bundledFolders({ outputs }: Metafile): string[] {
  const inputs = Object.values(outputs).flatMap((output) => Object.keys(output.inputs));
  const folders = inputs.flatMap((input) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input) ?? []);
  return [...new Set(folders)].sort();
}

/** @throws where a package has no licence file, so that none is shipped without */
export async function licencesText(folders: readonly string[]): Promise<string> {
  const lines: string[] = [];
  const usersOf = new Map<string, string[]>();
  for (const folder of folders) {
    const { name, version, license } = packageSchema.parse(
      JSON.parse(await readFile(`${folder}/package.json`, 'utf8')),
    );
    const found = await legalTexts(folder);
    const texts = found.length > 0 ? found : (MISSING_TEXTS[name] ?? []);
    if (texts.length === 0) throw new Error(`${name} is bundled and has no licence file`);
    lines.push(`${name} ${version} (${license})`);
    // Many packages of one project share a text, which stands here once.
    for (const text of texts) usersOf.set(text, [...(usersOf.get(text) ?? []), name]);
  }
  const texts = [...usersOf].map(([text, users]) => `${RULE}${users.join(', ')}:\n\n${text}\n`);
  return `Code of these packages is in this bundle:\n\n${lines.join('\n')}\n${texts.join('')}`;
}

async function legalTexts(folder: string): Promise<string[]> {
  const files = (await readdir(folder)).filter((file) => LEGAL_FILE.test(file)).sort();
  return Promise.all(files.map(async (file) => (await readFile(join(folder, file), 'utf8')).trim()));
}
