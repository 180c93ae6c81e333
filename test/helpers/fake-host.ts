import type { Browser, Frame } from 'playwright-core';
import { z } from 'zod';
import { APP_PAGE } from '../../src/generated/ui.js';
import { watched } from './browser.js';

/** What the specification makes a host enforce where a page asks for nothing; the frame inherits it. */
const POLICY =
  "default-src 'none'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'none'";

export interface HostOptions {
  width?: number;
  /** What `ui/initialize` answers beside the theme. */
  context?: Record<string, unknown>;
  capabilities?: Record<string, unknown>;
  theme?: 'light' | 'dark';
  reducedMotion?: 'reduce' | 'no-preference';
}

/** Runs in the host's page: a client as the specification describes it, in few lines. */
const HOST = `
  const frame = document.querySelector('iframe');
  const heard = [];
  const send = (message) => frame.contentWindow.postMessage({ jsonrpc: '2.0', ...message }, '*');
  window.addEventListener('message', ({ data, source }) => {
    if (source !== frame.contentWindow) return;
    heard.push(data);
    const { hostContext, hostCapabilities, result, page } = setup;
    if (data.method === 'ui/initialize') {
      const { protocolVersion } = data.params;
      const hostInfo = { name: 'fake', version: '1' };
      send({ id: data.id, result: { protocolVersion, hostInfo, hostCapabilities, hostContext } });
    }
    if (data.method === 'ui/notifications/initialized') {
      send({ method: 'ui/notifications/tool-input', params: { arguments: {} } });
      if (result) send({ method: 'ui/notifications/tool-result', params: result });
    }
    if (data.method === 'ui/notifications/size-changed') frame.style.height = data.params.height + 'px';
  });
  frame.srcdoc = setup.page;
`;

const message = z.looseObject({
  method: z.string().optional(),
  id: z.unknown().optional(),
  params: z.unknown().optional(),
  result: z.unknown().optional(),
});
export type Message = z.output<typeof message>;

/** The app inside a sandboxed frame of a fake host that has this result for it; null: none yet. */
export async function openHost(browser: Browser, structuredContent: unknown, options: HostOptions = {}) {
  const { width = 720, theme = 'light', context = {}, capabilities = { openLinks: {} }, reducedMotion } = options;
  const page = await browser.newPage({
    viewport: { width: width + 32, height: 620 },
    colorScheme: theme,
    ...(reducedMotion ? { reducedMotion } : {}),
  });
  const seen = watched(page);
  const setup = {
    page: APP_PAGE,
    hostContext: { theme, displayMode: 'inline', ...context },
    hostCapabilities: capabilities,
    result: structuredContent === null ? null : { content: [], structuredContent },
  };
  const background = theme === 'dark' ? '#17191e' : '#fff';
  await page.setContent(
    `<!doctype html><meta http-equiv="Content-Security-Policy" content="${POLICY}"><meta name="color-scheme" content="${theme}">
    <style>body{margin:16px;background:${background}}iframe{border:0;width:${width}px;height:100px}</style>
    <iframe sandbox="allow-scripts"></iframe><script>const setup = ${inScript(setup)};${HOST}</script>`,
  );
  const [, frame] = page.frames();
  if (!frame) throw new Error('the host has no frame');
  await frame.waitForSelector(structuredContent === null ? 'main' : 'h1, main > p:not(:text("Waiting"))');
  const heard = async () => z.array(message).parse(await page.evaluate('heard'));
  /** Resolves once the app has said something that fits. */
  const hears = async (what: string, fits: (one: Message) => boolean): Promise<Message> => {
    for (let tries = 0; tries < 100; tries += 1) {
      const found = (await heard()).find(fits);
      if (found) return found;
      await page.waitForTimeout(50);
    }
    throw new Error(`the app never said ${what}`);
  };
  const tell = (said: object) => page.evaluate(`send(${JSON.stringify(said)})`);
  return { page, frame, ...seen, heard, hears, tell };
}

function inScript(value: unknown): string {
  return JSON.stringify(value).replaceAll('<', '\\u003c');
}

export async function textOf(frame: Frame): Promise<string> {
  return (await frame.locator('main').evaluate((main) => Reflect.get(main, 'innerText')))
    .replaceAll(/\s+/g, ' ')
    .trim();
}
