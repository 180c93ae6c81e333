import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { APP_PAGE, REPORT_STYLE } from '../../src/generated/ui.js';

const FOLDER = 'src/ui';
const sources = readdirSync(FOLDER)
  .filter((file) => /\.(ts|css)$/.test(file))
  .map((file) => [file, readFileSync(join(FOLDER, file), 'utf8')] as const);

/** Ways in which text could become markup or code, or a page could reach out. */
const FORBIDDEN =
  /innerHTML|outerHTML|insertAdjacentHTML|document\.write|DOMParser|createContextualFragment|\beval\b|new Function|\bfetch\(|XMLHttpRequest|WebSocket|sendBeacon|importScripts|localStorage|cookie|\burl\(|@import/;
const ADDRESS = /(?:https?:)?\/\/[\w-]+\.[\w.]+/g;
/** A name, not an address: nothing is fetched from it. */
const SVG_NAMESPACE = 'http://www.w3.org';
/** With style and script. Bytes. */
const MAX_PAGE = 22_000;

describe('risk 37: the pages', () => {
  it.each(sources)('%s holds no way for text to become markup or to reach out', (_, source) => {
    expect(source).not.toMatch(FORBIDDEN);
    const addresses = [...source.replaceAll(/^\s*\/\/.*$/gm, '').matchAll(ADDRESS)].map(([address]) => address);
    expect(addresses.filter((address) => address !== SVG_NAMESPACE)).toEqual([]);
  });

  it.each(sources.filter(([file]) => file.endsWith('.ts')))(
    '%s takes only types from outside, and how numbers are written',
    (_, source) => {
      const statements = [...source.matchAll(/^import [^;]*from '\.\.\/[^']*';/gm)].map(([statement]) => statement);
      const isType = (statement: string) =>
        /^import type .* from '\.\.\/schema\/|^import [^;]* from '\.\.\/render\/(digits|effect)\.js'/s.test(statement);
      expect(statements.filter((statement) => !isType(statement))).toEqual([]);
    },
  );

  it('are as bundled: of one piece, without addresses, with a policy that allows no network, and small', () => {
    for (const page of [APP_PAGE, REPORT_STYLE]) {
      expect(page).not.toMatch(FORBIDDEN);
      expect([...page.matchAll(ADDRESS)].map(([address]) => address).filter((one) => one !== SVG_NAMESPACE)).toEqual(
        [],
      );
    }
    expect(APP_PAGE.match(/<script/g)).toHaveLength(1);
    expect(APP_PAGE).not.toMatch(/<(link|img|iframe|base|object)|\bsrc=/);
    expect(APP_PAGE).toContain("default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'");
    expect(Buffer.byteLength(APP_PAGE)).toBeLessThanOrEqual(MAX_PAGE);
  });
});
