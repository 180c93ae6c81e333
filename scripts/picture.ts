/** `npm run picture`: docs/results.png, the top of the report that the demo's experiment 8 gets. Needs Debian's chromium. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { runReport } from '../src/cli/report.js';
import { launchChromium } from '../test/helpers/browser.js';
import { NOW, withStage } from './generate/stage.js';

const PICTURE = 'docs/results.png';
const UPGRADE_PROMPT = 8;
const WIDTH = 900;

const folder = await mkdtemp(join(tmpdir(), 'picture-'));
const browser = await launchChromium();
try {
  const out = join(folder, 'report.html');
  const { signal } = new AbortController();
  await withStage(({ session }) => runReport({ about: { id: UPGRADE_PROMPT }, out, signal, now: NOW }, session));
  const viewport = { width: WIDTH, height: 1_400 };
  const page = await browser.newPage({ viewport, deviceScaleFactor: 1.5, colorScheme: 'light' });
  await page.goto(pathToFileURL(out).href);
  // The table below the drawings says the same again.
  const table = await page.locator('details').first().boundingBox();
  if (table === null) throw new Error('The report has no table.');
  await page.screenshot({ path: PICTURE, clip: { x: 0, y: 0, width: WIDTH, height: Math.floor(table.y) } });
} finally {
  await browser.close();
  await rm(folder, { recursive: true });
}
