import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createLineReader } from '../../src/transports/lines.js';

function reader(maxBytes: number) {
  const seen: string[] = [];
  const read = createLineReader({ line: (text) => seen.push(text), tooLong: () => seen.push('<too long>') }, maxBytes);
  return { read, seen };
}

describe('createLineReader', () => {
  it('hands out the same lines however the bytes are cut', () => {
    const lines = fc.array(
      fc.string({ unit: 'grapheme', minLength: 1 }).filter((text) => text.trim() === text && !/[\r\n]/.test(text)),
    );
    fc.assert(
      fc.property(lines, fc.integer({ min: 1, max: 9 }), (wanted, step) => {
        const { read, seen } = reader(10_000);
        const bytes = Buffer.from(wanted.map((line) => `${line}\r\n`).join('\n'));
        for (let at = 0; at < bytes.length; at += step) read(bytes.subarray(at, at + step));
        expect(seen).toEqual(wanted);
      }),
    );
  });

  it('skips a line that is too long, once, and reads the next', () => {
    const { read, seen } = reader(8);
    for (const part of ['12345678\n', '1234', '56789', 'more of it', '\nnext\n']) read(Buffer.from(part));
    expect(seen).toEqual(['12345678', '<too long>', 'next']);
  });

  it('keeps what has no line break yet', () => {
    const { read, seen } = reader(100);
    read(Buffer.from('half'));
    expect(seen).toEqual([]);
    read(Buffer.from(' whole\n'));
    expect(seen).toEqual(['half whole']);
  });
});
