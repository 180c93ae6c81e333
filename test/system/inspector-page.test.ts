import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isolated } from '../../proof/clients/real/scratch.js';
import { launchChromium } from '../helpers/browser.js';
import { freePort } from '../helpers/free-port.js';
import { MAIN } from '../helpers/server-process.js';
import { COMMAND, INSTALL_MS, installInspector, NODE } from './inspector.js';

const PAGE_MS = 60_000;

describe('the Inspector’s page', () => {
  beforeAll(installInspector, INSTALL_MS);
  const closing: (() => Promise<unknown>)[] = [];
  afterAll(async () => {
    for (const close of closing.reverse()) await close();
  });

  async function opened(): Promise<Page> {
    const port = await freePort();
    const { env, home } = await isolated({
      ...{ MCP_AUTO_OPEN_ENABLED: 'false', BROWSER: 'none', DANGEROUSLY_OMIT_AUTH: 'true', CLIENT_PORT: String(port) },
      MCP_INSPECTOR_SECRET_STORE: 'memory',
    });
    const args = [COMMAND, '--web', process.execPath, resolve(MAIN), '--sandbox'];
    const inspector = spawn(NODE, args, { env, cwd: home, stdio: ['ignore', 'pipe', 'inherit'] });
    closing.push(async () => {
      inspector.kill('SIGTERM');
      await once(inspector, 'close');
    });
    let said = '';
    for await (const chunk of inspector.stdout) {
      said += String(chunk);
      if (said.includes('up and running')) break;
    }
    inspector.stdout.resume();
    const browser = await launchChromium();
    closing.push(() => browser.close());
    const page = await browser.newPage({ viewport: { width: 1500, height: 1000 } });
    await page.goto(`http://127.0.0.1:${port}`);
    return page;
  }

  it('connects, lists the tools, and has a live call confirmed in its dialog', { timeout: PAGE_MS }, async () => {
    const page = await opened();
    const connected = page.getByText('Connected (').first();
    const toggle = page.locator('[role=switch], label:has(input[role=switch])').first();
    await toggle.or(connected).first().waitFor();
    if ((await connected.count()) === 0) await toggle.click({ force: true });
    await connected.waitFor();
    await page.getByText('Tools', { exact: true }).first().click();
    await page.getByText('experiment-pause', { exact: true }).first().click();
    await page.locator('input.mantine-NumberInput-input:visible').first().fill('4');
    await page.getByText('Execute Tool', { exact: true }).click();
    const dialog = page.locator('[role=dialog]:visible').first();
    await dialog.waitFor();
    expect(await dialog.textContent()).toContain('Onboarding checklist');
    // An answer within a second is taken for a program's.
    await page.waitForTimeout(1_500);
    await dialog.getByRole('button', { name: /^(?:Accept|Submit|Approve)$/ }).click();
    await page.getByText('applied').first().waitFor();
    expect(await page.locator('body').textContent()).toContain('applied');
  });
});
