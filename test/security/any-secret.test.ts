import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRedactor } from '../../src/log.js';
import { runs } from '../helpers/fuzz.js';
import { DRAFT } from '../helpers/shop.js';
import { experimentRow } from '../helpers/state.js';
import { openWorld } from '../helpers/world.js';

const characters = [...'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-'];
const keys = fc
  .string({ unit: fc.constantFrom(...characters), minLength: 16, maxLength: 50 })
  .map((end) => `phx_${end}`);
const around = fc.string({ unit: 'grapheme', maxLength: 12 });

/** The ways in which text may carry a key, each with what has to be gone. */
const FORMS: Record<string, (key: string, before: string, after: string) => string> = {
  'as it is': (key, before, after) => `${before}${key}${after}`,
  'behind Bearer': (key, before, after) => `${before} Bearer ${key} ${after}`,
  'in an address': (key, before, after) => `https://x.example/?a=${encodeURIComponent(`${before}${key}${after}`)}`,
  'in base64': (key, before, after) => Buffer.from(`${before}${key}${after}`).toString('base64'),
  'in base64url': (key, before, after) => Buffer.from(`${before}${key}${after}`).toString('base64url'),
  'in JSON within JSON': (key, before, after) => JSON.stringify(JSON.stringify({ before, key, after })),
  'in upper case': (key, before, after) => `${before}${key.toUpperCase()}${after}`,
  'in lower case': (key, before, after) => `${before}${key.toLowerCase()}${after}`,
  'percent-encoded letter by letter': (key, before, after) => `${before}${percent(key)}${after}`,
  'percent-encoded twice, in upper case': (key, before, after) =>
    `${before}${percent(key).toUpperCase().replaceAll('%', '%25')}${after}`,
  'percent-encoded in part': (key, before, after) => `${before}${key.slice(0, 9)}${percent(key.slice(9))}${after}`,
  'in escapes of JSON': (key, before, after) => `${before}${units(key, (unit) => `\\u${hex(unit, 4)}`)}${after}`,
  'in escapes of JSON within JSON': (key, before, after) =>
    JSON.stringify(`${before}${units(key, (unit) => `\\u${hex(unit, 4).toUpperCase()}`)}${after}`),
  'in entities of HTML': (key, before, after) => `${before}${units(key, (unit) => `&#${unit};`)}${after}`,
  'in hexadecimal entities of HTML': (key, before, after) =>
    `${before}${units(key, (unit) => `&amp;#x${hex(unit, 2)};`)}${after}`,
  'with an escape of Markdown': (key, before, after) => `${before}${key.replaceAll('_', '\\_')}${after}`,
  'in hexadecimal': (key, before, after) => `${before}${Buffer.from(key).toString('hex').toUpperCase()}${after}`,
  'in base64 of a mail': (key, before, after) =>
    Buffer.from(`${before}${key}${after}`)
      .toString('base64')
      .replace(/(.{20})/g, '$1\r\n'),
  'in base64 of an address': (key, before, after) =>
    encodeURIComponent(Buffer.from(`${before}${key}${after}`).toString('base64')),
  'twice, side by side': (key, before, after) => `${before}${key}${key}${after}`,
};

const hex = (value: number, length: number) => value.toString(16).padStart(length, '0');
const percent = (text: string) => [...Buffer.from(text)].map((byte) => `%${hex(byte, 2)}`).join('');
const units = (text: string, write: (unit: number) => string) =>
  Array.from(text, (character) => write(character.charCodeAt(0))).join('');

/** Whether the key can be read from the text, in either case, or from what base64 in it says. */
function shows(text: string, key: string): boolean {
  const decoded = [...text.matchAll(/[\w+/-]{12,}/g)].flatMap(([run]) =>
    [0, 1, 2, 3].map((skip) => Buffer.from(run.slice(skip), 'base64').toString('latin1')),
  );
  return [text, ...decoded].some((one) => one.toLowerCase().includes(key.toLowerCase()));
}

describe('risk 19: a key within any text', () => {
  it.each(Object.entries(FORMS))('%s, is taken out', (_, write) => {
    fc.assert(
      fc.property(keys, around, around, (key, before, after) => {
        const clean = createRedactor([key])(write(key, before, after));
        expect(clean).toContain('[redacted]');
        expect(shows(clean, key), clean).toBe(false);
      }),
      runs(100),
    );
  });

  it('leaves ordinary text as it was', () => {
    const words = fc.array(fc.oneof(fc.lorem({ maxCount: 5 }), fc.uuid(), fc.webUrl(), fc.emailAddress(), around), {
      maxLength: 6,
    });
    fc.assert(
      fc.property(keys, words, (key, parts) => {
        const text = parts.join(' ');
        expect(createRedactor([key])(text)).toBe(text);
      }),
      runs(200),
    );
  });

  it('does not come back together where characters that nobody sees are taken from between its own', async () => {
    const world = await openWorld();
    const { key } = world.sandbox;
    const unseen = fc.constantFrom('\u200B', '\u2060', '\u00AD', '\u202E', '\uFEFF', '\u{E0041}', '\u0007');
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: key.length - 1 }), unseen, around, async (at, hidden, before) => {
        const text = `${before}${key.slice(0, at)}${hidden}${key.slice(at)}`;
        Object.assign(experimentRow(world, DRAFT), { name: text, description: text, tags: [text] });
        const { text: shown, data } = await world.call('experiment-get', { id: DRAFT, detail: 'full' });
        expect(shown).toContain('[redacted]');
        expect(shown + JSON.stringify(data)).not.toContain(key);
      }),
      runs(20),
    );
  });
});
