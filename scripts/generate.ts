/** Writes what is derived: src/generated/ (the list of tools, the page that draws results) and README's table. `--check` only compares. */
import { readFile, writeFile } from 'node:fs/promises';
import type { CatalogueEntry } from '../src/mcp/catalogue.js';
import { catalogueEntry } from '../src/mcp/json-schema.js';
import { TOOLSETS } from '../src/tool.js';
import { ALL_TOOLS } from '../tools/index.js';
import { bundledPages } from './bundle-ui.js';
import { reliabilityPage } from './reliability/page.js';

const CATALOGUE = 'src/generated/tools.ts';
const PAGES = 'src/generated/ui.ts';
const README = 'README.md';
const TABLE = /(<!-- tools:start -->\n)[\s\S]*?(<!-- tools:end -->)/;

const byName = (a: CatalogueEntry, b: CatalogueEntry) => (a.name < b.name ? -1 : 1);
const entries = ALL_TOOLS.map(catalogueEntry).sort(byName);

const catalogue = `// Made by \`npm run generate\` from tools/; do not edit.
import type { CatalogueEntry } from '../mcp/catalogue.js';

export const CATALOGUE: readonly CatalogueEntry[] = ${JSON.stringify(entries, null, 2)};
`;

/** | Tool | Toolset | Access | Does | */
function table(): string {
  const rows = TOOLSETS.flatMap((toolset) => entries.filter((entry) => entry.toolset === toolset)).map(
    ({ name, toolset, access, definition }) =>
      `| \`${name}\` | ${toolset} | ${access} | ${(definition.description ?? '').split('\n')[0]?.replaceAll('|', '\\|')} |`,
  );
  return ['| Tool | Toolset | Access | Does |', '|---|---|---|---|', ...rows, ''].join('\n');
}

async function stored(path: string): Promise<string> {
  return readFile(path, 'utf8').catch(() => '');
}

const readme = await stored(README);
const wanted: [string, string][] = [
  [CATALOGUE, catalogue],
  [PAGES, await bundledPages()],
  reliabilityPage(),
  ...(TABLE.test(readme)
    ? [[README, readme.replace(TABLE, (_, start, end) => `${start}${table()}${end}`)] satisfies [string, string]]
    : []),
];

for (const [path, content] of wanted) {
  if ((await stored(path)) === content) continue;
  if (process.argv.includes('--check')) {
    process.stderr.write(`${path} is not up to date; run "npm run generate".\n`);
    process.exitCode = 1;
  } else {
    await writeFile(path, content);
  }
}
