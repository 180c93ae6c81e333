import type { Browser, Frame } from 'playwright-core';
import { afterAll, afterEach, beforeAll } from 'vitest';
import { demoScenario } from '../../src/sandbox/scenario/seed/demo.js';
import { launchChromium } from '../helpers/browser.js';
import { type HostOptions, openHost } from '../helpers/fake-host.js';
import { openWorld } from '../helpers/world.js';

const answers = new Map<string, Record<string, unknown>>();

/** What the tool really answers about the demo's experiments. */
export async function answered(tool: string, args: Record<string, unknown>): Promise<Record<string, unknown>> {
  const key = JSON.stringify([tool, args]);
  const known = answers.get(key) ?? (await (await openWorld({ scenario: demoScenario })).call(tool, args)).data;
  answers.set(key, known);
  return known;
}

export const assessed = (id: number) => answered('experiment-assess', { id });

export const count = (frame: Frame, selector: string) => frame.locator(selector).count();

/** One browser for a file; its pages are closed after each test. */
export function useBrowser() {
  let browser: Browser | undefined;
  beforeAll(async () => {
    browser = await launchChromium();
  });
  afterEach(async () => {
    for (const context of browser?.contexts() ?? []) await context.close();
  });
  afterAll(() => browser?.close());
  const started = () => {
    if (!browser) throw new Error('the browser starts before the tests');
    return browser;
  };
  return {
    started,
    open: (structuredContent: unknown, options?: HostOptions) => openHost(started(), structuredContent, options),
  };
}
