/** Pieces of the pages that are made. */

/** How wide a line of data may get before it is broken. Characters. */
const WIDTH = 116;

/** JSON whose small objects and lists stay on one line. */
export function json(value: unknown, indent = ''): string {
  const flat = JSON.stringify(value, null, 1)?.replaceAll(/\n\s*/g, ' ') ?? 'null';
  if (value === null || typeof value !== 'object' || indent.length + flat.length <= WIDTH) return flat;
  const inner = `${indent}  `;
  const isList = Array.isArray(value);
  const parts = isList
    ? value.map((item) => `${inner}${json(item, inner)}`)
    : Object.entries(value).map(([key, item]) => `${inner}${JSON.stringify(key)}: ${json(item, inner)}`);
  const [opens, closes] = isList ? ['[', ']'] : ['{', '}'];
  return `${opens}\n${parts.join(',\n')}\n${indent}${closes}`;
}

/** The first lines of a text, and how many more there are. */
export function cut(text: string, most: number): string {
  const lines = text.split('\n');
  if (lines.length <= most) return text;
  return [...lines.slice(0, most - 1), `… ${lines.length - most + 1} lines more`].join('\n');
}

export function fenced(language: string, text: string): string {
  return `\`\`\`${language}\n${text}\n\`\`\``;
}

/** Data as a block; where it is cut it is no JSON any more. */
export function jsonBlock(value: unknown, most = Number.POSITIVE_INFINITY): string {
  const whole = json(value);
  const shown = cut(whole, most);
  return fenced(shown === whole ? 'json' : 'text', shown);
}

/** A cell of a table. */
export function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll(/\s*\n\s*/g, ' ');
}

export function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(heads), `|${'---|'.repeat(heads.length)}`, ...rows.map(line)].join('\n');
}

/** Puts `content` between `<!-- NAME:start -->` and `<!-- NAME:end -->`. Throws where the page has no such place. */
export function between(page: string, name: string, content: string): string {
  const place = new RegExp(`(<!-- ${name}:start -->\\n)[\\s\\S]*?(<!-- ${name}:end -->)`);
  if (!place.test(page)) throw new Error(`There is no place marked ${name}:start … ${name}:end.`);
  return page.replace(place, (_, start, end) => `${start}${content}\n${end}`);
}
