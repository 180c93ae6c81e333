/** Longest message that is read, in bytes: far above any real call, far below what would hurt. */
export const MAX_LINE_BYTES = 10 * 1024 * 1024;

const NEWLINE = 0x0a;

export interface LineHandlers {
  /** A whole line without its line break; empty lines are passed over. Invalid UTF-8 becomes U+FFFD. */
  line(text: string): void;
  /** A line was longer than the limit; it is skipped to its end. */
  tooLong(): void;
}

/** A function that takes chunks and hands out lines. Holds at most one line. */
export function createLineReader(handlers: LineHandlers, maxBytes = MAX_LINE_BYTES): (chunk: Buffer) => void {
  let parts: Buffer[] = [];
  let size = 0;
  let skipping = false;

  const add = (part: Buffer) => {
    if (skipping) return;
    size += part.length;
    if (size <= maxBytes) return void parts.push(part);
    parts = [];
    skipping = true;
    handlers.tooLong();
  };
  const finish = () => {
    const text = skipping ? '' : Buffer.concat(parts).toString('utf8').trim();
    parts = [];
    size = 0;
    skipping = false;
    if (text !== '') handlers.line(text);
  };

  return (chunk) => {
    let from = 0;
    for (let at = chunk.indexOf(NEWLINE); at !== -1; at = chunk.indexOf(NEWLINE, from)) {
      add(chunk.subarray(from, at));
      finish();
      from = at + 1;
    }
    add(chunk.subarray(from));
  };
}
