import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { watched } from '../helpers/browser.js';
import { run } from '../helpers/server-process.js';
import { useBrowser } from './support.js';

const { started } = useBrowser();

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'report-'));
  await Promise.all([
    run(['report', '8', '--sandbox', '--out', join(folder, 'one.html')]),
    run(['report', '--all', '--sandbox', '--out', join(folder, 'all.html')]),
  ]);
});
afterAll(() => rm(folder, { recursive: true }));

async function openReport(name: string, colorScheme: 'light' | 'dark' = 'light') {
  const context = await started().newContext({ colorScheme, javaScriptEnabled: false });
  const page = await context.newPage();
  const seen = watched(page);
  const url = pathToFileURL(join(folder, name)).href;
  await page.goto(url);
  return { page, url, ...seen };
}

describe('a report opened from disk', () => {
  it.each(['one.html', 'all.html'])('%s asks for nothing, complains of nothing and is styled', async (name) => {
    const { page, url, requests, complaints } = await openReport(name);
    expect(await page.locator('h1').textContent()).toMatch(/\w/);
    expect(await page.locator('main').evaluate((main) => main.getBoundingClientRect().width)).toBe(820);
    expect({ requests, complaints }).toEqual({ requests: [url], complaints: [] });
  });

  it('draws intervals where they belong, and shows the table', async () => {
    const { page } = await openReport('one.html');
    const mark = await page.locator('.plot .mark.better').boundingBox();
    const zero = await page.locator('.plot .zero').first().boundingBox();
    expect(mark?.x).toBeGreaterThan(zero?.x ?? Number.NaN);
    expect(await page.locator('tbody tr').count()).toBe(6);
    expect(await page.locator('table').isVisible()).toBe(true);
  });

  it('is dark on a dark screen and never on paper', async () => {
    const { page } = await openReport('one.html', 'dark');
    const background = () => page.evaluate('getComputedStyle(document.body).backgroundColor');
    expect(await background()).toBe('rgb(23, 25, 30)');
    await page.emulateMedia({ media: 'print' });
    expect(await background()).toBe('rgb(255, 255, 255)');
  });

  it('prints within the width of A4, on two pages at most', async () => {
    const { page } = await openReport('one.html');
    const pdf = (await page.pdf({ preferCSSPageSize: true })).toString('latin1');
    expect(pdf.match(/\/Type \/Page\b/g)?.length).toBeLessThanOrEqual(2);
    await page.emulateMedia({ media: 'print' });
    await page.setViewportSize({ width: 672, height: 950 });
    expect(await page.locator('html').evaluate((html) => html.scrollWidth)).toBeLessThanOrEqual(672);
  });
});
