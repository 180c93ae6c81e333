import { describe, expect, it } from 'vitest';
import { textOf } from '../helpers/fake-host.js';
import { answered, assessed, count, useBrowser } from './support.js';

const HOSTILE = `</script><img src="https://evil.example/x" onerror="top.hacked=1"><svg onload=alert(1)>"'&\u0628\u0631 日本語 `;

/** Every string in it, however deep, and every name that is not a field's. */
function defaced(value: unknown, text: string): unknown {
  if (typeof value === 'string') return text;
  if (Array.isArray(value)) return value.map((one) => defaced(one, text));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, defaced(one, text)]));
}

const { open } = useBrowser();

describe('the handshake', () => {
  it('greets by the specification, says its size, and ends when told to', async () => {
    const host = await open(await assessed(4));
    const [hello, ready] = await host.heard();
    expect(hello).toMatchObject({
      method: 'ui/initialize',
      params: {
        protocolVersion: '2026-01-26',
        appInfo: { name: 'posthog-experiments', version: expect.any(String) },
        appCapabilities: { availableDisplayModes: ['inline', 'fullscreen'] },
      },
    });
    expect([ready, ...(await host.heard())].map((one) => one?.method)).toContain('ui/notifications/initialized');
    await host.hears('its size', ({ method }) => method === 'ui/notifications/size-changed');
    await host.tell({ id: 'end', method: 'ui/resource-teardown', params: {} });
    expect(await host.hears('that it has ended', ({ id }) => id === 'end')).toMatchObject({ result: {} });
    await host.tell({ id: 'ping', method: 'ping' });
    expect(await host.hears('anything', ({ id }) => id === 'ping')).toMatchObject({ result: {} });
    await host.tell({ id: 'other', method: 'tools/list' });
    expect(await host.hears('no', ({ id }) => id === 'other')).toMatchObject({ error: { code: -32601 } });
    expect(host.complaints).toEqual([]);
  });

  it('waits for a result, draws a later one anew, and tells of a cancelled call', async () => {
    const host = await open(null);
    expect(await textOf(host.frame)).toBe('Waiting for the results…');
    const structuredContent = await assessed(6);
    await host.tell({ method: 'ui/notifications/tool-result', params: { content: [], structuredContent } });
    await host.frame.waitForSelector('h1');
    expect(await textOf(host.frame)).toContain('Keep running');
    await host.tell({ method: 'ui/notifications/tool-cancelled', params: { reason: 'x' } });
    await host.frame.waitForSelector('main > p:text("cancelled")');
  });

  it('heeds no message but those of the frame around it', async () => {
    const host = await open(await assessed(4));
    await host.frame.evaluate(
      `window.postMessage({ jsonrpc: '2.0', method: 'ui/notifications/tool-result', params: { structuredContent: { name: 'Forged' } } }, '*')`,
    );
    await host.page.waitForTimeout(200);
    expect(await textOf(host.frame)).not.toContain('Forged');
  });
});

describe('risk 37: names that people typed', () => {
  it.each(['experiment-assess', 'experiment-results', 'experiment-review'])(
    'are text in an answer of %s',
    async (tool) => {
      const answer = await answered(tool, tool === 'experiment-review' ? {} : { id: 8 });
      const kept = { recommendation: 'ship' };
      const host = await open({
        ...Object(defaced(answer, HOSTILE)),
        ...(tool === 'experiment-assess' ? kept : {}),
      });
      expect(await textOf(host.frame)).toContain(HOSTILE.trim());
      expect(await count(host.frame, 'img, script ~ script, [onload], [onerror], a, main script')).toBe(0);
      expect(await host.page.evaluate('window.hacked')).toBeUndefined();
      expect({ requests: host.requests, complaints: host.complaints }).toEqual({ requests: [], complaints: [] });
    },
  );
});

describe('people who', () => {
  it('use a keyboard reach the page, the link and the table, and see where they are', async () => {
    const host = await open(await assessed(4), { width: 380 });
    const { frame, page } = host;
    await page.keyboard.press('Tab');
    await expect.poll(() => frame.evaluate(`document.activeElement?.tagName === 'MAIN'`)).toBe(true);
    await page.keyboard.press('PageDown');
    await expect.poll(() => frame.evaluate(`document.querySelector('main').scrollTop > 0`)).toBe(true);
    await page.keyboard.press('Tab');
    expect(await frame.evaluate('document.activeElement.tagName')).toBe('A');
    expect(await frame.evaluate('getComputedStyle(document.activeElement).outlineStyle')).toBe('solid');
    await page.keyboard.press('Enter');
    const { params } = await host.hears('which link to open', ({ method }) => method === 'ui/open-link');
    expect(params).toEqual({ url: 'http://sandbox/project/1/experiments/4' });
    await page.keyboard.press('Tab');
    expect(await frame.evaluate('document.activeElement.tagName')).toBe('SUMMARY');
    await page.keyboard.press('Enter');
    await frame.waitForSelector('table');
    const rows = await frame.locator('tbody tr').allTextContents();
    expect(rows).toHaveLength(4);
    expect(rows[1]).toContain('+16%');
    expect(host.requests).toEqual([]);
  });

  it('asked for little motion get none, and nobody else does', async () => {
    for (const reducedMotion of ['reduce', 'no-preference'] as const) {
      const { frame } = await open(await assessed(8), { reducedMotion });
      expect(await frame.evaluate('document.getAnimations().length')).toBe(0);
      const moving = `[...document.querySelectorAll('*')].filter((one) => parseFloat(getComputedStyle(one).transitionDuration) > 0).length`;
      expect(await frame.evaluate(moving)).toBe(0);
    }
  });
});

describe('the host', () => {
  it('sets colours and fonts by its variables, but cannot make the page fetch', async () => {
    const variables = {
      '--color-text-primary': 'rgb(1, 2, 3)',
      '--font-sans': 'serif',
      '--color-background-primary': 'url(https://evil.example/x)',
      color: 'red',
    };
    const host = await open(await assessed(4), { context: { styles: { variables } } });
    expect(await host.frame.evaluate('getComputedStyle(document.body).color')).toBe('rgb(1, 2, 3)');
    expect(await host.frame.evaluate('getComputedStyle(document.body).fontFamily')).toBe('serif');
    expect(await host.frame.evaluate('document.documentElement.getAttribute("style")')).not.toContain('url');
    expect(host.requests).toEqual([]);
  });

  it('changes the theme while the page is shown, and may give less height', async () => {
    const host = await open(await assessed(8), {
      theme: 'light',
      context: { containerDimensions: { maxHeight: 300 } },
    });
    await host.hears('a size', ({ params }) => Reflect.get(Object(params), 'height') === 300);
    await host.tell({ method: 'ui/notifications/host-context-changed', params: { theme: 'dark' } });
    await expect.poll(() => host.frame.evaluate(`document.documentElement.dataset.theme === 'dark'`)).toBe(true);
    expect(await host.frame.evaluate('getComputedStyle(document.body).color')).toBe('rgb(233, 234, 238)');
  });

  it('that opens no links gets none', async () => {
    const { frame } = await open(await assessed(4), { capabilities: {} });
    expect(await count(frame, 'a')).toBe(0);
  });
});
