/** `npm run picture`: draws docs/results.png, the top of the page that generate/pictured-page.ts makes. Needs Debian's chromium. */
import { writeFile } from 'node:fs/promises';
import { launchChromium } from '../test/helpers/browser.js';
import { digestOf, PICTURE, picturedPage, stamped } from './generate/pictured-page.js';

const WIDTH = 900;

const html = await picturedPage();
const browser = await launchChromium();
try {
  const viewport = { width: WIDTH, height: 1_400 };
  const page = await browser.newPage({ viewport, deviceScaleFactor: 1.5, colorScheme: 'light' });
  await page.setContent(html);
  // The table below the drawings says the same again.
  const table = await page.locator('details').first().boundingBox();
  if (table === null) throw new Error('The report has no table.');
  const png = await page.screenshot({ clip: { x: 0, y: 0, width: WIDTH, height: Math.floor(table.y) } });
  await writeFile(PICTURE, stamped(png, digestOf(html)));
} finally {
  await browser.close();
}
