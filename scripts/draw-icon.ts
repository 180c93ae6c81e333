/** Draws assets/icon.png from assets/icon.svg; run it by hand after a change of the picture. Needs Debian's Chromium. */
import { readFile } from 'node:fs/promises';
import { chromium } from 'playwright-core';

/** Hosts of bundles advise this many pixels. */
const SIZE = 512;

const svg = await readFile('assets/icon.svg', 'utf8');
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
try {
  const page = await browser.newPage({ viewport: { width: SIZE, height: SIZE } });
  await page.setContent(`<style>body { margin: 0 } svg { display: block }</style>${svg}`);
  await page.screenshot({ path: 'assets/icon.png', omitBackground: true });
} finally {
  await browser.close();
}
