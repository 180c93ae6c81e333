/**
 * Writes what is derived: src/generated/, pages and tables of the documentation, and what installers read. `--check` only
 * compares. Of the picture in docs/, which needs a browser, both only tell that it shows an older page.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { CLIENTS_PAGE, clientsPage } from '../proof/clients/page.js';
import { reliabilityPage } from '../proof/reliability/page.js';
import type { CatalogueEntry } from '../src/mcp/listing/catalogue.js';
import { catalogueEntry } from '../src/mcp/listing/json-schema.js';
import { ALL_TOOLS } from '../tools/index.js';
import { bundledPages } from './bundle-ui.js';
import { asks } from './generate/asks.js';
import { decisionsPage } from './generate/decisions-page.js';
import { between } from './generate/markdown.js';
import { digestOf, PICTURE, picturedPage, stampOf } from './generate/pictured-page.js';
import { httpSettingsTable, settingsTable } from './generate/settings-table.js';
import { toolsPage } from './generate/tools-page.js';
import { toolsTable } from './generate/tools-table.js';
import { bundleManifest, marketplace, plugin, registryEntry } from './manifests.js';
import { readPackage } from './package-json.js';

const README = 'README.md';
const HTTP_PAGE = 'docs/http.md';

const byName = (a: CatalogueEntry, b: CatalogueEntry) => (a.name < b.name ? -1 : 1);
const entries = ALL_TOOLS.map(catalogueEntry).sort(byName);

const catalogue = `// Made by \`npm run generate\` from tools/; do not edit.
import type { CatalogueEntry } from '../mcp/listing/catalogue.js';

export const CATALOGUE: readonly CatalogueEntry[] = ${JSON.stringify(entries, null, 2)};
`;

async function stored(path: string): Promise<string> {
  return readFile(path, 'utf8').catch(() => '');
}

const json = (value: object) => `${JSON.stringify(value, null, 2)}\n`;

async function readme(): Promise<string> {
  const places: readonly [name: string, content: string][] = [
    ['asks', await asks()],
    ['settings', settingsTable()],
    ['tools', toolsTable(entries)],
  ];
  return places.reduce((page, [name, content]) => between(page, name, content), await stored(README));
}

const packageJson = await readPackage();
const wanted: readonly [path: string, content: string][] = [
  ['src/generated/tools.ts', catalogue],
  ['src/generated/ui.ts', await bundledPages()],
  [CLIENTS_PAGE, clientsPage()],
  ['docs/decisions.md', decisionsPage()],
  reliabilityPage(),
  ['docs/tools.md', await toolsPage(entries)],
  [README, await readme()],
  [HTTP_PAGE, between(await stored(HTTP_PAGE), 'settings', httpSettingsTable())],
  ['manifest.json', json(bundleManifest(packageJson, entries))],
  ['server.json', json(registryEntry(packageJson))],
  ['.claude-plugin/plugin.json', json(plugin(packageJson))],
  ['.claude-plugin/marketplace.json', json(marketplace(packageJson))],
];

const onlyChecks = process.argv.includes('--check');

function outdated(path: string, command: string): void {
  process.stderr.write(`${path} is not up to date; run "${command}".\n`);
  if (onlyChecks) process.exitCode = 1;
}

for (const [path, content] of wanted) {
  if ((await stored(path)) === content) continue;
  if (onlyChecks) outdated(path, 'npm run generate');
  else await writeFile(path, content);
}
// Only a browser can draw it.
const drawn = stampOf(await readFile(PICTURE));
if (drawn !== digestOf(await picturedPage())) outdated(PICTURE, 'npm run picture');
